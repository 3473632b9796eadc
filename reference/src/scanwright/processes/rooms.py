"""Rooms: a worker's own mappings of main's slots, kept from page to page.

A slot's id is never used twice, so a mapping is right for as long as main does not say
that the slot is no more. Mappings count as memory of a process that has a limit; such a
worker keeps some and makes the others anew.
"""

from __future__ import annotations

import mmap
import threading
from collections import OrderedDict

from scanwright.errors import Code, DeviceError

__all__ = ["Rooms"]


class Rooms:
    """The mappings by the ids of their slots; at most `kept_bytes` of unused ones."""

    def __init__(self, *, kept_bytes: int | None = None) -> None:
        self._kept_bytes = kept_bytes
        self._rooms: OrderedDict[int, memoryview] = OrderedDict()
        self._lock = threading.Lock()

    def enter(self, slot: int, size: int, descriptor: int) -> memoryview:
        """Return the slot's memory; `descriptor` stays the caller's.

        Raises:
            DeviceError: This process may not have so much memory.
        """
        with self._lock:
            room = self._rooms.pop(slot, None)
            self._make_place(size)
            if room is None:
                room = _map(descriptor, size)
            self._rooms[slot] = room
            return room

    def forget(self, slot: int) -> None:
        """Let go of a slot that is no more."""
        with self._lock:
            self._rooms.pop(slot, None)

    def _make_place(self, size: int) -> None:
        if self._kept_bytes is None:
            return
        # A mapping that is still being read goes with its last reader.
        while self._rooms and self._total() + size > self._kept_bytes:
            self._rooms.popitem(last=False)

    def _total(self) -> int:
        return sum(map(len, self._rooms.values()))


def _map(descriptor: int, size: int) -> memoryview:
    # Populated at once: that is the kernel's fastest way to make memory.
    flags = mmap.MAP_SHARED | mmap.MAP_POPULATE
    try:
        return memoryview(mmap.mmap(descriptor, size, flags))
    except OSError as error:
        raise DeviceError(
            f"There is no memory for a page of {size:,} bytes.", code=Code.OUT_OF_MEMORY
        ) from error
