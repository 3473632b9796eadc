"""A host's own report: what the suite cannot see from where it runs.

A target may be on another system than Linux, or on another machine. Its description
then names a command that prints one JSON object; TARGETS.md tells its members.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping
from typing import Any, Final

from scanwright_conformance.target._machine import Process
from scanwright_conformance.target._model import Unsupported

__all__ = ["processes_in", "read_report"]

TIMEOUT_S: Final = 20.0
LAST_STATUS_S: Final = 2.0


async def read_report(command: tuple[str, ...]) -> Mapping[str, Any]:
    """Run the command and return its object, or raise Unsupported."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError as error:
        problem = f"the host's report {command[0]}: {error.strerror}"
        raise Unsupported(problem) from error
    try:
        async with asyncio.timeout(TIMEOUT_S):
            output, _ = await process.communicate()
    except TimeoutError:
        raise Unsupported(f"the host's report took over {TIMEOUT_S:g} s") from None
    finally:
        # also when a check is out of time
        await _end(process)
    try:
        report = json.loads(output)
    except ValueError:
        report = None
    if not isinstance(report, dict):
        raise Unsupported(f"the host's report is no JSON object: {output[:80]!r}")
    return report


def processes_in(report: Mapping[str, Any]) -> tuple[Process, ...]:
    """Return the processes that a report lists, or raise Unsupported."""
    try:
        return tuple(
            Process(
                pid=int(entry["pid"]),
                parent=int(entry.get("parent", 0)),
                session=0,
                started=0,
                state=str(entry.get("state", "S")),
                user=str(entry.get("user", "")),
                command=tuple(str(word) for word in entry["command"]),
            )
            for entry in report["processes"]
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Unsupported(f"the host's report lists no processes: {error!r}") from error


async def _end(process: asyncio.subprocess.Process) -> None:
    """Kill it unless it ended."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        # Its children may hold its output open, for which wait() may wait as well.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), LAST_STATUS_S)
