"""A bell wakes those who wait, once for each ring."""

from __future__ import annotations

import asyncio

import pytest

from scanwright_simulators.faces.escl.bell import Bell


async def test_all_who_wait_are_woken() -> None:
    """Everybody hears one ring, and again the next."""
    bell = Bell()

    async def ring() -> None:
        """Ring: those who were called before wait by now."""
        bell.ring()

    async with asyncio.timeout(5):
        for _ in range(2):
            await asyncio.gather(*(bell.wait() for _ in range(3)), ring())


async def test_a_ring_is_over_at_once() -> None:
    """Who comes after it waits for the next."""
    bell = Bell()
    bell.ring()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(bell.wait(), 0.01)


async def test_waiting_has_an_end() -> None:
    """After the time that was given it goes on without a ring."""
    await Bell().wait(0.001)
    await Bell().wait(0)
