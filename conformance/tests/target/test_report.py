"""A host's report: read, and refused when it is none."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

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
