"""Work in threads: done to its end, whoever stops waiting."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from scanwright.storage.threads import Threads


@pytest.fixture
def threads() -> Iterator[Threads]:
    """One thread."""
    with closing(Threads("test", 1)) as owner:
        yield owner


async def test_results_and_errors_come_back(threads: Threads) -> None:
    """As if it had been done here."""
    assert await threads.run(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        await threads.run(lambda: 1 // 0)


@pytest.mark.parametrize("fails", [False, True])
async def test_cancelled_work_is_waited_for(threads: Threads, fails: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    """Cancelled twice even, `run` ends when the work has, and not before."""
    begun, go, done = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go.wait(10)
        done.set()
        if fails:
            raise OSError

    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(threads.run(work))
        await asyncio.to_thread(begun.wait, 10)
        for _ in range(2):
            task.cancel()
            await asyncio.sleep(0)
            assert not task.done()
        go.set()
    assert done.is_set()
    assert task.cancelled()


async def test_what_has_not_begun_is_not_done(threads: Threads) -> None:
    """Cancelled while it waits for its turn, it never gets one."""
    begun, go = threading.Event(), threading.Event()

    def block() -> None:
        begun.set()
        go.wait(10)

    done: list[int] = []
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(threads.run(block))
        await asyncio.to_thread(begun.wait, 10)
        second = tasks.create_task(threads.run(lambda: done.append(1)))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.sleep(0)
        assert second.done()
        go.set()
    assert done == []
