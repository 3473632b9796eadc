"""The front panel: one page, and the files that belong to it."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import Final

from aiohttp import hdrs, web

__all__ = ["FILES", "routes"]

PACKAGE: Final = "scanwright_simulators.control.web"
FILES: Final = {
    "/": ("panel.html", "text/html"),
    "/panel.css": ("panel.css", "text/css"),
    "/panel.js": ("panel.js", "text/javascript"),
    "/wire.js": ("wire.js", "text/javascript"),
    "/elements.js": ("elements.js", "text/javascript"),
    "/drawing.js": ("drawing.js", "text/javascript"),
    "/fleet.js": ("fleet.js", "text/javascript"),
    "/paper.js": ("paper.js", "text/javascript"),
    "/faults.js": ("faults.js", "text/javascript"),
    "/journal.js": ("journal.js", "text/javascript"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
}
"""Path to file and type; nothing else is ever sent."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def routes() -> list[web.RouteDef]:
    """Return a route for each file."""
    return [web.get(path, _sender(*file)) for path, file in FILES.items()]


def _sender(name: str, content_type: str) -> Handler:
    async def send(_request: web.Request) -> web.StreamResponse:
        answer = web.Response(body=_read(name), content_type=content_type)
        answer.charset = "utf-8"
        answer.headers[hdrs.CACHE_CONTROL] = "no-cache"
        return answer

    return send


@functools.cache
def _read(name: str) -> bytes:
    return (files(PACKAGE) / name).read_bytes()
