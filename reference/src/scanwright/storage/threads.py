"""Work in threads that is always done to its end, whoever stops waiting for it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

__all__ = ["Threads"]

T = TypeVar("T")


class Threads:
    """A few threads. Work that has begun is waited for even when it is cancelled.

    So a lock that is held around `run`, and memory that is lent to it, stay in place
    while a thread is at work.
    """

    def __init__(self, name: str, most: int) -> None:
        self._pool = ThreadPoolExecutor(most, thread_name_prefix=name)

    async def run(self, work: Callable[[], T]) -> T:
        """Do it in a thread; return or raise what it does."""
        job = self._pool.submit(work)
        future = asyncio.wrap_future(job)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            if not job.cancel():
                await _end(future)
            raise

    def close(self) -> None:
        """Wait for what is at work; what has not begun is never done."""
        self._pool.shutdown(wait=True, cancel_futures=True)


async def _end(future: asyncio.Future[T]) -> None:
    while not future.done():
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait([future])
    future.exception()  # nobody is there to hear of it
