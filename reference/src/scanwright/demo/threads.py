"""A few threads for what would make the event loop wait: the database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, ParamSpec, TypeVar

__all__ = ["Threads"]

WORKERS: Final = 4

P = ParamSpec("P")
T = TypeVar("T")


class Threads:
    """Calls functions in threads; to be closed at the end."""

    def __init__(self, workers: int = WORKERS) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="demo-database")

    async def run(
        self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Return what the function returns, or raise what it raises."""
        call = partial(function, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._pool, call)

    def close(self) -> None:
        """Wait for what is under way, and end the threads."""
        self._pool.shutdown()
