"""Bodies and queries: what is no such thing is told, and never guessed."""

from __future__ import annotations

import io
import os
from http import HTTPStatus
from pathlib import Path

import aiohttp
import pytest

from scanwright_simulators.control.bodies import pile, require_readable
from scanwright_simulators.control.door import Refused
from scanwright_simulators.device.generated import Kind

JSON = {"Content-Type": "application/json"}
OFFICE = "/api/devices/virtual-office"


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "[]",
        "3",
        '{"kind": NaN}',
        '{"kind": "jam", "page": 1000000000000000000000}',
        '{"kind": "jam", "extra": 1}',
        '{"kind": null}',
        '{"kind": 3}',
        "[" * 100_000,
        '{"kind": "j\ud800m"}',
    ],
)
async def test_bodies_that_are_wrong_say_so(
    http: aiohttp.ClientSession, body: str
) -> None:
    """With 400, and nothing is done."""
    sent = body.encode("utf-8", "surrogatepass")
    async with http.post(f"{OFFICE}/strike", data=sent, headers=JSON) as answer:
        assert answer.status == HTTPStatus.BAD_REQUEST
        assert (await answer.json())["error"]


async def test_other_types_are_refused(http: aiohttp.ClientSession) -> None:
    """A form of another page cannot pass for JSON."""
    async with http.post(f"{OFFICE}/strike", data='{"kind": "jam"}') as answer:
        assert answer.status == HTTPStatus.UNSUPPORTED_MEDIA_TYPE


async def test_no_body_is_an_empty_one(http: aiohttp.ClientSession) -> None:
    """Where nothing needs to be said."""
    async with http.post(f"{OFFICE}/clear") as answer:
        assert answer.status == HTTPStatus.OK


async def test_large_bodies_are_refused(http: aiohttp.ClientSession) -> None:
    """JSON has no need of megabytes."""
    body = io.BytesIO(b'{"host": "' + b"x" * 2_000_000 + b'"}')
    async with http.put(f"{OFFICE}/lock", data=body, headers=JSON) as answer:
        assert answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE


@pytest.mark.parametrize(
    "query",
    ["count=-1", "count=1001", "first=0", "first=x", "first=\u0663", "count=1e2"],
)
async def test_queries_have_bounds(http: aiohttp.ClientSession, query: str) -> None:
    """And digits are those of ASCII."""
    async with http.get(f"{OFFICE}?{query}") as answer:
        assert answer.status == HTTPStatus.BAD_REQUEST


@pytest.mark.parametrize("wait", ["-1", "61", "nan", "inf", "x"])
async def test_waiting_has_an_end(http: aiohttp.ClientSession, wait: str) -> None:
    """No poll stays open for longer than a minute."""
    async with http.get(f"/api/journal?wait_s={wait}") as answer:
        assert answer.status == HTTPStatus.BAD_REQUEST


async def test_a_flag_is_true_or_false(http: aiohttp.ClientSession) -> None:
    """And nothing that could be either."""
    async with http.post(f"{OFFICE}/load?append=1", json={"sheets": 1}) as answer:
        assert (await answer.json())["near"] == ["true", "false"]


def test_a_pile_is_spelled_as_in_scenarios() -> None:
    """Its keys and bounds are theirs."""
    read = pile({"kind": "receipt", "sheets": 3, "skew_deg": 2})
    assert (read.kind, read.sheets) == (Kind.RECEIPT, 3)
    assert read.wear is not None


def test_a_kind_that_is_misspelt_has_near_ones() -> None:
    """So that one need not look them up."""
    with pytest.raises(Refused) as caught:
        pile({"kind": "receiptt"})
    assert caught.value.near == ("receipt",)


def test_a_pile_of_nothing_is_refused() -> None:
    """An empty object is more likely a mistake than a wish."""
    with pytest.raises(Refused):
        pile({"two_sided": True})


def test_only_files_and_folders_are_read(tmp_path: Path) -> None:
    """A device or a pipe would never end."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    require_readable(str(tmp_path))
    for name in (
        "relative.pdf",
        "/dev/zero",
        str(pipe),
        "/missing",
        "/a\0b",
        "/\ud800",
    ):
        with pytest.raises(Refused):
            require_readable(name)
