"""The listing of a target, and who plays which role."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from scanwright_conformance.target._devices import (
    Device,
    cast_roles,
    is_answering,
    list_devices,
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]

ONE = Device("One", 0x200, "{1}")
TWO = Device("Two", 0x100, "{2}")


@pytest.mark.parametrize(
    ("listing", "expected"),
    [
        ([{"name": "One", "type": 512, "device": "{1}", "extra": 1}], (ONE,)),
        ([{"name": "One"}, 5, None, {"name": 1, "type": 1, "device": ""}], ()),
        ({}, ()),
        (None, ()),
    ],
)
async def test_what_can_be_understood_is_listed(
    serve: Serve,
    listing: Any,
    expected: tuple[Device, ...],
) -> None:
    """Nonsense in a listing is passed over; its clauses tell what is wrong with it."""

    async def handle(request: web.Request) -> web.Response:
        assert request.query["type"]
        return web.json_response(listing)

    assert await list_devices(await serve(handle)) == expected


async def test_nobody_lists_nothing() -> None:
    """A target that does not answer has no scanners."""
    assert await list_devices("http://127.0.0.1:9") == ()
    assert not await is_answering("http://127.0.0.1:9")


async def test_any_answer_is_a_sign_of_life(serve: Serve) -> None:
    """Whatever the status, somebody is there."""

    async def handle(_: web.Request) -> web.Response:
        return web.Response(status=500)

    assert await is_answering(await serve(handle))


def test_roles_are_cast_by_name() -> None:
    """A role whose scanner is not listed is not played."""
    roles = {"scanner": "Two", "slow": "One", "dead": "Three"}
    assert cast_roles((ONE, TWO), roles) == {"scanner": TWO, "slow": ONE}


def test_the_first_scanner_is_the_ordinary_one() -> None:
    """Without a word about it the first of the listing is the main scanner."""
    assert cast_roles((ONE, TWO), {}) == {"scanner": ONE}
    assert cast_roles((), {}) == {}
