"""Judges of a service's beginning and end."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.checks.service_life import (
    OneInstance,
    StaleLock,
    StopComplete,
)
from scanwright_conformance.transcript import Entry, Fact

CLEAN = {"seconds": 0.4, "is_by_itself": True, "left": [], "temporary": []}


def stopped(*, is_open: bool = False, **other: Any) -> list[Entry]:
    """Return what was seen at a stop."""
    return [
        Fact("before", [{"pid": 5}]),
        Fact("stop", {**CLEAN, **other}),
        Fact("ports", ["api"]),
        Fact("port api", is_open),
    ]


def test_a_clean_stop_leaves_nothing() -> None:
    """No process, no file, no port, after five seconds at most."""
    assert judged(StopComplete, *stopped()).is_met
    assert judged(StopComplete, *stopped(seconds=5.0)).is_met


@pytest.mark.parametrize(
    ("entries", "observed"),
    [
        (stopped(seconds=6.0), "6.00 s"),
        (stopped(is_by_itself=False), "0.40 s"),
        (stopped(left=[[7, "served", "-scan"]]), "7 served -scan"),
        (stopped(temporary=["scan.sock"]), "scan.sock"),
        (stopped(is_open=True), "it is open"),
        ([Fact("before", []), *stopped()[1:]], "none"),
    ],
)
def test_a_stop_that_leaves_something_fails(
    entries: list[Entry],
    observed: str,
) -> None:
    """Late, killed, or with something left."""
    seen = judged(StopComplete, *entries)
    assert (seen.is_met, seen.observed) == (False, observed)


def test_every_port_is_closed_after_a_stop() -> None:
    """That of the manager, too."""
    names = Fact("ports", ["api", "manager"])
    ports = [Fact("port api", False), Fact("port manager", True)]  # noqa: FBT003 - JSON
    seen = judged(StopComplete, *stopped()[:2], names, *ports)
    assert (seen.is_met, seen.labels) == (False, ("port manager",))


@pytest.mark.parametrize(
    ("status", "is_met"),
    [(1, True), (3, True), (0, False), (None, False)],
)
def test_a_second_instance_gives_way(status: int | None, *, is_met: bool) -> None:
    """It ends, and says by its status that it did not serve."""
    first = answered("first", json={})
    assert judged(OneInstance, Fact("second", status), first).is_met is is_met


def test_a_second_instance_that_ends_the_first_fails() -> None:
    """The one that was there goes on."""
    assert not judged(OneInstance, Fact("second", 1), unanswered("first")).is_met


def test_a_start_after_a_crash_answers() -> None:
    """Whatever was left behind."""
    assert judged(StaleLock, answered("answer", json={})).is_met
    assert not judged(StaleLock, stopped="the target did not start").is_met


def test_a_start_after_a_crash_that_serves_nothing_fails() -> None:
    """Processes alone are no service."""
    seen = judged(StaleLock, unanswered("answer", "Connection refused"))
    assert (seen.is_met, seen.labels) == (False, ("answer",))
