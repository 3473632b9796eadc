"""The back-off: how long to wait before something that died is started again.

The first two deaths in a row cost no time: they may have had a cause that is gone.
From then on the wait doubles, so that a service which cannot live does not take the
machine with it. Whoever was ready and lived for a while has earned a fresh start.

Implements: SERVICE-crash-loop.
"""

from __future__ import annotations

__all__ = ["FIRST_S", "LONGEST_S", "STEADY_S", "Backoff"]

FREE_STARTS = 2
FIRST_S = 0.25
LONGEST_S = 30.0
STEADY_S = 2.0


class Backoff:
    """Counts deaths in a row."""

    __slots__ = ("_deaths",)

    def __init__(self) -> None:
        self._deaths = 0

    def after(self, lived_s: float, *, was_ready: bool) -> float:
        """Take note of a death; return the seconds until the next start."""
        if was_ready and lived_s >= STEADY_S:
            self._deaths = 0
        doublings = self._deaths - FREE_STARTS
        self._deaths += 1
        if doublings < 0:
            return 0.0
        return float(min(LONGEST_S, FIRST_S * 2 ** min(doublings, 16)))
