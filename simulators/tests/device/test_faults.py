"""Fault scripts: what triggers, how often, and what came near."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright_simulators.device.faults import (
    Due,
    Fault,
    FaultKind,
    FaultScript,
    Moment,
    refusal,
)
from scanwright_simulators.errors import DeviceBusy, DeviceFault, Refusal, TrayEmpty

JAM = FaultKind.JAM


def script(*faults: Fault) -> FaultScript:
    """Return a script of these rules."""
    return FaultScript(faults, seed="test")


@pytest.mark.parametrize(
    ("fault", "moment", "expected"),
    [
        (Fault(JAM, page=3), Moment(3), Due(Fault(JAM, page=3))),
        (Fault(JAM, page=3), Moment(2), None),
        (Fault(JAM, page=0), Moment(0), Due(Fault(JAM, page=0))),
        (Fault(JAM), Moment(0), None),
        (Fault(JAM), Moment(7), Due(Fault(JAM))),
    ],
)
def test_pages_trigger(fault: Fault, moment: Moment, expected: Due | None) -> None:
    """A rule without a page is due at each, but never at the start of a job."""
    assert script(fault).due(moment) == expected


@pytest.mark.parametrize(("byte", "size", "found"), [(10, 100, 10), (500, 100, 99)])
def test_bytes_lie_in_the_page(byte: int, size: int, found: int) -> None:
    """A byte beyond the page is its last one."""
    due = script(Fault(JAM, byte=byte)).due(Moment(1, size_bytes=size))
    assert due is not None
    assert due.byte == found


@pytest.mark.parametrize(
    ("begins_s", "ends_s", "found"),
    [(0, 1, None), (2, 4, 50), (3, 4, "before"), (5, 6, "before")],
)
def test_time_triggers(begins_s: float, ends_s: float, found: object) -> None:
    """After 3 s: not yet, in mid-page where the time falls, or before the page."""
    due = script(Fault(JAM, after_s=3)).due(Moment(1, begins_s, ends_s, 100))
    assert (due and (due.byte if due.byte is not None else "before")) == found


def test_times_are_counted() -> None:
    """A rule that has happened often enough is spent."""
    rules = script(Fault(JAM, times=2))
    assert [bool(rules.due(Moment(page))) for page in (1, 2, 3)] == [True, True, False]
    assert rules.rules[0].is_spent


def test_the_first_rule_wins() -> None:
    """One fault a page; the other rule is as fresh as before."""
    rules = script(Fault(JAM), Fault(FaultKind.STALL))
    due = rules.due(Moment(1))
    assert due is not None
    assert due.fault.kind is JAM
    assert [rule.fired for rule in rules.rules] == [1, 0]


@given(st.integers(0, 2**32))
def test_dice_follow_the_seed(seed: int) -> None:
    """Equal seeds throw alike; a rule added beside it changes nothing."""
    fault = Fault(JAM, probability=0.3)
    alone = FaultScript([fault], seed=str(seed))
    beside = FaultScript([fault, Fault(FaultKind.STALL, page=99)], seed=str(seed))
    throws = [
        [bool(each.due(Moment(page))) for page in range(1, 50)]
        for each in (alone, beside)
    ]
    assert throws[0] == throws[1]


def test_dice_fall_about_as_often_as_they_should() -> None:
    """Three in ten is about three in ten."""
    rules = script(Fault(JAM, probability=0.3))
    hits = sum(bool(rules.due(Moment(page))) for page in range(1, 2001))
    assert 500 < hits < 700


def test_rules_come_and_go() -> None:
    """Rules are removed one by one or all; reset brings the first ones back."""
    rules = script(Fault(JAM))
    added = rules.add(Fault(FaultKind.STALL))
    assert rules.remove(added.id) == 1
    assert rules.remove(99) == 0
    assert rules.remove() == 1
    assert rules.due(Moment(1)) is None
    rules.reset()
    assert [rule.fault.kind for rule in rules.rules] == [JAM]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(JAM, page=12), "after 3 pages"),
        (Fault(JAM, after_s=60), "less than 60 s"),
        (Fault(JAM, probability=0.001), "the dice fell otherwise"),
    ],
)
def test_near_misses_are_explained(fault: Fault, words: str) -> None:
    """A rule that did not happen says why."""
    (line,) = script(fault).unfired(3)
    assert line.startswith(f"{fault} (rule 1) did not happen: ")
    assert words in line


def test_what_happened_is_no_near_miss() -> None:
    """Spent rules and those for pages that came are silent."""
    rules = script(Fault(JAM, page=2, times=1), Fault(JAM, page=1))
    rules.due(Moment(2))
    assert rules.unfired(3) == []


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault(JAM, page=3, times=1), "jam at page 3 once"),
        (Fault(JAM, page=0, times=2), "jam at the start 2 times"),
        (
            Fault(JAM, byte=7, after_s=1.5, probability=0.5),
            "jam at byte 7 after 1.5 s with probability 0.5",
        ),
    ],
)
def test_rules_read_like_sentences(fault: Fault, text: str) -> None:
    """What people see of a rule."""
    assert str(fault) == text


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (FaultKind.BUSY, DeviceBusy),
        (FaultKind.EMPTY, TrayEmpty),
        (FaultKind.JAM, DeviceFault),
    ],
)
def test_hosts_are_told_the_usual_words(kind: FaultKind, error: type[Refusal]) -> None:
    """Busy and empty are what they are without a fault, too."""
    found = refusal("Office", Fault(kind))
    assert type(found) is error
    assert found.fault == Fault(kind)
