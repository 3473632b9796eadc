"""Waiting for a condition, with a deadline: the only way in which the suite waits.

Deadlines are meant for a target at hand on an idle machine. Where a round trip takes
longer, all of them are stretched by the pace that was measured.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Final, TypeVar

__all__ = ["ROUND_TRIP_S", "SLOWEST", "Expired", "Pace", "pace", "until"]

Value = TypeVar("Value")

PAUSE_S: Final = 0.02
ROUND_TRIP_S: Final = 0.025
"""The longest round trip that deadlines need no stretching for."""
SLOWEST: Final = 10.0


class Expired(Exception):
    """The condition did not come true in time."""


class Pace:
    """By how much deadlines are stretched in this task and those that it starts."""

    def __init__(self) -> None:
        self._factor: ContextVar[float] = ContextVar("pace", default=1.0)

    @property
    def factor(self) -> float:
        """From 1, at hand, to `SLOWEST`."""
        return self._factor.get()

    def take(self, round_trip_s: float) -> None:
        """Stretch the deadlines from now on for a round trip that was measured."""
        self._factor.set(min(SLOWEST, max(1.0, round_trip_s / ROUND_TRIP_S)))

    def scaled(self, seconds: float) -> float:
        """Return a deadline, stretched."""
        return seconds * self.factor


pace: Final = Pace()


async def until(
    attempt: Callable[[], Awaitable[Value | None]],
    *,
    within_s: float,
) -> Value:
    """Repeat `attempt` until it gives something but None; raise Expired after a time.

    An attempt that has begun is not cut short: its record would be lost.
    """
    loop = asyncio.get_running_loop()
    within_s = pace.scaled(within_s)
    end = loop.time() + within_s
    while (value := await attempt()) is None:
        if loop.time() >= end:
            raise Expired(f"not within {within_s:g} s")
        await asyncio.sleep(PAUSE_S)
    return value
