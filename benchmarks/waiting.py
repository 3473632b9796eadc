"""Waiting for a condition, with a deadline."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import perf_counter
from typing import Final

__all__ = ["wait_for"]

POLL_S: Final = 0.001


def wait_for(condition: Callable[[], bool], within_s: float) -> None:
    """Return when `condition` holds.

    Raises:
        TimeoutError: It does not in time.
    """
    pause = threading.Event()
    deadline = perf_counter() + within_s
    while not condition():
        if perf_counter() > deadline:
            raise TimeoutError(f"not within {within_s:g} s")
        pause.wait(POLL_S)
