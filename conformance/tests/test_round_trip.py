"""How long a question and its answer take."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from scanwright_conformance.round_trip import measured_s

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]


async def test_round_trips_are_measured(serve: Serve) -> None:
    """A few questions are asked, whatever the answer is."""
    asked: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=500)

    seconds = await measured_s(await serve(handle))
    assert seconds is not None
    assert seconds > 0
    assert asked == ["/api/server"] * 5


async def test_nobody_has_no_pace() -> None:
    """Who does not answer is not waited for any longer."""
    assert await measured_s("http://127.0.0.1:9") is None
