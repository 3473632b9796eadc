"""Slots: shared memory for pages, made once and used again.

A fresh mapping costs some 25 ms of page faults for an A4 page in colour, a used one
nothing. So a slot outlives its page: released, it waits for the next page of about
its size, until nobody has wanted one for a while.

All methods belong to one thread, that of the event loop. Slots travel: the scan worker
maps the same memory by the slot's descriptor and keeps that mapping by the slot's id,
which is never used twice; `on_discard` tells who must let go of it.
"""

from __future__ import annotations

import asyncio
import mmap
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from scanwright.errors import Code, DeviceError
from scanwright.protocol.scanning import PageFormat

__all__ = ["ScannedPage", "Slot", "SlotPool", "SlotStats"]

MIB: Final = 1 << 20
LARGEST_BYTES: Final = 2048 * MIB
"""More than A3 at 1200 dpi in 16-bit colour; beyond it a driver is talking nonsense."""


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """A piece of shared memory: `view` is this process's mapping of `fd`."""

    id: int
    fd: int
    size: int
    view: memoryview = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class ScannedPage:
    """A page as it leaves the scanner: its first bytes fill `slot` as `format` says.

    `original` is the device's own JPEG of the page, when it sent one. Whoever holds
    the page owns the slot, and gives it to a `PageStore` or back to the pool.
    """

    slot: Slot
    format: PageFormat
    original: bytes | None = None

    @property
    def pixels(self) -> memoryview:
        """The page's bytes, without what is left over in the slot."""
        return self.slot.view[: self.format.size_bytes]


@dataclass(frozen=True, slots=True)
class SlotStats:
    """What a pool holds at this moment, and how many slots it ever made."""

    used: int
    used_bytes: int
    free: int
    free_bytes: int
    made: int


class SlotPool:
    """Owner of all slots; keeps up to `free_bytes` of unused ones for `idle_s`."""

    def __init__(
        self,
        *,
        free_bytes: int = 384 * MIB,
        idle_s: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.on_discard: list[Callable[[int], None]] = []
        self.flowing = asyncio.Event()
        self.flowing.set()
        self._free_bytes = free_bytes
        self._idle_s = idle_s
        self._clock = clock
        self._ids = count(1)
        self._made = 0
        self._used: dict[int, Slot] = {}
        self._free: dict[int, tuple[Slot, float]] = {}
        self._holders: set[object] = set()

    def acquire(self, size: int) -> Slot:
        """Return a slot of at least `size` bytes; its old content is still in it."""
        if not 0 < size <= LARGEST_BYTES:
            raise DeviceError(
                f"The scanner announces a page of {size:,} bytes, the limit is "
                f"{LARGEST_BYTES:,}. Choose a lower resolution or a smaller region.",
                code=Code.OUT_OF_MEMORY,
            )
        wanted = -(-size // MIB) * MIB
        fitting = [s for s, _ in self._free.values() if wanted <= s.size <= 2 * wanted]
        if fitting:
            slot = min(fitting, key=lambda slot: slot.size)
            del self._free[slot.id]
        else:
            slot = self._make(wanted)
        self._used[slot.id] = slot
        return slot

    def release(self, slot: Slot) -> None:
        """Take a slot back; the latest released is the last to be given up."""
        del self._used[slot.id]
        self._free[slot.id] = (slot, self._clock())
        while self.stats().free_bytes > self._free_bytes:
            self._discard(next(iter(self._free)))

    def trim(self) -> None:
        """Give up what nobody has wanted for `idle_s`; call it now and then."""
        deadline = self._clock() - self._idle_s
        stale = [key for key, (_, since) in self._free.items() if since <= deadline]
        for key in stale:
            self._discard(key)

    def hold(self, holder: object) -> None:
        """Stop the flow of new pages (`flowing`) until `holder` resumes it."""
        self._holders.add(holder)
        self.flowing.clear()

    def resume(self, holder: object) -> None:
        """Let pages flow again, as far as `holder` is concerned."""
        self._holders.discard(holder)
        if not self._holders:
            self.flowing.set()

    def stats(self) -> SlotStats:
        """Count what is there."""
        return SlotStats(
            used=len(self._used),
            used_bytes=sum(slot.size for slot in self._used.values()),
            free=len(self._free),
            free_bytes=sum(slot.size for slot, _ in self._free.values()),
            made=self._made,
        )

    def close(self) -> None:
        """Give up every slot, used ones too: their pages are lost."""
        self._free.update({key: (slot, 0.0) for key, slot in self._used.items()})
        self._used.clear()
        for key in list(self._free):
            self._discard(key)

    def _make(self, size: int) -> Slot:
        # The memory itself comes with the first touch, and that is the worker's: it
        # maps with MAP_POPULATE, so that the event loop never waits for the kernel.
        key = next(self._ids)
        fd = os.memfd_create(f"scanwright-page-{key}", os.MFD_CLOEXEC)
        try:
            os.ftruncate(fd, size)
            mapping = mmap.mmap(fd, size)
        except OSError as error:
            os.close(fd)
            raise DeviceError(
                f"There is no memory for a page of {size:,} bytes.",
                code=Code.OUT_OF_MEMORY,
            ) from error
        self._made += 1
        return Slot(key, fd, size, memoryview(mapping))

    def _discard(self, key: int) -> None:
        # The mapping goes with its last view: an encoder may still be reading it.
        slot, _ = self._free.pop(key)
        os.close(slot.fd)
        for tell in self.on_discard:
            tell(key)
