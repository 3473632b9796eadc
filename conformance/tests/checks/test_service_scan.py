"""Judges of scan processes."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.checks.service_scan import (
    ScanArguments,
    ScanComes,
    ScanCrash,
)
from scanwright_conformance.transcript import Entry, Fact


def running(*arguments: str) -> Fact:
    """Return a scan process that was seen."""
    return Fact("process", {"pid": 5, "arguments": list(arguments)})


def test_a_scan_process_was_there_or_not() -> None:
    """The stimulus waited for it."""
    assert judged(ScanComes, running("-scan", "9")).is_met
    assert not judged(ScanComes, stopped="no scan process within 10 s").is_met
    assert not judged(ScanComes).is_met


@pytest.mark.parametrize(
    ("words", "is_met"),
    [(("-scan", "9"), True), (("-scan",), False), (("-Scan", "9"), False)],
)
def test_a_scan_process_has_a_channel(words: tuple[str, ...], *, is_met: bool) -> None:
    """It follows the published first argument."""
    assert judged(ScanArguments, running(*words)).is_met is is_met


def crash(**other: Any) -> list[Entry]:
    """Return what was seen when the scan process was killed, `other` instead of it."""
    seen = {
        "kill": Fact("kill 0", {"pid": 8}),
        "ended": answered("ended", json={"status": "faulted", "code": -1001}),
        "after": Fact("main after", {"pid": 7}),
        "main": Fact("main is", 7),
        "again": answered("again-ended", json={"status": "completed"}),
    }
    return [entry for entry in {**seen, **other}.values() if entry]


def test_a_crash_costs_its_job_and_nothing_else() -> None:
    """Faulted, the same main, and the next job completes."""
    assert judged(ScanCrash, *crash()).is_met


@pytest.mark.parametrize(
    "other",
    [
        {"kill": None},
        {"ended": answered("ended", json={"status": "completed", "code": 0})},
        {"ended": answered("ended", json={"status": "canceled", "code": -1001})},
        {"ended": answered("ended", json={"status": "faulted", "code": 0})},
        {"after": Fact("main after", {"pid": 70})},
        {"again": answered("again-ended", json={"status": "faulted"})},
    ],
    ids=[
        "nothing killed",
        "completed",
        "canceled",
        "no code",
        "another main",
        "no next job",
    ],
)
def test_a_crash_that_costs_more_or_less_fails(other: dict[str, Any]) -> None:
    """Each of the conditions counts."""
    assert not judged(ScanCrash, *crash(**other)).is_met
