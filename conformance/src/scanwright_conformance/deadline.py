"""Waiting for a condition, with a deadline: the only way in which the suite waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

__all__ = ["Expired", "until"]

Value = TypeVar("Value")

PAUSE_S: Final = 0.02


class Expired(Exception):
    """The condition did not come true in time."""


async def until(
    attempt: Callable[[], Awaitable[Value | None]],
    *,
    within_s: float,
) -> Value:
    """Repeat `attempt` until it gives something but None; raise Expired after a time.

    An attempt that has begun is not cut short: its record would be lost.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + within_s
    while (value := await attempt()) is None:
        if loop.time() >= end:
            raise Expired(f"not within {within_s:g} s")
        await asyncio.sleep(PAUSE_S)
    return value
