"""One cell in a process of its own: started, listened to, and ended in any case."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Final

from scanwright_conformance.matrix.cells import Cell, cell_as_json
from scanwright_conformance.matrix.outcome import Outcome

__all__ = ["Hear", "Stage", "carry_out"]

WORK: Final = "scanwright_conformance.matrix.work"
GRACE_S: Final = 30.0
"""How long a cell that is to end may take to take away what it started."""
LONGEST_LINE: Final = 256 * 1024 * 1024
TAIL: Final = 16 * 1024


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a cell is: so many clauses of all have their verdict."""

    done: int = 0
    total: int = 0


Hear = Callable[[Stage], None]


async def carry_out(cell: Cell, hear: Hear) -> Outcome:
    """Certify as `cell` says; whatever happens to its process is told in words."""
    with TemporaryFile() as errors:
        try:
            process = await _start(errors.fileno())
        except OSError as error:
            return Outcome((), f"the cell's process cannot be started: {error}")
        listener = _Listener(process, hear)
        problem = ""
        try:
            async with asyncio.timeout(cell.timeout_s):
                await listener.begin(cell)
                await listener.listen()
        except TimeoutError:
            problem = f"the cell did not end within {cell.timeout_s:g} s"
        finally:
            await _end(process, listener)
        problem = problem or _problem(process.returncode, _last_line(errors.fileno()))
        return Outcome(tuple(listener.lines), problem)


async def _start(errors: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", WORK),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=errors,
        limit=LONGEST_LINE,
        # Ctrl-C in the terminal is ours; we tell the cells.
        start_new_session=True,
    )


class _Listener:
    """Keeps the lines of a process, and tells how far it is."""

    def __init__(self, process: asyncio.subprocess.Process, hear: Hear) -> None:
        self.lines: list[str] = []
        self._process = process
        self._hear = hear
        self._stage = Stage()

    async def begin(self, cell: Cell) -> None:
        """Say what there is to do. The pipe stays open: its end is the cell's, too."""
        self._hear(self._stage)
        pipe = self._process.stdin
        if pipe is not None:
            pipe.write(json.dumps(cell_as_json(cell)).encode() + b"\n")
            with contextlib.suppress(ConnectionError):  # it is dead, as we shall hear
                await pipe.drain()

    async def listen(self) -> None:
        """Hear everything until the process has ended."""
        if self._process.stdout is not None:
            async for line in self._process.stdout:
                self._take(line.decode())
        await self._process.wait()

    def _take(self, line: str) -> None:
        if not line.endswith("\n"):
            return  # it was killed while it wrote
        self.lines.append(line)
        value = json.loads(line)
        done, total = self._stage.done, self._stage.total
        match value["event"]:
            case "began":
                self._stage = Stage(done, len(value["clauses"]))
            case "ended":
                self._stage = Stage(done + 1, total)
            case _:
                return
        self._hear(self._stage)


async def _end(process: asyncio.subprocess.Process, listener: _Listener) -> None:
    """End a process that still runs: it is asked first, and killed then."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(GRACE_S):
            await listener.listen()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _problem(status: int | None, last_line: str) -> str:
    """Return what a status says about a cell that was not told to end."""
    if status == 0:
        return ""
    if status is not None and status < 0:
        said = f"the cell's process was ended by {signal.Signals(-status).name}"
    else:
        said = f"the cell's process ended with status {status}"
    return f"{said}: {last_line}" if last_line else said


def _last_line(file: int) -> str:
    start = max(0, os.fstat(file).st_size - TAIL)
    text = os.pread(file, TAIL, start).decode("utf-8", "replace").strip()
    return text.splitlines()[-1] if text else ""
