"""Judges of clauses about one operating system."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright_conformance.canned import judged
from scanwright_conformance.checks.service_platforms import (
    MacosAccount,
    MacosInstaller,
    WindowsAccount,
    WindowsEvents,
    WindowsInstaller,
    WindowsScanAccount,
)
from scanwright_conformance.transcript import Fact

EVENTS = ("-asmonitor", r"Global\stop", r"Global\check")


def process(role: str, user: str, *arguments: str) -> dict[str, Any]:
    """Return a process of a report."""
    return {"role": role, "user": user, "arguments": list(arguments)}


def windows(
    main: str = r"NT AUTHORITY\SYSTEM",
    helper: str = r"PC\anna",
    events: tuple[str, ...] = EVENTS,
) -> Fact:
    """Return the processes of a Windows target."""
    return Fact(
        "processes",
        [
            process("main", main),
            process("monitor", r"NT AUTHORITY\Local Service", *events),
            process("certificate helper", helper, "-certCheck", "x"),
        ],
    )


def test_events_are_global() -> None:
    """Both names can be opened from every session; what follows them is no name."""
    assert judged(WindowsEvents, windows()).is_met
    assert judged(WindowsEvents, windows(events=(*EVENTS, "7"))).is_met


@pytest.mark.parametrize(
    "events",
    [
        ("-asmonitor", "5", "6"),
        ("-asmonitor", r"Global\stop", "check"),
        ("-asmonitor",),
    ],
)
def test_other_events_fail(events: tuple[str, ...]) -> None:
    """Numbers, local names, and none."""
    assert not judged(WindowsEvents, windows(events=events)).is_met


def test_without_a_monitor_there_are_no_events() -> None:
    """What is not there meets nothing."""
    seen = judged(WindowsEvents, Fact("processes", [process("main", "SYSTEM")]))
    assert (seen.is_met, seen.observed) == (False, "none")


def test_accounts_are_the_published_ones() -> None:
    """Main and monitor are the system's, the helper is the user's."""
    assert judged(WindowsAccount, windows()).is_met
    assert not judged(WindowsAccount, windows(main=r"PC\anna")).is_met
    assert not judged(WindowsAccount, windows(helper="SYSTEM")).is_met


@pytest.mark.parametrize(
    ("check", "other"),
    [
        (WindowsEvents, process("monitor", "SYSTEM", "-asmonitor", "5", "6")),
        (WindowsAccount, process("main", r"PC\anna")),
        (WindowsAccount, process("monitor", r"PC\anna", *EVENTS)),
        (WindowsAccount, process("certificate helper", "SYSTEM")),
    ],
    ids=lambda value: value["role"] if isinstance(value, dict) else value.__name__,
)
def test_each_process_of_a_role_counts(
    check: type[WindowsAccount],
    other: dict[str, Any],
) -> None:
    """One that is as it should be does not excuse another."""
    processes = Fact("processes", [*windows().value, other])
    assert not judged(check, processes).is_met


SCAN = ("-scan", r"\\.\pipe\a", "3", "event", "4", r"C:\s\scan.dll")


@pytest.mark.parametrize(
    ("user", "words", "is_met"),
    [
        (r"PC\anna", SCAN, True),
        ("SYSTEM", SCAN, False),
        (r"PC\anna", SCAN[:5], False),
        (r"PC\anna", ("-asmonitor", *SCAN[1:]), False),
        (r"PC\anna", (*SCAN[:2], "x", *SCAN[3:]), False),
        (r"PC\anna", (*SCAN[:4], "x", *SCAN[5:]), False),
    ],
)
def test_a_scan_process_on_windows(
    user: str,
    words: tuple[str, ...],
    *,
    is_met: bool,
) -> None:
    """The user's, with six arguments: the published first one, and two are numbers."""
    fact = Fact("process", process("scan process", user, *words))
    assert judged(WindowsScanAccount, fact).is_met is is_met


def test_everything_on_macos_is_the_users() -> None:
    """Other processes of the target may be anybody's."""
    ours = [process("main", "anna"), process("other", "root")]
    facts = Fact("user", "anna"), Fact("processes", ours)
    assert judged(MacosAccount, *facts).is_met
    theirs = Fact("processes", [*ours, process("monitor", "root")])
    assert not judged(MacosAccount, facts[0], theirs).is_met


@pytest.mark.parametrize(
    ("check", "value", "is_met"),
    [
        (WindowsInstaller, {"file": "S.MSI", "is_silent": True}, True),
        (WindowsInstaller, {"file": "s.exe", "is_silent": True}, False),
        (WindowsInstaller, {"file": "s.msi", "is_silent": False}, False),
        (WindowsInstaller, "msi", False),
        (MacosInstaller, {"file": "s.pkg", "is_silent": True}, True),
        (MacosInstaller, {"file": "s.dmg", "is_silent": True}, False),
    ],
)
def test_an_installer_is_of_its_kind_and_asks_nothing(
    check: type[WindowsInstaller],
    value: Any,
    *,
    is_met: bool,
) -> None:
    """So that it can be rolled out."""
    assert judged(check, Fact("installation", value)).is_met is is_met
