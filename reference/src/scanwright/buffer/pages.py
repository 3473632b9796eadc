"""The page store: keeps every page until it is dropped, and memory within a limit.

A page is *hot* (in its slot) or *cold* (sealed in the vault). Theory of operation:

- `put` makes a page hot. Above the limit the pages that were used longest ago are
  sealed, one at a time, and until that is done the pool holds back new slots.
- Threads read pages, to encode and to seal, and so do add-on workers, by a `view`. Each
  reader is counted, and the slot goes back to the pool when the page is cold or dropped
  and its last reader has left.
- One encoding serves everybody who asks for the same form of a page, and stays in a
  small memory of encoded forms. A cold page is read back for its reader only, into a
  slot on loan.
- Pages of a key that is not for the disk are sealed in memory, where that makes them
  smaller, and refused when they fill it by themselves: see `leaving`.
- A page may stand in several documents: holders are counted, the last drop counts.
- When the vault cannot be written, or too little of the disk is free, `put` refuses
  what is beyond the limit: a full disk faults the job that fills it, and never takes
  the machine's memory.

All methods belong to the event loop's thread.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from scanwright.buffer.disk import Disk
from scanwright.buffer.entries import Entry, PageView, StoredPage, StoreStats, Usage
from scanwright.buffer.form_memory import FormKey, FormMemory
from scanwright.buffer.forms import make_form, seal, seal_in_memory, thaw
from scanwright.buffer.leaving import is_full, next_to_leave, next_to_shrink
from scanwright.buffer.scaling import fit
from scanwright.buffer.slots import ScannedPage, Slot, SlotPool
from scanwright.buffer.vault import (
    Key,
    PageGone,
    Sealed,
    SealedInFile,
    SealedInMemory,
    Vault,
)
from scanwright.errors import Code, InternalError, ScanwrightError
from scanwright.imaging.codecs import rest

__all__ = ["PageStore", "PageView", "StoreStats", "StoredPage", "Usage"]

MIB: Final = 1 << 20
REST_S: Final = 10.0
"""Without anything to encode for so long, the codecs give their memory back."""

log = logging.getLogger(__name__)
Box = tuple[int, int]
Result = TypeVar("Result")


class PageStore:
    """Owner of scanned pages; `folder` is where cold ones lie, and is swept first.

    `disk` is where that folder is: `disk.on_low` tells when too little of it is free.
    """

    def __init__(
        self,
        folder: Path,
        *,
        slots: SlotPool,
        hot_bytes: int = 384 * MIB,
        form_bytes: int = 64 * MIB,
        small_form_bytes: int = 16 * MIB,
        disk: Disk | None = None,
    ) -> None:
        self.disk = disk or Disk(folder)
        self._vault = Vault(folder)
        self._slots = slots
        self._hot_limit = hot_bytes
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="encode")
        self._entries: OrderedDict[StoredPage, Entry] = OrderedDict()
        self._runs: dict[FormKey, asyncio.Future[bytes]] = {}
        self._scratches: dict[int, Slot] = {}
        self._forms = FormMemory(large_bytes=form_bytes, small_bytes=small_form_bytes)
        self._hot_bytes = 0
        self._is_sealing = False
        self._failure: ScanwrightError | None = None
        self._is_closed = False
        self._rest: asyncio.TimerHandle | None = None

    def new_key(self, *, on_full: Callable[[int], None] | None = None) -> Key:
        """Return a key for the pages of one session, which shreds it at its end.

        `on_full` is told of each page that is refused because those that stay in
        memory fill it: how many bytes it needs.
        """
        return Key(on_full=on_full)

    def put(self, page: ScannedPage, *, key: Key | None = None) -> StoredPage:
        """Take a page over, its slot included; refused ones give their slot back.

        The caller is its first holder. It is sealed with `key`, without one with the
        store's own, and on the disk unless that key is not for it.
        """
        self._balance()
        refusal = self._refusal(page, key)
        if refusal is not None:
            self._slots.release(page.slot)
            raise refusal
        stored = StoredPage(page.format)
        entry = Entry(stored, page.slot, page.original, page.original is not None, key)
        self._entries[stored] = entry
        self._hot_bytes += entry.weight
        self._balance()
        return stored

    def hold(self, page: StoredPage) -> None:
        """Count one holder more; `PageGone` if there is no such page."""
        self._entry(page).holders += 1

    def drop(self, page: StoredPage) -> None:
        """Count one holder less; with the last one the page goes, on disk too.

        A page that is gone already stays gone.
        """
        entry = self._entries.get(page)
        if entry is None:
            return
        entry.holders -= 1
        if not entry.holders:
            self._remove(entry)

    async def encoded(
        self, page: StoredPage, mime: str, box: Box | None = None
    ) -> bytes:
        """Return the page as a file of type `mime`.

        With a `box`, a width and a height in pixels, it is scaled to fit in there: its
        ratio is kept, nothing is enlarged, and a 1-bit page becomes gray.

        Raises:
            PageGone: The page was dropped, or its file is damaged.
            ValueError: There is no place in the box.
        """
        key = _form_key(page, mime, box)
        form = self._forms.get(key)
        if form is not None:
            self._entries.move_to_end(page)
            return form
        return await self._result(self._run(key))

    def prefetch(self, page: StoredPage, mime: str, box: Box | None = None) -> None:
        """Begin encoding now what will be asked for soon."""
        key = _form_key(page, mime, box)
        if self._forms.get(key) is None:
            self._run(key)

    @asynccontextmanager
    async def view(self, page: StoredPage) -> AsyncIterator[PageView]:
        """Lend a page; a cold one is read back into a slot of its own.

        Raises:
            PageGone: The page was dropped, or its file is damaged.
            DeviceError: There is no memory for it.
        """
        entry = self._entry(page)
        self._entries.move_to_end(page)
        scratch = self._scratch(entry)
        entry.readers += 1
        try:
            original = entry.original
            if scratch:
                work = partial(thaw, self._vault, entry.source(scratch))
                original = await self._thawed(work)
            slot = scratch or entry.slot
            assert slot is not None  # noqa: S101 - for mypy: its reader has been counted
            yield PageView(slot, page.format, original)
        finally:
            self._leave(entry, scratch)

    def stats(self) -> StoreStats:
        """Count what is there."""
        entries = self._entries.values()
        return StoreStats(
            pages=len(entries),
            hot_bytes=self._hot_bytes,
            cold_bytes=sum(entry.usage.disk_bytes for entry in entries),
            cold_files=sum(entry.is_on_disk for entry in entries),
            form_bytes=self._forms.used_bytes,
        )

    def usage(self) -> dict[Key, Usage]:
        """Return what the pages of each key take: those of a session, undo included."""
        taken: dict[Key, Usage] = {}
        for entry in self._entries.values():
            if entry.key is not None:
                taken[entry.key] = taken.get(entry.key, Usage()) + entry.usage
        return taken

    def close(self) -> None:
        """Drop everything; waits for encoders at work, which is a fraction of a second.

        Whoever still waits for a page is told that it is gone.
        """
        self._is_closed = True
        self._threads.shutdown(wait=True, cancel_futures=True)
        if self._rest:
            self._rest.cancel()
        rest()
        for scratch in self._scratches.values():
            self._slots.release(scratch)
        self._scratches.clear()
        for entry in list(self._entries.values()):
            entry.readers = 0
            self._remove(entry)
        self._slots.resume(self)

    def _entry(self, page: StoredPage) -> Entry:
        entry = self._entries.get(page)
        if entry is None or self._is_closed:
            raise PageGone("This page was deleted.")
        return entry

    def _refusal(self, page: ScannedPage, key: Key | None) -> ScanwrightError | None:
        """Return why one more page cannot be taken, if that is so."""
        if self._is_closed:
            return PageGone("The page store is closed.")
        if self._failure and self._hot_bytes > self._hot_limit:
            error = InternalError(self._failure.message, code=self._failure.code)
            error.__cause__ = self._failure
            return error
        if key is None or key.is_for_disk or not self._is_full():
            return None
        key.on_full(page.slot.size)
        return InternalError(
            "Pages that may not go to the disk fill the memory. Save what you need and "
            "end the session, or let them go to the disk.",
            code=Code.WRITE_ERROR,
        )

    def _is_full(self) -> bool:
        return is_full(self._entries.values(), self._hot_limit)

    def _remove(self, entry: Entry) -> None:
        del self._entries[entry.page]
        entry.is_dropped = True
        self._forms.forget(entry.page)
        if entry.sealed:
            self._vault.discard(entry.sealed)
        self._settle(entry)
        self._balance()

    def _run(self, key: FormKey) -> asyncio.Future[bytes]:
        """Start the encoding of a form, or join the one that is under way."""
        entry = self._entry(key.page)
        self._entries.move_to_end(key.page)
        if key not in self._runs:
            scratch = self._scratch(entry)
            source = entry.source(scratch)
            work = partial(make_form, self._vault, source, key.mime, key.size)
            loop = asyncio.get_running_loop()
            future = self._runs[key] = loop.run_in_executor(self._threads, work)
            entry.readers += 1
            future.add_done_callback(partial(self._encoded, entry, key, scratch))
        return self._runs[key]

    def _encoded(
        self,
        entry: Entry,
        key: FormKey,
        scratch: Slot | None,
        future: asyncio.Future[bytes],
    ) -> None:
        del self._runs[key]
        if self._is_closed:
            return
        if future.exception() is None and not entry.is_dropped:
            self._forms.put(key, future.result())
        if self._rest:
            self._rest.cancel()
        self._rest = asyncio.get_running_loop().call_later(REST_S, rest)
        self._leave(entry, scratch)

    async def _thawed(self, work: partial[bytes | None]) -> bytes | None:
        """Wait for a page to be read back, to the end even if nobody wants it now.

        Its scratch slot is being written into until then.
        """
        loop = asyncio.get_running_loop()
        future = loop.run_in_executor(self._threads, work)
        try:
            return await self._result(future)
        except asyncio.CancelledError:
            await asyncio.wait([future])
            raise

    async def _result(self, future: asyncio.Future[Result]) -> Result:
        try:
            # Shielded: others may be waiting for the same, and a thread goes on anyway.
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            if self._is_closed and future.cancelled():
                raise PageGone("The page store was closed.") from None
            raise

    def _scratch(self, entry: Entry) -> Slot | None:
        """Borrow a slot for a page that is cold."""
        if entry.slot is not None:
            return None
        slot = self._slots.acquire(entry.page.format.size_bytes)
        self._scratches[slot.id] = slot
        return slot

    def _leave(self, entry: Entry, scratch: Slot | None) -> None:
        """Count one reader less, and give back what was borrowed for it."""
        if self._is_closed:
            return
        if scratch:
            self._slots.release(self._scratches.pop(scratch.id))
        entry.readers -= 1
        self._settle(entry)
        self._balance()

    def _balance(self) -> None:
        """Seal pages, one after the other, while memory is above the limit."""
        if self._hot_bytes <= self._hot_limit or self._is_closed:
            self._failure = None
            self._slots.resume(self)
            return
        if not self._failure:
            self._slots.hold(self)
        if not self._is_sealing:
            self._make_room()

    def _make_room(self) -> None:
        """Begin to seal the next page, if there is one."""
        entries = self._entries.values()
        entry = next_to_shrink(entries)
        if entry is None:
            entry = next_to_leave(entries)
            if entry is not None and self._is_disk_low():
                return
        if entry is not None:
            self._seal(entry)
            return
        self._failure = None
        if self._is_full():
            # Those who wait for a slot must come as far as `put`, to be told.
            self._slots.resume(self)

    def _seal(self, entry: Entry) -> None:
        self._is_sealing = True
        entry.readers += 1
        loop = asyncio.get_running_loop()
        future = loop.run_in_executor(self._threads, self._sealing(entry))
        future.add_done_callback(partial(self._sealed, entry))

    def _sealing(self, entry: Entry) -> Callable[[], Sealed]:
        """Return what a thread has to do."""
        if isinstance(entry.sealed, SealedInMemory):
            return partial(self._vault.move, entry.sealed)
        source = entry.source(None)
        if entry.key is not None and not entry.key.is_for_disk:
            return partial(seal_in_memory, self._vault, source, entry.key)
        return partial(seal, self._vault, source, entry.key)

    def _is_disk_low(self) -> bool:
        try:
            self.disk.refuse_if_low()
        except InternalError as error:
            self._fail(error)
            return True
        return False

    def _fail(self, error: ScanwrightError) -> None:
        """Remember why nothing can be sealed at present."""
        if self._failure is None:
            log.error("%s", error.message)
        self._failure = error
        # Those who wait for a slot must come as far as `put`, to be told.
        self._slots.resume(self)

    def _sealed(self, entry: Entry, future: asyncio.Future[Sealed]) -> None:
        self._is_sealing = False
        if self._is_closed:
            if not future.cancelled() and future.exception() is None:
                self._vault.discard(future.result())
            return
        entry.readers -= 1
        error = future.exception()
        if isinstance(error, ScanwrightError) and not entry.is_dropped:
            self._fail(error)
            self._settle(entry)
            return
        if not isinstance(error, ScanwrightError):
            self._keep(entry, future.result())
        self._settle(entry)
        self._balance()

    def _keep(self, entry: Entry, sealed: Sealed) -> None:
        if isinstance(sealed, SealedInFile):
            self._failure = None
        with self._weighed(entry):
            is_kept = entry.take(sealed)
        if not is_kept:
            self._vault.discard(sealed)

    def _settle(self, entry: Entry) -> None:
        """Free the memory of a page that is cold or dropped, after its last reader."""
        with self._weighed(entry):
            if entry.is_dropped:
                entry.sealed = None
            if entry.slot and not entry.readers and (entry.sealed or entry.is_dropped):
                self._slots.release(entry.slot)
                entry.slot = entry.original = None

    @contextmanager
    def _weighed(self, entry: Entry) -> Iterator[None]:
        """Count what the page takes more, or less, after the block."""
        before = entry.weight
        yield
        self._hot_bytes += entry.weight - before


def _form_key(page: StoredPage, mime: str, box: Box | None) -> FormKey:
    return FormKey(page, mime, fit(page.format, box) if box else None)
