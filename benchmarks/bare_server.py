"""The least that aiohttp can do: one path on one port. What a start costs at best."""

from __future__ import annotations

import sys

from aiohttp import web


async def answer(_request: web.Request) -> web.Response:
    """Answer like the service's version path does."""
    return web.json_response({"version": "0"})


if __name__ == "__main__":
    application = web.Application()
    application.router.add_get("/api/server/version", answer)
    web.run_app(application, host="127.0.0.1", port=int(sys.argv[1]), print=None)
