"""A pool of workers of several programs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from scanwright.buffer.slots import SlotPool
from scanwright.processes.child import Child, Program
from scanwright.processes.pool import WorkerPool

pytestmark = pytest.mark.slow

DEADLINE_S = 20.0


class Pool(WorkerPool):
    """Keeps one worker warm."""

    most_idle = 1


@pytest.fixture
def program(stand_in: Callable[[str], Program]) -> Program:
    """A program."""
    return stand_in("")


@pytest.fixture
async def pool(slots: SlotPool) -> AsyncIterator[Pool]:
    """A pool."""
    async with Pool(slots=slots) as owner:
        yield owner


async def gone(child: Child) -> None:
    """Wait for its end."""
    async with asyncio.timeout(DEADLINE_S):
        await child.died()


async def test_a_warm_worker_runs_the_same_program(
    pool: Pool, program: Program
) -> None:
    """One of another program is no substitute."""
    first = pool._lend(program)
    pool._take_back(first)
    other = pool._lend(replace(program, role="other"))
    assert other is not first
    assert pool._lend(program) is first
    assert {process.role for process in pool.processes()} == {program.role, "other"}


async def test_so_many_stay_warm(pool: Pool, program: Program) -> None:
    """Of each program; the one that was used longest ago is ended."""
    other = pool._lend(replace(program, role="other"))
    one, two = pool._lend(program), pool._lend(program)
    for child in (other, one, two):
        pool._take_back(child)
    await gone(one)
    assert pool._lend(program) is two
    assert pool._lend(other.program) is other


async def test_a_worker_ends_after_half_a_minute_of_idleness(
    slots: SlotPool, program: Program
) -> None:
    """And not before."""
    now = [0.0]
    async with Pool(slots=slots, clock=lambda: now[0]) as pool:
        child = pool._start(program)
        now[0] = 29.9
        pool._housekeep()
        assert pool.processes()
        now[0] = 30.0
        pool._housekeep()
        await gone(child)
        assert pool.processes() == []


async def test_hurry_ends_what_is_on_loan(pool: Pool, program: Program) -> None:
    """A service that is about to end grants a moment, no more."""
    child = pool._lend(program)
    pool.hurry()
    await gone(child)
    assert child.death == "SIGKILL"
