"""`scanwright up`: virtual scanners, and the service that scans from them.

The service is a child process that finds the devices by its environment. It says in
one line of JSON when it answers. It is asked to end when we are, and when it ends
without being asked, we say so and end, too. That one of its processes dies and comes
back is its own affair.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from scanwright_simulators import child
from scanwright_simulators.runner import running
from scanwright_simulators.scenario import Scenario

__all__ = ["run"]

READY_S: Final = 30.0
LAST_LINES: Final = 20
LAST_WORDS_S: Final = 0.5
"""How long a dead service's pipes are read; a child of it may hold them open."""


async def run(
    scenario: Scenario,
    *,
    home: Path | None,
    as_json: bool,
    service_options: Sequence[str],
) -> int:
    """Run `scenario` and the service; return 0 when a signal ended it, else 1."""
    last_lines: deque[str] = deque(maxlen=LAST_LINES)
    async with running(scenario) as simulation:
        for note in simulation.notes:
            print(f"scanwright: {note}", file=sys.stderr)
        async with (
            child.started(
                _command(home or simulation.folder / "home", service_options),
                environment=simulation.environment(os.environ),
                leads_group=True,
                stdin=DEVNULL,
                stdout=PIPE,
                stderr=PIPE,
            ) as service,
            child.signals() as caught,
        ):
            say = _as_json if as_json else _as_text
            is_wanted = await _attend(
                service,
                caught,
                last_lines,
                say=partial(say, control=simulation.control),
            )
    if is_wanted:
        return 0
    print(f"scanwright: {_obituary(service)}", *last_lines, sep="\n", file=sys.stderr)
    return 1


def _command(home: Path, service_options: Sequence[str]) -> list[str]:
    serve = [sys.executable, "-m", "scanwright", "serve", "--json"]
    return [*serve, "--home", os.fspath(home), *service_options]


async def _attend(
    service: Process,
    caught: asyncio.Queue[signal.Signals],
    last_lines: deque[str],
    *,
    say: Callable[[str], str],
) -> bool:
    """Wait for the end, and say whether it was a signal that brought it."""
    is_ready = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        listening = (
            tasks.create_task(
                _announce(service.stdout, is_ready, last_lines, say=say),
            ),
            tasks.create_task(_collect(service.stderr, last_lines)),
        )
        late = tasks.create_task(_is_late(is_ready, last_lines))
        signalled = tasks.create_task(caught.get())
        ended = tasks.create_task(service.wait())
        ends = (signalled, ended, late)
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        is_wanted = signalled.done()
        if not is_wanted:
            await asyncio.wait(listening, timeout=LAST_WORDS_S)
        for task in (*listening, *ends):
            task.cancel()
    return is_wanted


async def _announce(
    output: asyncio.StreamReader | None,
    is_ready: asyncio.Event,
    last_lines: deque[str],
    *,
    say: Callable[[str], str],
) -> None:
    """Pass on the service's first line, which says that it answers."""
    line = (await output.readline()).decode() if output else ""
    if not line:
        return
    is_ready.set()
    print(say(line), flush=True)
    await _collect(output, last_lines)


async def _collect(
    output: asyncio.StreamReader | None,
    last_lines: deque[str],
) -> None:
    """Keep the last lines of `output`; reading it keeps the service from blocking."""
    while output:
        try:
            line = await output.readline()
        except ValueError:  # longer than anybody reads: its beginning is dropped
            continue
        if not line:
            return
        last_lines.append(line.decode(errors="replace").rstrip())


async def _is_late(is_ready: asyncio.Event, last_lines: deque[str]) -> None:
    """Return when the service is not ready in time; wait for ever if it is."""
    try:
        await asyncio.wait_for(is_ready.wait(), READY_S)
    except TimeoutError:
        last_lines.append(f"It was not ready within {READY_S:g} s.")
        return
    await asyncio.Event().wait()


def _as_json(line: str, *, control: str) -> str:
    """Return the service's JSON line with the address of the virtual scanners."""
    return json.dumps({**json.loads(line), "control": control})


def _as_text(line: str, *, control: str) -> str:
    """Return the service's JSON line as a table for people."""
    facts = json.loads(line)
    roles = ("api", "api_tls", "manager", "manager_tls", "ca", "home")
    rows = [f"  {role:<12} {facts[role]}" for role in roles]
    devices = [f"  {device['name']}" for device in facts["devices"]]
    curl = f"curl '{facts['api']}/api/device/scanners?type=768'"
    return "\n".join(
        [
            "Scanwright is up.",
            "",
            *rows,
            "",
            "Scanners:",
            *devices,
            "",
            f"Their front panel:  {control}",
            "",
            f"Try:  {curl}",
            "Ctrl-C ends it.",
        ],
    )


def _obituary(service: Process) -> str:
    status = service.returncode or 0
    how = signal.Signals(-status).name if status < 0 else f"exit status {status}"
    return f"the service ended by itself ({how}). Its last lines:"
