"""Tasks that last as long as a block, and leave the errors of the block as they are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

__all__ = ["tasks_around"]


@asynccontextmanager
async def tasks_around() -> AsyncIterator[asyncio.TaskGroup]:
    """Yield a group of tasks; whoever starts one that has no end has to end it.

    What goes wrong in the block comes out as it is, what goes wrong in a task in a
    group.
    """
    failure: BaseException | None = None
    async with asyncio.TaskGroup() as tasks:
        try:
            yield tasks
        except BaseException as error:  # noqa: BLE001  raised below, in no group
            failure = error
    if failure is not None:
        raise failure
