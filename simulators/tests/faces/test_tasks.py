"""Tasks around a block, and whose errors are whose."""

from __future__ import annotations

import asyncio

import pytest

from scanwright_simulators.faces.tasks import tasks_around


async def test_errors_of_the_block_stay_as_they_are() -> None:
    """What goes wrong in the block comes out in no group, once the tasks have ended."""
    ended = asyncio.Event()

    async def block() -> None:
        async with tasks_around() as tasks:
            tasks.create_task(work())
            raise KeyError

    async def work() -> None:
        await asyncio.sleep(0)
        ended.set()

    with pytest.raises(KeyError):
        await block()
    assert ended.is_set()


async def test_errors_of_tasks_end_the_block() -> None:
    """A task that fails ends the block, and its error comes out in a group."""

    async def block() -> None:
        async with tasks_around() as tasks:
            tasks.create_task(fail())
            await asyncio.Event().wait()

    async def fail() -> None:
        raise KeyError

    with pytest.raises(ExceptionGroup) as caught:
        await block()
    assert isinstance(caught.value.exceptions[0], KeyError)


async def test_a_block_may_just_end() -> None:
    """Nothing is raised where nothing went wrong."""
    async with tasks_around() as tasks:
        tasks.create_task(asyncio.sleep(0))
