"""Who is there: the one answer that every page may read.

A page that cannot connect wants to know why. What it can ask without leave is this: is
it a Scanwright service that answers on this port, which protocols does it speak, and
would it let pages of this origin in? It says no more, and a service can be noticed
without it, too.

Implements: CHANNEL-hello, CHANNEL-hello-foreign.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from aiohttp import hdrs, web

from scanwright.http.answers import json_response
from scanwright.http.channel import PROTOCOLS, ServiceIdentity
from scanwright.http.routes import Handler
from scanwright.protocol.origins import OriginPolicy

__all__ = ["HELLO", "hello"]

HELLO: Final = "/hello"


def hello(identity: ServiceIdentity, origins: Callable[[], OriginPolicy]) -> Handler:
    """Return the handler; `origins` is asked anew at each request."""

    async def handle(request: web.Request) -> web.StreamResponse:
        origin = request.headers.get(hdrs.ORIGIN)
        is_allowed = origin is None or origins().allows(origin)
        return json_response(
            {
                "service": "scanwright",
                "version": identity.version,
                "instance": identity.instance,
                "protocols": list(PROTOCOLS),
                "origin": "allowed" if is_allowed else "refused",
            }
        )

    return handle
