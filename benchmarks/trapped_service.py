"""The service with one more endpoint: whoever asks for /hang stops its event loop.

python -m benchmarks.trapped_service OPTIONS
"""

from __future__ import annotations

import sys

from aiohttp import web

from scanwright import app
from scanwright.http.routes import Door, Endpoints, build_application
from scanwright.main import run
from scanwright.supervision.estate import Estate
from scanwright.supervision.monitor import Monitor, fork_main


async def hang(_request: web.Request) -> web.StreamResponse:
    """Never come back."""
    while True:
        pass


def build_with_trap(endpoints: Endpoints, door: Door) -> web.Application:
    """Build an application with the trap in it."""
    return build_application({**endpoints, "/hang": {"GET": hang}}, door)


if __name__ == "__main__":
    vars(app)["build_application"] = build_with_trap
    sys.exit(Monitor(Estate.new(sys.argv[1:]), fork_main(run)).run())
