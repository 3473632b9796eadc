"""A screen that nobody sees, for browsers that will not do without one."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

from engines.processes import environment, need, running_process

__all__ = ["hidden_screen"]

START_S = 60.0


@contextlib.asynccontextmanager
async def hidden_screen(home: Path) -> AsyncIterator[str]:
    """Yield the name of a new screen; skip the test where there is no Xvfb.

    The server itself chooses a free number, and says so when it is ready.
    """
    need("Xvfb", "xvfb")
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-nolisten", "tcp"]
    command += ["-screen", "0", "1280x1024x24"]
    log = home / "xvfb.log"
    with os.fdopen(reader, "rb") as chosen:
        async with running_process(command, environment(home), log, pass_fds=[writer]):
            os.close(writer)
            async with asyncio.timeout(START_S):
                number = await asyncio.to_thread(chosen.readline)
            yield f":{number.decode().strip()}"
