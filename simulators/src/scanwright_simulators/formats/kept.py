"""What is worth keeping: made once, found by its key, up to a number of bytes.

Least recently used goes first. May be used from several threads at once: two that want
the same thing at the same moment both make it, and neither waits for the other.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

__all__ = ["Kept"]

Thing = TypeVar("Thing")


class Kept(Generic[Thing]):
    """Things by key; `size_of` says what keeping one costs in bytes."""

    def __init__(self, limit_bytes: int, *, size_of: Callable[[Thing], int]) -> None:
        self._limit = limit_bytes
        self._size_of = size_of
        self._size = 0
        self._lock = threading.Lock()
        self._things: OrderedDict[Hashable, Thing] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """Return what is kept under `key`; made, and kept, when it is not there."""
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
                return self._things[key]
        made = make()
        with self._lock:
            if key not in self._things:  # else another thread was faster
                self._things[key] = made
                self._size += self._size_of(made)
                self._shrink()
        return made

    def _shrink(self) -> None:
        while self._size > self._limit:
            _, oldest = self._things.popitem(last=False)
            self._size -= self._size_of(oldest)
