"""`scanwright simulate`: virtual scanners, alone or around a command."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Sequence

from scanwright_simulators import child
from scanwright_simulators.runner import Simulation, running
from scanwright_simulators.scenario import Scenario

__all__ = ["alone", "around"]


async def around(scenario: Scenario, command: Sequence[str]) -> int:
    """Run `command` with the devices of `scenario`; return its exit status."""
    has_terminal = sys.stdin is not None and sys.stdin.isatty()
    async with running(scenario) as simulation, child.signals() as caught:
        for note in simulation.notes:
            print(f"scanwright: {note}", file=sys.stderr)
        async with child.started(
            command,
            environment=simulation.environment(os.environ),
            leads_group=not has_terminal,
        ) as process:
            return await _pass_signals(process, caught, has_terminal=has_terminal)


async def alone(
    scenario: Scenario,
    *,
    as_json: bool,
    until_eof: bool = False,
) -> int:
    """Run the devices of `scenario` and say what they are, until a signal comes.

    With `until_eof`, the end of the standard input is such a signal: it comes also when
    the program at its other end was killed.
    """
    async with running(scenario) as simulation, child.signals() as caught:
        say = _as_json if as_json else _as_text
        print(say(simulation), flush=True)
        if until_eof:
            _wait_for_end(caught)
        await caught.get()
    return 0


def _wait_for_end(caught: asyncio.Queue[signal.Signals]) -> None:
    """Let the end of the standard input be a signal."""
    if sys.stdin is None:  # it was closed before we began
        caught.put_nowait(signal.SIGTERM)
        return
    loop = asyncio.get_running_loop()
    try:
        loop.add_reader(sys.stdin, _look_for_end, caught)
    except PermissionError:  # a file or /dev/null: nobody writes what is awaited here
        caught.put_nowait(signal.SIGTERM)


def _look_for_end(caught: asyncio.Queue[signal.Signals]) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        asyncio.get_running_loop().remove_reader(sys.stdin)
        caught.put_nowait(signal.SIGTERM)


async def _pass_signals(
    process: asyncio.subprocess.Process,
    caught: asyncio.Queue[signal.Signals],
    *,
    has_terminal: bool,
) -> int:
    """Wait for `process`, and hand it the signals that come for us."""
    async with asyncio.TaskGroup() as tasks:
        ended = tasks.create_task(process.wait())

        async def pass_on() -> None:
            while True:
                number = await caught.get()
                if number is signal.SIGTERM:
                    child.hasten()
                    await child.end(process)
                    return
                if not has_terminal:  # else the terminal has sent it already
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(process.pid, number)

        passing = tasks.create_task(pass_on())
        status = await ended
        passing.cancel()
    return status if status >= 0 else 128 - status


def _as_json(simulation: Simulation) -> str:
    devices = [
        {"name": device.name, "type": device.type, "address": device.address}
        for device in simulation.devices
    ]
    return json.dumps(
        {
            "scenario": simulation.scenario.name,
            "devices": devices,
            "environment": dict(simulation.variables),
            "control": simulation.control,
            "notes": list(simulation.notes),
            "pid": os.getpid(),
        },
    )


def _as_text(simulation: Simulation) -> str:
    scenario = simulation.scenario
    rows = [f"  {d.type:<5} {d.name:<20} {d.address}" for d in simulation.devices]
    return "\n".join(
        [
            f"The scenario {scenario.name} is running: {scenario.description}.",
            "",
            *rows,
            *simulation.notes,
            "",
            f"Front panel: {simulation.control}",
            "",
            "In another terminal:",
            '  eval "$(scanwright device env)"     its programs see these devices',
            "  scanwright device --help            paper, faults, buttons",
            "",
            "Ctrl-C ends it.",
        ],
    )
