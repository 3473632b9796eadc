"""An uploaded pair: in a zip or as files, whole, and not too large."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st

from scanwright.errors import BodyTooLarge, InvalidParameter
from scanwright.http.answers import error_response, json_response
from scanwright.http.manager.upload import MAX_FILE_BYTES, pair_from_zip, read_pair

Client = TestClient[Any, Any]


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a zip of these files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


GOOD = zipped({"cert/server.pem": b"C", "cert/server_key.pem": b"K", "x.txt": b""})


def test_a_zip_holds_the_published_names() -> None:
    """In any folder, with other files beside them."""
    assert pair_from_zip(GOOD) == (b"C", b"K")


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"server.pem": b"C"},
        {"server_key.pem": b"K"},
        {"a.pem": b"", "b.pem": b"", "server_key.pem": b"K"},
    ],
)
def test_a_zip_without_a_pair_is_refused(files: dict[str, bytes]) -> None:
    """The message says what belongs into it."""
    with pytest.raises(InvalidParameter, match=r"server_key\.pem"):
        pair_from_zip(zipped(files))


def test_a_zip_that_explodes_is_refused() -> None:
    """What it unpacks to is counted, not what it says."""
    bomb = zipped({"server.pem": bytes(MAX_FILE_BYTES + 1), "server_key.pem": b"K"})
    assert len(bomb) < 2000
    with pytest.raises(InvalidParameter, match="too large"):
        pair_from_zip(bomb)


@given(
    cut=st.integers(0, len(GOOD)),
    place=st.integers(0, len(GOOD) - 1),
    byte=st.integers(0, 255),
)
def test_a_damaged_zip_harms_nothing(cut: int, place: int, byte: int) -> None:
    """It is refused, or still holds the pair."""
    damaged = bytearray(GOOD)
    damaged[place] = byte
    try:
        certificate, key = pair_from_zip(bytes(damaged[:cut]))
    except InvalidParameter:
        return
    assert (certificate, key) == (b"C", b"K")


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """A server that tells what it has read."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return json_response([part.decode() for part in await read_pair(request)])
        except (InvalidParameter, BodyTooLarge) as error:
            return error_response(error)

    app = web.Application()
    app.router.add_put("/", handle)
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_a_zip_comes_by_form(client: Client) -> None:
    """As the field archive."""
    form = FormData()
    form.add_field("archive", GOOD, filename="pair.zip")
    answer = await client.put("/", data=form)
    assert await answer.json() == ["C", "K"]


async def test_a_large_file_is_refused(client: Client) -> None:
    """413 before all of it is in memory."""
    form = FormData()
    form.add_field("certificate", bytes(MAX_FILE_BYTES + 1), filename="c.pem")
    assert (await client.put("/", data=form)).status == 413


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b"{}"),
        ("application/json", b'{"certificate": "C"}'),
        ("application/json", b'{"certificate": "\\ud800"}'),
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=x", b"nothing of the kind"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nno header\r\n\r\nx\r\n--x--"),
        ("text/plain", b"hello"),
    ],
)
async def test_half_a_pair_is_refused(
    client: Client,
    content_type: str,
    body: bytes,
) -> None:
    """400, whatever the form of the request."""
    headers = {"Content-Type": content_type}
    assert (await client.put("/", data=body, headers=headers)).status == 400
