"""Waiting for a condition."""

from __future__ import annotations

from itertools import count

import pytest

from scanwright_conformance.deadline import Expired, until


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
