"""Judges of processes that replace each other."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.checks.service import (
    FrozenMainReturns,
    HelperArguments,
    HelperReturns,
    MainReturns,
    MonitorArguments,
    MonitorReturns,
    PortsKept,
)
from scanwright_conformance.transcript import Entry, Exchange, Fact


def process(pid: int = 5, *arguments: str, at_s: float = 0.0) -> dict[str, Any]:
    """Return a process as a stimulus records it."""
    return {"pid": pid, "role": "any", "arguments": list(arguments), "at_s": at_s}


def back(label: str, started_s: float, seconds: float = 0.0) -> Exchange:
    """Return a good answer to a request at `started_s` that took `seconds`."""
    return answered(label, json={}, started_s=started_s, seconds=seconds)


@pytest.mark.parametrize(
    ("words", "is_met"),
    [
        (("-asmonitor", "5", "6"), True),
        (("-asmonitor", "5", "6", "7"), True),
        (("-asmonitor", "5"), False),
        (("-asMonitor", "5", "6"), False),
        (("--monitor", "5", "6"), False),
        ((), False),
    ],
)
def test_a_monitor_has_two_events(words: tuple[str, ...], *, is_met: bool) -> None:
    """Two arguments follow the first, or more."""
    seen = judged(MonitorArguments, Fact("process", process(5, *words)))
    assert seen.is_met is is_met


@pytest.mark.parametrize("word", ["-certCheck", "-certcheck"])
def test_a_helper_is_known_in_any_letter_case(word: str) -> None:
    """One argument follows at least."""
    assert judged(HelperArguments, Fact("process", process(5, word, "6"))).is_met
    assert not judged(HelperArguments, Fact("process", process(5, word))).is_met


def deaths(*, after: int = 6, back_s: float = 1.2, between: int = 200) -> list[Entry]:
    """Return what was seen when main, process 5, was killed after a second."""
    return [
        Fact("kill main", process(5, at_s=1.0)),
        answered("between", between, json={}, started_s=1.01),
        back("back", back_s),
        Fact("main after", process(after, at_s=1.2)),
        answered("kept api", json={}),
        answered("kept manager"),
    ]


def test_another_main_that_answers_soon_has_returned() -> None:
    """It is another process, and it took no more than five seconds."""
    assert judged(MainReturns, *deaths()).is_met
    assert judged(MainReturns, *deaths(back_s=6.0)).is_met


@pytest.mark.parametrize(
    ("entries", "observed"),
    [
        (deaths(after=5), "still 5"),
        (deaths(back_s=6.5), "5.50 s"),
        (deaths()[:2], "the conversation ended before it"),
    ],
)
def test_a_main_that_stays_away_fails(entries: list[Entry], observed: str) -> None:
    """The same one, one that is late, and none."""
    seen = judged(MainReturns, *entries)
    assert (seen.is_met, seen.observed) == (False, observed)


@pytest.mark.parametrize(
    "late",
    [back("back", 2.0, seconds=4.5), answered("back", 500, started_s=1.2)],
    ids=["slow", "no good answer"],
)
def test_a_main_that_is_there_has_to_answer(late: Exchange) -> None:
    """The time counts until the answer has come, and it is a good one."""
    kill, between, _, *others = deaths()
    seen = judged(MainReturns, kill, between, late, *others)
    assert (seen.is_met, seen.labels) == (False, ("back",))


def test_a_request_in_between_is_answered() -> None:
    """It may wait, and must not be refused."""
    assert judged(PortsKept, *deaths()).is_met
    refused = [unanswered("between", "no answer: Connection refused"), *deaths()[2:]]
    seen = judged(PortsKept, *refused)
    assert (seen.is_met, seen.labels) == (False, ("between",))


def test_a_main_that_answers_once_and_no_more_keeps_no_port() -> None:
    """The request in between is answered by one that stays."""
    kill, between, _, *others = deaths()
    seen = judged(PortsKept, kill, between, answered("back", 503), *others)
    assert (seen.is_met, seen.labels) == (False, ("back",))


def test_no_port_is_another_one_afterwards() -> None:
    """Those of the manager and of TLS count, too."""
    moved = unanswered("kept manager", "no answer: Connection refused")
    seen = judged(PortsKept, *deaths()[:-1], moved)
    assert (seen.is_met, seen.labels) == (False, ("kept manager",))


def replaced(
    role: str,
    *,
    at_s: float = 12.0,
    status: int = 200,
    main: int = 7,
) -> list[Entry]:
    """Return what was seen when a process of `role` was killed beside main, 7."""
    return [
        Fact(f"main before {role}", process(7)),
        Fact(f"kill {role}", process(8, at_s=11.0)),
        Fact(f"{role} after", process(9, at_s=at_s)),
        answered(f"good after {role}", status, json={}),
        Fact(f"main after {role}", process(main)),
    ]


@pytest.mark.parametrize(
    ("check", "role"),
    [(MonitorReturns, "monitor"), (HelperReturns, "certificate helper")],
)
def test_who_is_not_main_is_replaced_beside_it(
    check: type[MonitorReturns],
    role: str,
) -> None:
    """Within five seconds, and main is the same and answers."""
    assert judged(check, *replaced(role)).is_met
    assert judged(check, *replaced(role, at_s=16.0)).is_met
    assert not judged(check, *replaced(role, at_s=17.0)).is_met
    assert not judged(check, *replaced(role, status=500)).is_met
    assert not judged(check, *replaced(role, main=70)).is_met
    assert not judged(check, *replaced(role)[:2]).is_met


def test_a_frozen_main_answers_again_in_time() -> None:
    """Ten seconds are enough, eleven are too many."""
    frozen = Fact("freeze main", process(5, at_s=1.0))
    assert judged(FrozenMainReturns, frozen, back("thawed", 10.0)).is_met
    assert not judged(FrozenMainReturns, frozen, back("thawed", 12.0)).is_met
    assert not judged(FrozenMainReturns, frozen).is_met
