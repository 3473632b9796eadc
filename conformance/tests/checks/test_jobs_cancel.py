"""The judges of starting and cancelling, and of when that is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.checks.jobs_cancel import (
    NO_CHANGES,
    CancelPending,
    CancelRunning,
    PatchInvalid,
    PatchOtherStates,
)
from scanwright_conformance.transcript import Entry, Exchange

Pictured = Callable[..., Exchange]


def state(label: str, value: str) -> Exchange:
    """Return an answer with a job's state."""
    return answered(label, json={"status": value})


def refused(label: str, code: int = -1011, status: int = 409) -> Exchange:
    """Return a refusal."""
    return answered(label, status, json={"statusCode": status, "code": code})


def canceled(pictured: Pictured) -> dict[str, Entry]:
    """Return a conversation about two jobs that were cancelled."""
    entries: tuple[Exchange, ...] = (
        state("cancel-early", "canceled"),
        state("after-early", "canceled"),
        state("cancel-late", "canceled"),
        state("after-late", "canceled"),
        pictured("kept"),
    )
    return {entry.label: entry for entry in entries}


def test_a_running_job_is_cancelled_and_keeps_its_pages(pictured: Pictured) -> None:
    """Cancelling answers canceled, the job is it, and the first page is there."""
    assert judged(CancelRunning, *canceled(pictured).values()).is_met


def test_a_job_that_runs_on_is_not_cancelled(pictured: Pictured) -> None:
    """A job that is completed after it was cancelled breaks the rule."""
    ran_on = canceled(pictured) | {"after-late": state("after-late", "completed")}
    seen = judged(CancelRunning, *ran_on.values())
    assert (seen.is_met, seen.observed) == (False, "status completed")


@pytest.mark.parametrize(
    "wrong",
    [
        answered("cancel-early", 202, json={"status": "canceled"}),
        state("after-early", "running"),
        state("cancel-late", "running"),
    ],
    ids=lambda wrong: wrong.label,
)
def test_each_answer_says_that_it_is_cancelled(
    pictured: Pictured, wrong: Exchange
) -> None:
    """Both jobs, in the answer and afterwards."""
    entries = canceled(pictured) | {wrong.label: wrong}
    assert judged(CancelRunning, *entries.values()).labels == (wrong.label,)


def test_cancelling_takes_no_page_away(pictured: Pictured) -> None:
    """A page that was ready and cannot be read afterwards breaks the rule."""
    lost = canceled(pictured) | {"kept": answered("kept", 204)}
    assert judged(CancelRunning, *lost.values()).labels == ("kept",)


def test_a_pending_job_is_not_cancelled() -> None:
    """Cancelling a pending job is refused, and it stays pending."""
    pending = state("after", "pending")
    assert judged(CancelPending, refused("cancel"), pending).is_met
    gone = state("after", "canceled")
    assert judged(CancelPending, refused("cancel"), gone).labels == ("after",)
    other = refused("cancel", -2113, 400)
    assert judged(CancelPending, other, pending).labels == ("cancel",)


def test_a_pending_job_that_can_be_cancelled_breaks_the_rule() -> None:
    """The published table lets a pending job only start."""
    done = state("cancel", "canceled")
    assert not judged(CancelPending, done, state("after", "canceled")).is_met


ENDED = (refused("refused-start-completed"), refused("refused-cancel-completed"))


def test_an_ended_job_changes_no_more() -> None:
    """Starting and cancelling an ended job is out of sequence."""
    assert judged(PatchOtherStates, *ENDED).is_met
    assert judged(PatchOtherStates, *ENDED, refused("refused-start-running")).is_met
    others = state("create", "pending"), state("ended", "completed")
    assert judged(PatchOtherStates, *others, *ENDED).is_met
    for one in ENDED:
        assert not judged(PatchOtherStates, one).is_met


def test_a_change_that_is_silently_ignored_breaks_the_rule() -> None:
    """An answer of 200 to a change that is impossible tells the client nothing."""
    ignored = state("refused-start-running", "running")
    seen = judged(PatchOtherStates, *ENDED, ignored)
    assert (seen.is_met, seen.expected) == (False, "409 / -1011")


def test_a_change_needs_a_status_that_there_is() -> None:
    """Every change without a possible status is a wrong parameter."""
    numbers = range(1, len(NO_CHANGES) + 1)
    good = [refused(f"patch-{number}", -2113, 400) for number in numbers]
    assert judged(PatchInvalid, *good).is_met
    bad = [*good[:-1], refused(f"patch-{len(good)}", -1011, 409)]
    assert judged(PatchInvalid, *bad).labels == (f"patch-{len(good)}",)
    bad = [state("patch-1", "pending"), *good[1:]]
    assert judged(PatchInvalid, *bad).labels == ("patch-1",)
