"""The life of a scan job, as a table.

Theory of operation. A job is created `pending` and ends `completed`, `faulted` or
`canceled`; nothing leaves an end. Four things move it:

* Start       the client (or autoRun) lets it scan
* SourceEmpty the last page has arrived
* Failed      the device or its driver gave up; also before the start
* Cancel      the client asked for the end

A page that arrives changes no state, and counts only while the job runs. Deletion is
not a state: a deleted job is gone, and whoever owns the jobs remembers its id.

Time is a parameter (seconds of any monotonic clock). The job's own time limit runs
while it is pending and again from its end, never while it scans.

Implements: JOBS-start, JOBS-completes, JOBS-cancel-running, JOBS-cancel-pending,
JOBS-patch-other-states, JOBS-timeout-pending, JOBS-timeout-finished, JOBS-timeout-zero.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from scanwright.errors import Code, OutOfSequence

__all__ = [
    "Cancel",
    "Event",
    "Failed",
    "JobState",
    "SourceEmpty",
    "Start",
    "Status",
]


class Status(StrEnum):
    """The published states of a job."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAULTED = "faulted"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class Start:
    """Let the job scan."""


@dataclass(frozen=True, slots=True)
class SourceEmpty:
    """Every page has arrived."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The device gave up, with the code and the words for the client."""

    code: int
    message: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """The client wants no more pages."""


Event = Start | SourceEmpty | Failed | Cancel

TRANSITIONS: Final[dict[tuple[Status, type[Event]], Status]] = {
    (Status.PENDING, Start): Status.RUNNING,
    (Status.PENDING, Failed): Status.FAULTED,
    (Status.RUNNING, SourceEmpty): Status.COMPLETED,
    (Status.RUNNING, Failed): Status.FAULTED,
    (Status.RUNNING, Cancel): Status.CANCELED,
}


@dataclass(frozen=True, slots=True)
class JobState:
    """Where a job stands. `since` is the time at which it entered this status."""

    since: float
    timeout_s: int = 0
    status: Status = Status.PENDING
    code: int = Code.SUCCESS
    message: str = "Success."

    def apply(self, event: Event, now: float) -> JobState:
        """Return the state after `event`.

        Raises:
            OutOfSequence: The table has no such transition.
        """
        status = TRANSITIONS.get((self.status, type(event)))
        if status is None:
            raise OutOfSequence(
                f"The job is {self.status}: {type(event).__name__.lower()} "
                "is not possible now.",
            )
        after = replace(self, status=status, since=now)
        if isinstance(event, Failed):
            return replace(after, code=event.code, message=event.message)
        return after

    @property
    def is_ended(self) -> bool:
        """Whether nothing can happen to the job any more but its deletion."""
        return self.status not in {Status.PENDING, Status.RUNNING}

    @property
    def expires_at(self) -> float | None:
        """When the job deletes itself; None is not in this state, or never."""
        if self.timeout_s == 0 or self.status is Status.RUNNING:
            return None
        return self.since + self.timeout_s
