"""What is worth keeping: made once, found by its key, up to a number of bytes.

Least recently used goes first. May be used from several threads at once: of two that
want the same thing at the same moment, one makes it and the other waits.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
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
        self._making: dict[Hashable, Future[Thing]] = {}
        self._things: OrderedDict[Hashable, Thing] = OrderedDict()

    def __contains__(self, key: Hashable) -> bool:
        """Say whether `key` is kept; only a hint where other threads ask, too."""
        return key in self._things

    def get(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """Return what is kept under `key`; made, and kept, when it is not there.

        Who asks while it is being made waits for that, and for its error.
        """
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
                return self._things[key]
            making = self._making.get(key)
            if making is None:
                promise = self._making[key] = Future[Thing]()
        if making is not None:
            return making.result()
        try:
            made = make()
        except BaseException as error:
            promise.set_exception(error)
            raise
        else:
            promise.set_result(made)
            self._keep(key, made)
        finally:
            with self._lock:
                del self._making[key]
        return made

    def _keep(self, key: Hashable, made: Thing) -> None:
        size = self._size_of(made)
        if size > self._limit:
            return  # it would push out all others, and then itself
        with self._lock:
            self._things[key] = made
            self._size += size
            self._shrink()

    def _shrink(self) -> None:
        while self._size > self._limit:
            _, oldest = self._things.popitem(last=False)
            self._size -= self._size_of(oldest)
