"""The judges of jobTimeout."""

from __future__ import annotations

from dataclasses import replace

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.checks.jobs_timeout import (
    LATE_S,
    SHORT_S,
    TimeoutFinished,
    TimeoutPending,
    TimeoutZero,
)
from scanwright_conformance.transcript import Exchange


def gone(label: str = "gone", *, at_s: float) -> Exchange:
    """Return the answer of a job that is no more."""
    body = {"statusCode": 410, "code": -1034}
    return answered(label, 410, json=body, started_s=at_s)


def created(label: str = "create", *, at_s: float = 0.0) -> Exchange:
    """Return the answer of a creation."""
    return answered(label, 201, json={"jobuid": "7"}, started_s=at_s)


def state(label: str, value: str, *, at_s: float = 0.0) -> Exchange:
    """Return an answer with a job's state."""
    return answered(label, json={"status": value}, started_s=at_s)


def test_a_pending_job_lives_as_long_as_it_may() -> None:
    """A job of two seconds is gone after two, and the next one is created."""
    assert judged(TimeoutPending, created(), gone(at_s=2.1), created("next")).is_met


def test_a_pending_job_goes_neither_early_nor_late() -> None:
    """A job that is gone at once, or long after its time, breaks the rule."""
    for at_s in (0.2, 9.0):
        seen = judged(TimeoutPending, created(), gone(at_s=at_s), created("next"))
        assert (seen.is_met, seen.labels) == (False, ("gone",))


def test_a_slow_road_makes_an_end_late() -> None:
    """How late a job may go is stretched like every other limit; how early, not."""
    for at_s, pace, is_met in (
        (SHORT_S + 2 * LATE_S, 3.0, True),
        (SHORT_S + 2 * LATE_S, 1.0, False),
        (SHORT_S - 0.5, 3.0, False),
    ):
        end = replace(gone(at_s=at_s), pace=pace)
        seen = judged(TimeoutPending, created(), end, created("next"))
        assert seen.is_met is is_met


def test_a_life_is_counted_from_its_beginning() -> None:
    """A job that was created later goes later, to the moment that it may."""
    start = replace(created(at_s=5.0), seconds=0.0)
    for at_s in (5.0 + SHORT_S, 5.0 + SHORT_S + LATE_S):
        end = replace(gone(at_s=at_s), seconds=0.0)
        assert judged(TimeoutPending, start, end, created("next")).is_met
    assert not judged(TimeoutPending, start, gone(at_s=5.2), created("next")).is_met


def test_a_job_that_timed_out_is_gone_and_not_unknown() -> None:
    """It was deleted, and that is what it says."""
    unknown = answered("gone", 404, json={"code": -1034}, started_s=2.1)
    seen = judged(TimeoutPending, created(), unknown, created("next"))
    assert seen.labels == ("gone",)


def test_a_job_that_timed_out_frees_its_scanner() -> None:
    """A scanner that is still locked breaks the rule."""
    locked = answered("next", 423, json={"code": -1004})
    seen = judged(TimeoutPending, created(), gone(at_s=2.1), locked)
    assert seen.labels == ("next",)


QUICK = (created(), state("ended", "completed", at_s=0.5), gone(at_s=2.6))


def test_the_life_of_a_job_begins_at_its_end() -> None:
    """A job that ran for five seconds goes one second after that."""
    slow = (
        created("create-slow", at_s=3),
        state("ended-slow.1", "running", at_s=7.9),
        state("ended-slow", "completed", at_s=8),
        gone("gone-slow", at_s=9.1),
    )
    assert judged(TimeoutFinished, *QUICK).is_met
    assert judged(TimeoutFinished, *QUICK, *slow).is_met


def test_a_job_that_has_not_completed_goes_like_another() -> None:
    """A job that was cancelled, and one that was faulted, stay no longer."""
    for kind in ("canceled", "faulted"):
        job = (
            created(f"create-{kind}", at_s=3),
            state(f"ended-{kind}.1", "running", at_s=3.9),
            state(f"ended-{kind}", kind, at_s=4),
        )
        for at_s, is_met in ((5.1, True), (4.1, False), (14.0, False)):
            end = gone(f"gone-{kind}", at_s=at_s)
            seen = judged(TimeoutFinished, *QUICK, *job, end)
            assert seen.is_met is is_met
        stays = state(f"gone-{kind}", kind, at_s=24)
        seen = judged(TimeoutFinished, *QUICK, *job, stays)
        assert seen.labels == (f"gone-{kind}",)


def test_over_a_slow_road_a_life_is_longer() -> None:
    """Otherwise it would pass between two looks: here three times as long."""
    start, ended, _ = QUICK
    asked = replace(start.request, body=b'{"jobTimeout": 6}')
    slow = replace(start, request=asked)
    assert judged(TimeoutFinished, slow, ended, gone(at_s=6.6)).is_met
    assert not judged(TimeoutFinished, slow, ended, gone(at_s=2.6)).is_met


def test_a_clock_that_runs_while_the_job_runs_breaks_the_rule() -> None:
    """A job that is gone as soon as it ended was counted while it ran."""
    slow = (
        created("create-slow", at_s=3),
        state("ended-slow.1", "running", at_s=7.9),
        state("ended-slow", "completed", at_s=8),
        gone("gone-slow", at_s=8.1),
    )
    seen = judged(TimeoutFinished, *QUICK, *slow)
    assert (seen.is_met, seen.observed) == (False, "0.21 s")


def test_a_job_that_is_deleted_while_it_runs_has_no_end() -> None:
    """The wait for its end stops at the 410, and that is a failure."""
    dead = gone("ended-slow", at_s=4)
    seen = judged(TimeoutFinished, *QUICK, created("create-slow"), dead, stopped="410")
    assert seen.labels == ("ended-slow",)
    *quick, end = QUICK
    unknown = answered("gone", 404, json={"code": -1034}, started_s=end.started_s)
    assert judged(TimeoutFinished, *quick, unknown).labels == ("gone",)
    error = answered("ended", 500, json={"status": "completed"}, started_s=0.5)
    assert judged(TimeoutFinished, quick[0], error, end).labels == ("ended",)


STAYING = {
    "zero": state("zero", "completed"),
    "none": state("none", "completed"),
    "pending": state("pending", "pending"),
}


def test_jobs_without_a_life_span_stay() -> None:
    """Jobs with 0 and without are there when one with two seconds is gone."""
    assert judged(TimeoutZero, *STAYING.values()).is_met


def test_zero_is_not_at_once() -> None:
    """A job with 0 that goes by itself breaks the rule."""
    for label in STAYING:
        bad = STAYING | {label: gone(label, at_s=1)}
        assert judged(TimeoutZero, *bad.values()).labels == (label,)
    started = STAYING | {"pending": state("pending", "running")}
    assert judged(TimeoutZero, *started.values()).labels == ("pending",)
