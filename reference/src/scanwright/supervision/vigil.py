"""The vigil: decides from heartbeats and glimpses what to do about another process.

It must end what is stuck, and must not end what is merely kept waiting. So silence is
not measured by the clock alone:

    state of the other                  its silence
    ────────────────────────────────────────────────────────────────────────────────
    R running, or S sleeping            counts, less the time it waited for a core
    D waiting for a disk, t debugged    does not count
    T stopped                           SIGCONT at once, for nothing is lost then;
                                        SIGKILL when it stays stopped

And between two looks no more than `LONGEST_STEP_S` counts: whoever looks so late was
itself kept from running, and so may the other have been.

    LIVING ──silent too long──▶ ABORTED ──`LAST_WORDS_S` later──▶ killed

SIGABRT makes a process write the tracebacks of its threads before it dies.

Implements: SERVICE-frozen-main-returns.
"""

from __future__ import annotations

from enum import Enum

from scanwright.supervision.process import Glimpse

__all__ = ["BEAT_S", "Order", "Vigil"]

BEAT_S = 0.25
"""Time between two beats, and between two looks."""
PATIENCE_S = 1.0
START_S = 30.0
"""Silence that is borne before the first beat, while the other imports and starts."""
LONGEST_STEP_S = 2 * BEAT_S
LAST_WORDS_S = 0.2
STOPPED_LOOKS = 3
"""So often a process may be found stopped before it is killed."""


class Order(Enum):
    """What to do now."""

    NOTHING = 0
    CONTINUE = 1
    ABORT = 2
    KILL = 3


class Vigil:
    """The watch over one process. `has_beats` is false for one that never speaks."""

    def __init__(self, now_s: float, *, has_beats: bool = True) -> None:
        self._has_beats = has_beats
        self._looked_s = now_s
        self._last = Glimpse("S", 0.0)
        self._limit_s = START_S
        self._silence_s = 0.0
        self._stopped = 0
        self._aborted_s: float | None = None

    def heard(self) -> None:
        """Take note of a beat."""
        self._limit_s = PATIENCE_S
        self._silence_s = 0.0
        self._stopped = 0

    def look(self, now_s: float, seen: Glimpse) -> Order:
        """Take note of a glimpse; return what to do about it."""
        step_s = min(now_s - self._looked_s, LONGEST_STEP_S)
        kept_waiting_s = max(0.0, seen.waited_s - self._last.waited_s)
        self._looked_s, self._last = now_s, seen
        if self._aborted_s is not None:
            late = now_s >= self._aborted_s + LAST_WORDS_S
            return Order.KILL if late else Order.NOTHING
        if seen.state == "T":
            self._stopped += 1
            return Order.KILL if self._stopped > STOPPED_LOOKS else Order.CONTINUE
        if seen.state in "DtZ" or not self._has_beats:
            return Order.NOTHING
        self._silence_s += max(0.0, step_s - kept_waiting_s)
        if self._silence_s < self._limit_s:
            return Order.NOTHING
        self._aborted_s = now_s
        return Order.ABORT
