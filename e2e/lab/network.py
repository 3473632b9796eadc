"""Lets a coroutine live in the network of a machine, with all that it starts.

A browser and a website that a test starts are programs of the host: the machine has
none. In the machine's network they find its service at 127.0.0.1, as its user would.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from lab.machine import Machine

__all__ = ["run_in_network"]

CLONE_NEWNET: Final = 0x40000000

Value = TypeVar("Value")


def run_in_network(machine: Machine, story: Coroutine[Any, Any, Value]) -> Value:
    """Run it to its end; return what it returns.

    It runs in a thread of its own: only that one moves, and what comes from it.
    """

    def run() -> Value:
        _enter(machine.network)
        return asyncio.run(story)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


def _enter(network: str) -> None:
    """Move this thread; Python 3.12 would have os.setns."""
    libc = ctypes.CDLL(None, use_errno=True)
    place = os.open(network, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if libc.setns(place, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"cannot enter {network}")
    finally:
        os.close(place)
