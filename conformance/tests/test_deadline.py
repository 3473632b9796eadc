"""Waiting for a condition."""

from __future__ import annotations

import asyncio
from itertools import count

import pytest

from scanwright_conformance.deadline import Expired, pace, until


async def test_the_value_that_ends_the_wait_is_returned() -> None:
    """An attempt that gives something else than None is the last one."""
    numbers = count()

    async def attempt() -> int | None:
        number = next(numbers)
        return number if number == 3 else None

    assert await until(attempt, within_s=5) == 3
    assert next(numbers) == 4


async def test_a_condition_that_never_comes_expires() -> None:
    """The deadline is told."""

    async def attempt() -> int | None:
        return None

    with pytest.raises(Expired, match=r"not within 0\.05 s"):
        await until(attempt, within_s=0.05)


async def test_one_attempt_is_always_made() -> None:
    """A deadline of nothing still looks once."""

    async def attempt() -> int | None:
        return 0

    assert await until(attempt, within_s=0) == 0


@pytest.mark.parametrize(
    ("round_trip_s", "factor"),
    [(0.0, 1.0), (0.025, 1.0), (0.05, 2.0), (60.0, 10.0)],
)
async def test_deadlines_are_stretched(round_trip_s: float, factor: float) -> None:
    """A slow way to the target is no fault of the target, up to a limit."""
    pace.take(round_trip_s)
    assert pace.factor == pytest.approx(factor)
    assert pace.scaled(3.0) == pytest.approx(3.0 * factor)


async def test_a_pace_is_that_of_its_task() -> None:
    """Runs beside each other have their own."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_take(1.0))
    assert pace.factor == 1.0


async def _take(round_trip_s: float) -> None:
    pace.take(round_trip_s)
    assert pace.factor == 10.0
