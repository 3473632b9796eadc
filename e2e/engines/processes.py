"""A browser as a process: a HOME of its own, and an end that leaves nothing."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

__all__ = ["environment", "free_port", "need", "processes_with", "running_process"]

END_S = 5.0
MARK = "SCANWRIGHT_TEST_PROCESS"
"""In the environment of a program and of all that it starts."""
PAUSE_S = 0.02


def need(program: str, package: str) -> None:
    """Skip the test where a program is missing."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is missing: apt-get install {package}")


def environment(home: Path) -> dict[str, str]:
    """Return what a program has to know to live in this HOME only."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {**kept, "HOME": str(home), "MOZ_HEADLESS": "1"}


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody uses at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@contextlib.asynccontextmanager
async def running_process(
    command: Sequence[str],
    variables: Mapping[str, str],
    log: Path,
    *,
    output: Path | None = None,
    pass_fds: Sequence[int] = (),
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a program in a session of its own, and end all of it.

    What it says goes to files, its output to one of its own where that is wanted: a
    pipe that nobody empties would stop it.
    """
    mark = secrets.token_hex(8)
    with log.open("ab") as complaints, (output or log).open("ab") as said:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=complaints,
            env={**variables, MARK: mark},
            pass_fds=tuple(pass_fds),
            start_new_session=True,
        )
    try:
        yield process
    finally:
        await _end(process, mark)


def processes_with(variable: str, value: str) -> Iterator[int]:
    """Find the living processes that have this in their environment."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                words = (entry / "environ").read_bytes().split(b"\0")
                if f"{variable}={value}".encode() in words:
                    yield int(entry.name)


async def _end(process: asyncio.subprocess.Process, mark: str) -> None:
    """Ask first, so that it removes its locks; then kill it with all that it began.

    A browser has helpers in sessions of their own: what they share is the mark.
    """
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(END_S):
            await process.wait()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
    # Its children are others' to reap, and die when they get to it.
    async with asyncio.timeout(END_S):
        while remaining := list(processes_with(MARK, mark)):
            for pid in remaining:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            await asyncio.sleep(PAUSE_S)
