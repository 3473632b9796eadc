"""A command that runs beside a simulation and never outlives it.

Where the runner has a terminal, the command shares its process group, so that it can
read from the terminal and gets Ctrl-C from it. Anywhere else it leads a group of its
own, and signals come through the runner alone.

SIGINT and SIGTERM ask for an end in good order. Once that is under way they end the
runner at once, whatever it still waits for, and the lifeline clears up behind it.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Final

from scanwright_simulators.errors import StartError

__all__ = ["end", "hasten", "signals", "started"]

GRACE_S: Final = 2.5
LINE_BYTES: Final = 1024 * 1024
"""A child may say of a thousand devices in one line where each is."""
WATCHED: Final = (signal.SIGINT, signal.SIGTERM)


@asynccontextmanager
async def started(
    command: Sequence[str],
    *,
    environment: Mapping[str, str],
    leads_group: bool,
    stdin: int | None = None,
    stdout: int | None = None,
    stderr: int | None = None,
) -> AsyncIterator[Process]:
    """Run `command` until the block ends; then it has ended, too."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            env=environment,
            process_group=0 if leads_group else None,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            limit=LINE_BYTES,
        )
    except OSError as error:
        message = f"cannot run {command[0]}: {error.strerror}"
        raise StartError(message) from error
    try:
        yield process
    finally:
        await end(process)


async def end(process: Process, *, grace_s: float = GRACE_S) -> None:
    """Ask `process` to end, and insist after `grace_s`; ended already is fine."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(grace_s):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


@asynccontextmanager
async def signals() -> AsyncIterator[asyncio.Queue[signal.Signals]]:
    """Catch SIGINT and SIGTERM for as long as the block lasts; then `hasten`."""
    loop = asyncio.get_running_loop()
    caught: asyncio.Queue[signal.Signals] = asyncio.Queue()
    for number in WATCHED:
        loop.add_signal_handler(number, caught.put_nowait, number)
    try:
        yield caught
    finally:
        hasten()


def hasten() -> None:
    """Let the next SIGINT or SIGTERM end this process at once."""
    loop = asyncio.get_running_loop()
    for number in WATCHED:
        loop.remove_signal_handler(number)
        # As the kernel does it: Python would first wait for whatever runs.
        signal.signal(number, signal.SIG_DFL)
