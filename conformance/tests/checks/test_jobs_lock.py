"""The judges of the lock: a scanner has one job at a time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.checks.jobs_lock import (
    LockPending,
    LockPerScanner,
    LockReleased,
    LockRunning,
)
from scanwright_conformance.transcript import Entry, Exchange

Pictured = Callable[..., Exchange]


def locked(label: str, code: int = -1004) -> Exchange:
    """Return the refusal of a scanner that somebody else has."""
    return answered(label, 423, json={"statusCode": 423, "code": code})


def created(label: str, device: str = "one") -> Exchange:
    """Return the answer of a creation."""
    return answered(label, 201, json={"jobuid": "7", "scanner": {"device": device}})


def test_a_pending_job_locks_its_scanner() -> None:
    """Whoever asks for a job on that scanner is refused, whatever kind of job."""
    assert judged(
        LockPending, locked("second-pending"), locked("second-running")
    ).is_met


def test_a_second_job_beside_a_pending_one_breaks_the_rule() -> None:
    """A job that runs beside a pending one takes that one's paper."""
    seen = judged(LockPending, locked("second-pending"), created("second-running"))
    assert (seen.is_met, seen.expected) == (False, "423 / -1004")
    seen = judged(LockPending, created("second-pending"), locked("second-running"))
    assert (seen.is_met, seen.labels) == (False, ("second-pending",))


def disturbed(pictured: Pictured) -> dict[str, Entry]:
    """Return a conversation about a job that somebody disturbed."""
    entries: tuple[Exchange, ...] = (
        locked("second"),
        pictured("page-1"),
        pictured("page-2"),
        answered("page-end", 204),
        answered("ended", json={"status": "completed"}),
    )
    return {entry.label: entry for entry in entries}


def test_a_running_job_locks_its_scanner_and_loses_nothing(pictured: Pictured) -> None:
    """The second job is refused, and the first delivers what it would have alone."""
    entries = disturbed(pictured)
    assert judged(LockRunning, *entries.values()).is_met
    del entries["page-2"]
    short = (*entries.values(), created("create-alone"), pictured("alone-1"))
    assert judged(LockRunning, *short).is_met


def test_a_disturbed_job_that_loses_a_page_breaks_the_rule(pictured: Pictured) -> None:
    """A job with fewer pages than without the disturbance broke on it."""
    entries = disturbed(pictured)
    del entries["page-2"]
    seen = judged(LockRunning, *entries.values())
    assert (seen.is_met, seen.observed) == (False, "number of pages 1")
    alone = (created("create-alone"), pictured("alone-1"), pictured("alone-2"))
    seen = judged(LockRunning, *entries.values(), *alone)
    assert (seen.is_met, seen.observed) == (False, "number of pages 1")


@pytest.mark.parametrize(
    "wrong",
    [
        answered("page-2"),
        answered("page-end", 410),
        answered("ended", json={"status": "canceled"}),
    ],
    ids=lambda wrong: wrong.label,
)
def test_a_disturbed_job_delivers_and_completes(
    pictured: Pictured, wrong: Exchange
) -> None:
    """Pictures, the end of the pages, and an orderly end of the job."""
    entries = disturbed(pictured) | {wrong.label: wrong}
    assert judged(LockRunning, *entries.values()).labels == (wrong.label,)


def test_a_crash_of_the_second_is_no_lock(pictured: Pictured) -> None:
    """An error of the service is not the refusal that the clause wants."""
    crashed = disturbed(pictured) | {"second": answered("second", 500)}
    assert judged(LockRunning, *crashed.values()).labels == ("second",)


RELEASED: dict[str, Entry] = {
    "after-completed": created("after-completed"),
    "after-deleted": created("after-deleted"),
    "cancel": answered("cancel", json={"status": "canceled"}),
    "after-canceled": created("after-canceled"),
}


def test_an_ended_job_locks_nothing() -> None:
    """The next job is created after each kind of end."""
    assert judged(LockReleased, *RELEASED.values()).is_met
    without_slow = [RELEASED["after-completed"], RELEASED["after-deleted"]]
    assert judged(LockReleased, *without_slow).is_met


def test_a_scanner_that_stays_locked_breaks_the_rule() -> None:
    """A completed or cancelled job that still has its scanner breaks the rule."""
    for label in ("after-completed", "after-deleted", "after-canceled"):
        seen = judged(LockReleased, *(RELEASED | {label: locked(label)}).values())
        assert (seen.is_met, seen.labels) == (False, (label,))


def test_a_job_that_could_not_be_cancelled_may_keep_its_scanner() -> None:
    """That is the business of the clause about cancelling."""
    entries = RELEASED | {
        "cancel": answered("cancel", 409, json={"code": -1011}),
        "after-canceled": locked("after-canceled"),
    }
    assert judged(LockReleased, *entries.values()).is_met
    entries["cancel"] = unanswered("cancel")
    assert judged(LockReleased, *entries.values()).is_met


def test_each_scanner_has_its_own_lock() -> None:
    """A job on another scanner is created, and really on the other one."""
    create = created("create")
    assert judged(LockPerScanner, create, created("other", "two")).is_met
    assert not judged(LockPerScanner, create, locked("other")).is_met
    assert not judged(LockPerScanner, create, created("other", "one")).is_met
    served = answered("other", json={"scanner": {"device": "two"}})
    assert not judged(LockPerScanner, create, served).is_met
