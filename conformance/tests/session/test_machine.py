"""The target's processes: recorded, awaited, signalled."""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from scanwright_conformance.session import Stopped
from scanwright_conformance.session._machine import Machine
from scanwright_conformance.session._recorder import Recorder
from scanwright_conformance.target import (
    Addresses,
    CommandControl,
    Process,
    Role,
    Target,
    Unsupported,
)

OPEN_FILES = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
SERVICE = """\
import json, os, signal, subprocess, sys
wait = [sys.executable, "-c", "import signal; signal.pause()"]
children = [subprocess.Popen(wait), subprocess.Popen([*wait, "-asmonitor", "5", "6"])]
line = {"api": "http://127.0.0.1:1/api", "pid": children[0].pid}
print(json.dumps(line), flush=True)
signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
try:
    while True:
        children[1].wait()
        children[1] = subprocess.Popen([*wait, "-asmonitor", "7", "8"])
finally:
    for child in children:
        child.kill()
"""


def machine_of(target: Target) -> Machine:
    """Return the machine of a session with a recorder of its own."""
    return Machine(Recorder(), target)


def managed(control: CommandControl) -> Target:
    """Return a managed target."""
    return Target("t", Addresses({}), frozenset(), control=control)


def control_of(folder: Path) -> CommandControl:
    """Return a control of a main with a monitor that is replaced."""
    program = folder / "service.py"
    program.write_text(SERVICE)
    return CommandControl((sys.executable, str(program)), timeout_s=10)


@pytest.mark.slow
async def test_processes_are_recorded_with_their_roles(tmp_path: Path) -> None:
    """By number, parent, state, user, command and arguments."""
    async with control_of(tmp_path) as control:
        await control.start()
        machine = machine_of(managed(control))
        await machine.until_running(Role.MONITOR, label="monitor")
        await machine.processes(label="all")
        recorded = machine._recorder.transcript()
    roles = [each["role"] for each in recorded.fact("all")]
    assert sorted(roles) == ["main", "monitor", "other"]
    assert recorded.fact("monitor")["arguments"] == ["-asmonitor", "5", "6"]
    assert set(recorded.fact("all")[0]) == {
        *("role", "pid", "parent", "state", "user", "command", "arguments"),
    }


@pytest.mark.slow
async def test_who_was_killed_is_replaced(tmp_path: Path) -> None:
    """The signal waits for the end, and then another one is awaited."""
    async with control_of(tmp_path) as control:
        await control.start()
        machine = machine_of(managed(control))
        first = await machine.until_running(Role.MONITOR, label="first")
        await machine.signal(first, "SIGKILL", label="kill")
        second = await machine.until_running(
            Role.MONITOR, label="second", instead_of=first
        )
        with pytest.raises(Stopped, match="is gone"):
            await machine.signal(first, "SIGKILL", label="kill again")
        recorded = machine._recorder.transcript()
    assert second.pid != first.pid
    assert recorded.fact("kill")["signal"] == "SIGKILL"
    assert recorded.fact("kill")["at_s"] <= recorded.fact("second")["at_s"]


@pytest.mark.slow
async def test_a_child_that_was_forked_just_before_takes_no_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has the command line of its parent until it becomes what it is for."""
    async with control_of(tmp_path) as control:
        await control.start()
        machine = machine_of(managed(control))
        former = await machine.until_running(Role.MONITOR, label="monitor")
        child = replace(former, pid=former.pid + 1, started=former.started - 100)
        running = control.processes

        def and_child() -> tuple[Process, ...]:
            return (child, *running())

        monkeypatch.setattr(control, "processes", and_child)
        await machine.signal(former, "SIGKILL", label="kill")
        after = await machine.until_running(
            Role.MONITOR, label="after", instead_of=former
        )
    assert after.pid != child.pid


@pytest.mark.slow
async def test_a_stranger_with_the_number_gets_no_signal(tmp_path: Path) -> None:
    """The start tells two apart that had the same number."""
    async with control_of(tmp_path) as control:
        await control.start()
        machine = machine_of(managed(control))
        monitor = await machine.until_running(Role.MONITOR, label="monitor")
        former = replace(monitor, started=monitor.started - 1)
        with pytest.raises(Stopped, match="is gone"):
            await machine.signal(former, "SIGKILL", label="kill")
        again = await machine.until_running(Role.MONITOR, label="again")
    assert again.pid == monitor.pid


@pytest.mark.slow
async def test_who_never_comes_stops(tmp_path: Path) -> None:
    """And who is not there is not there."""
    async with control_of(tmp_path) as control:
        await control.start()
        machine = machine_of(managed(control))
        with pytest.raises(Stopped, match="no scan process within"):
            await machine.until_running(Role.SCAN, label="scan", within_s=0.1)
        await machine.until_none(Role.SCAN, label="none", within_s=1)
        await machine.until_none(Role.MAIN, label="some", within_s=0.1)
        recorded = machine._recorder.transcript()
    assert recorded.fact("none") == []
    assert [each["role"] for each in recorded.fact("some")] == ["main"]


@pytest.mark.slow
async def test_limits_are_awaited(tmp_path: Path) -> None:
    """Recorded are those that it has, met or not; without anybody it stops."""
    async with control_of(tmp_path) as control:
        await control.start()
        machine = machine_of(managed(control))
        for label, most in (("met", OPEN_FILES), ("higher", 0)):
            await machine.until_limited(
                Role.MONITOR, {"open files": most}, label=label, within_s=0.2
            )
        with pytest.raises(Stopped, match="no add-on process within"):
            await machine.until_limited(Role.ADDON, {}, label="none", within_s=0.1)
        recorded = machine._recorder.transcript()
    for label in ("met", "higher"):
        seen = recorded.fact(label)
        assert seen["arguments"] == ["-asmonitor", "5", "6"]
        assert seen["limits"]["open files"]["hard"] == OPEN_FILES
    assert "none" not in recorded


async def test_an_attached_target_shows_no_processes() -> None:
    """Nor does it have a report."""
    machine = machine_of(Target("t", Addresses({}), frozenset()))
    with pytest.raises(Unsupported, match="not known"):
        await machine.processes(label="all")
    with pytest.raises(Unsupported, match="names no report"):
        await machine.report("installation", label="installation")


@pytest.mark.slow
async def test_a_report_shows_another_machine() -> None:
    """Its processes are seen, and out of reach."""
    value = {
        "installation": {"file": "a.msi"},
        "processes": [{"pid": 7, "command": ["s.exe", "-scan", "p"]}],
    }
    command = (sys.executable, "-c", f"print({json.dumps(value)!r})")
    machine = machine_of(Target("t", Addresses({}), frozenset(), report=command))
    assert await machine.report("installation", label="i") == {"file": "a.msi"}
    process = await machine.until_running(Role.SCAN, label="scan")
    with pytest.raises(Unsupported, match="out of reach"):
        await machine.signal(process, "SIGKILL", label="kill")
    with pytest.raises(Unsupported, match="does not tell the limits"):
        await machine.until_limited(Role.SCAN, {}, label="limits", within_s=1)
    with pytest.raises(Unsupported, match="has no 'user'"):
        await machine.report("user", label="user")
