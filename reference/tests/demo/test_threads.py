"""Threads: results and errors come back to the event loop."""

from __future__ import annotations

import threading

import pytest

from scanwright.demo.threads import Threads


async def test_functions_run_elsewhere() -> None:
    """What they return comes back, and what they raise, too."""
    threads = Threads(1)
    try:
        where = await threads.run(threading.current_thread)
        assert where is not threading.current_thread()
        assert await threads.run(sorted, [2, 1], reverse=False) == [1, 2]
        with pytest.raises(ZeroDivisionError):
            await threads.run(divmod, 1, 0)
    finally:
        threads.close()
    assert not where.is_alive()
