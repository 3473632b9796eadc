"""The peer of the eSCL face: a plain aiohttp server that sends one file.

python -m benchmarks.file_server FILE        prints its port
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from aiohttp import web


async def serve(file: Path) -> None:
    """Serve `file` at any path until the process is ended."""

    async def answer(_request: web.Request) -> web.FileResponse:
        return web.FileResponse(file)

    application = web.Application()
    application.router.add_get("/page", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
