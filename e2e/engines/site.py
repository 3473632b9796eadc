"""A little web site for a test: a page, an answer for all, a WebSocket that closes."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

__all__ = ["Site", "end", "serving"]

PAGE: Final = """<!doctype html><html lang="en"><title>A page</title>
<input id="text" value="old"><input id="file" type="file" multiple hidden>
<button id="button">Press</button><a id="out" download="out.txt" href="/out">out</a>
"""


@dataclass(frozen=True, slots=True)
class Site:
    """A running site: its port, and what it was asked for, without the icon.

    `/` is a page; `/hello` answers all origins; `/closing/4001` is a WebSocket that
    closes with that code; `/files/` holds those of a folder.
    """

    scheme: str
    port: int
    seen: list[str]

    def at(self, host: str = "127.0.0.1", path: str = "/") -> str:
        """Return an address of this site under one of its names."""
        return f"{self.scheme}://{host}:{self.port}{path}"


@contextlib.asynccontextmanager
async def serving(
    routes: Mapping[str, Handler] | None = None,
    *,
    tls: ssl.SSLContext | None = None,
    headers: Mapping[str, str] | None = None,
    files: Path | None = None,
    port: int = 0,
) -> AsyncIterator[Site]:
    """Yield a site on 127.0.0.1, on a free port where none is given.

    Its page is sent with these headers; `routes` are answers of its own, before ours.
    """

    async def page(_: web.Request) -> web.StreamResponse:
        return web.Response(text=PAGE, content_type="text/html", headers=headers)

    seen: list[str] = []
    application = web.Application(middlewares=[_noting(seen)])
    for path, handler in {"/": page, **ANSWERS, **(routes or {})}.items():
        application.router.add_get(path, handler)
    if files is not None:
        application.router.add_static("/files/", files)
    runner = web.AppRunner(application, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port, ssl_context=tls).start()
        yield Site("https" if tls else "http", runner.addresses[0][1], seen)
    finally:
        await end(runner)


async def end(runner: web.AppRunner) -> None:
    """Serve no more, and leave no connection open.

    A browser that is gone does not answer the end of TLS, and a connection would wait
    for that longer than the test lasts.
    """
    server = runner.server
    transports = [each.transport for each in server.connections] if server else []
    await runner.cleanup()
    for transport in filter(None, transports):
        transport.abort()
    await asyncio.sleep(0)  # they are closed in the loop's next turn


def _noting(seen: list[str]) -> Middleware:
    @web.middleware
    async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path != "/favicon.ico":
            seen.append(f"{request.method} {request.path}")
        return await handler(request)

    return note


async def _hello(_: web.Request) -> web.StreamResponse:
    return web.Response(text="hello", headers={"Access-Control-Allow-Origin": "*"})


async def _out(_: web.Request) -> web.StreamResponse:
    return web.Response(text="what was saved")


async def _no_icon(_: web.Request) -> web.StreamResponse:
    return web.Response(status=204)


async def _closing(request: web.Request) -> web.StreamResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    await socket.close(code=int(request.match_info["code"]))
    return socket


ANSWERS: Final[Mapping[str, Handler]] = {
    "/hello": _hello,
    "/out": _out,
    "/favicon.ico": _no_icon,
    "/closing/{code}": _closing,
}
