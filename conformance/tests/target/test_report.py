"""A host's report: read, and refused when it is none."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from scanwright_conformance.deadline import until
from scanwright_conformance.target import (
    Role,
    Unsupported,
    cast,
    processes_in,
    read_report,
)

LISTED = {
    "processes": [
        {"pid": 4, "user": "SYSTEM", "command": ["svc.exe"]},
        {
            "pid": 5,
            "parent": 4,
            "user": "SYSTEM",
            "command": ["svc.exe", "-asmonitor", "Global\\a", "Global\\b"],
        },
    ]
}


@pytest.mark.slow
async def test_a_report_is_what_the_command_prints() -> None:
    """One JSON object."""
    text = json.dumps(LISTED)
    report = await read_report((sys.executable, "-c", f"print({text!r})"))
    assert report == LISTED


@pytest.mark.slow
@pytest.mark.parametrize("text", ["", "[]", "no"])
async def test_anything_else_is_no_report(text: str) -> None:
    """What cannot be read makes nothing of it measurable."""
    with pytest.raises(Unsupported, match="no JSON object"):
        await read_report((sys.executable, "-c", f"print({text!r})"))


@pytest.mark.parametrize("command", ["/no/such/report", "/dev/null"])
async def test_a_command_that_cannot_run_gives_no_report(command: str) -> None:
    """A typing error in the description makes nothing of it measurable."""
    with pytest.raises(Unsupported, match=f"the host's report {command}: "):
        await read_report((command,))


@pytest.mark.slow
async def test_a_report_that_was_given_up_does_not_stay(tmp_path: Path) -> None:
    """The check that asked for it may be out of time."""
    place = tmp_path / "pid"
    text = "import os, sys, time; open(sys.argv[1], 'w').write(f'{os.getpid()}\\n')"
    command = (sys.executable, "-c", f"{text}; time.sleep(600)", str(place))

    async def attempt() -> int | None:
        said = place.read_text(encoding="utf-8") if place.exists() else ""
        return int(said) if said.endswith("\n") else None

    async with asyncio.TaskGroup() as group:
        reading = group.create_task(read_report(command))
        pid = await until(attempt, within_s=5)
        reading.cancel()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_reported_processes_have_roles() -> None:
    """They are told apart as those of this machine are."""
    main, monitor = cast(processes_in(LISTED))
    assert (main.role, main.user, main.pid) == (Role.MAIN, "SYSTEM", 4)
    assert (monitor.role, monitor.parent) == (Role.MONITOR, 4)


@pytest.mark.parametrize(
    "report",
    [{}, {"processes": 7}, {"processes": [{"pid": "x"}]}, {"processes": [{"pid": 1}]}],
)
def test_a_report_without_processes_is_told(report: dict[str, Any]) -> None:
    """No list, and entries without a number or a command."""
    with pytest.raises(Unsupported, match="lists no processes"):
        processes_in(report)
