"""The state machine of a job, against a model that is small enough to be believed."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from scanwright.errors import Code, OutOfSequence
from scanwright.protocol.jobs import (
    Cancel,
    Event,
    Failed,
    JobState,
    SourceEmpty,
    Start,
    Status,
)

ENDS = {Status.COMPLETED, Status.FAULTED, Status.CANCELED}
JAM = Failed(Code.FEEDER_JAM, "Paper jam.")


class JobLife(RuleBasedStateMachine):
    """Any sequence of events: what is not in the published list never happens."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.state = JobState(since=0.0, timeout_s=5)
        self.seen: list[Status] = [Status.PENDING]

    @rule(
        event=st.sampled_from([Start(), SourceEmpty(), JAM, Cancel()]),
        wait=st.floats(min_value=0, max_value=100),
    )
    def happens(self, event: Event, wait: float) -> None:
        """Time passes and an event comes, fitting or not."""
        self.now += wait
        before = self.state
        try:
            self.state = before.apply(event, self.now)
        except OutOfSequence:
            assert self.state is before
        else:
            self.seen.append(self.state.status)
            assert self.state.since == self.now

    @invariant()
    def goes_only_the_published_ways(self) -> None:
        """A job goes pending, running, one end; or pending, faulted."""
        middle = self.seen[1:-1] if len(self.seen) > 2 else []
        assert middle in ([], [Status.RUNNING])
        assert len(self.seen) <= 3
        assert not any(status in ENDS for status in self.seen[:-1])

    @invariant()
    def tells_a_code_only_when_faulted(self) -> None:
        """The code is 0 unless the job is faulted."""
        is_faulted = self.state.status is Status.FAULTED
        assert (self.state.code != Code.SUCCESS) == is_faulted

    @invariant()
    def times_out_only_at_rest(self) -> None:
        """The time limit runs while pending and after the end, not while scanning."""
        runs = self.state.expires_at is not None
        assert runs == (self.state.status is not Status.RUNNING)


TestJobLife = JobLife.TestCase


@pytest.mark.parametrize("status", sorted(ENDS))
@pytest.mark.parametrize("event", [Start(), SourceEmpty(), JAM, Cancel()])
def test_nothing_leaves_an_end(status: Status, event: Event) -> None:
    """A job that has ended accepts no event."""
    with pytest.raises(OutOfSequence, match=status):
        JobState(since=0, status=status).apply(event, 1.0)


def test_cancelling_a_pending_job_is_out_of_sequence() -> None:
    """Only a running job can be cancelled."""
    with pytest.raises(OutOfSequence):
        JobState(since=0).apply(Cancel(), 1.0)


def test_time_limit_counts_from_the_last_change() -> None:
    """The limit restarts when the job ends."""
    running = JobState(since=0, timeout_s=10).apply(Start(), 3.0)
    assert running.apply(SourceEmpty(), 100.0).expires_at == 110.0


def test_without_a_time_limit_a_job_stays() -> None:
    """A limit of 0 never expires."""
    assert JobState(since=0, timeout_s=0).expires_at is None


def test_is_ended_for_the_three_ends_only() -> None:
    """Completed, faulted and canceled are ends; pending and running are not."""
    assert {s for s in Status if JobState(since=0, status=s).is_ended} == ENDS
