"""The page store: keeps every page until it is dropped, and memory within a limit.

A page is *hot* (in its slot) or *cold* (sealed in the vault). Theory of operation:

- `put` makes a page hot. Above the limit the pages that were used longest ago are
  sealed, one at a time, and until that is done the pool holds back new slots.
- Threads read pages: to encode and to seal. Each reader is counted, and the slot goes
  back to the pool when the page is cold or dropped and its last reader has left.
- One encoding serves everybody who asks for the same form of a page, and stays in a
  small memory of encoded forms. A cold page is read back for its encoding only.
- When the vault cannot be written, `put` refuses what is beyond the limit: a full disk
  faults the job that fills it, and never takes the machine's memory.

All methods belong to the event loop's thread.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from scanwright.buffer.forms import PageSource, make_form, seal
from scanwright.buffer.slots import ScannedPage, Slot, SlotPool
from scanwright.buffer.vault import PageGone, Sealed, Vault
from scanwright.errors import InternalError, ScanwrightError
from scanwright.imaging.codecs import rest
from scanwright.protocol.scanning import PageFormat

__all__ = ["PageStore", "StoredPage"]

MIB: Final = 1 << 20
REST_S: Final = 10.0
"""Without anything to encode for so long, the codecs give their memory back."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class StoredPage:
    """The ticket for a page in a store."""

    format: PageFormat


@dataclass(slots=True, eq=False)
class _Entry:
    """Where a page is now: in `slot`, in `sealed`, or on its way."""

    page: StoredPage
    slot: Slot | None
    original: bytes | None
    has_original: bool
    sealed: Sealed | None = None
    readers: int = 0
    is_sealing: bool = False
    is_dropped: bool = False

    @property
    def weight(self) -> int:
        """Bytes of memory that the page takes while it is hot."""
        return (self.slot.size if self.slot else 0) + len(self.original or b"")

    def source(self, scratch: Slot | None) -> PageSource:
        """Tell a thread where the page is; a cold one is read into `scratch`."""
        slot = scratch or self.slot
        assert slot is not None  # noqa: S101 - for mypy: a page without slot has scratch
        return PageSource(
            self.page.format,
            slot.view[: self.page.format.size_bytes],
            self.sealed if scratch else None,
            self.original,
            self.has_original,
        )


@dataclass(slots=True)
class _Run:
    """An encoding under way, and the borrowed slot that a cold page is read into."""

    future: asyncio.Future[bytes]
    scratch: Slot | None


class PageStore:
    """Owner of scanned pages; `folder` is where cold ones lie, and is swept first."""

    def __init__(
        self,
        folder: Path,
        *,
        slots: SlotPool,
        hot_bytes: int = 384 * MIB,
        form_bytes: int = 64 * MIB,
    ) -> None:
        self._vault = Vault(folder)
        self._slots = slots
        self._hot_limit = hot_bytes
        self._form_limit = form_bytes
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="encode")
        self._entries: OrderedDict[StoredPage, _Entry] = OrderedDict()
        self._runs: dict[tuple[StoredPage, str], _Run] = {}
        self._forms: OrderedDict[tuple[StoredPage, str], bytes] = OrderedDict()
        self._hot_bytes = 0
        self._form_bytes = 0
        self._is_sealing = False
        self._failure: ScanwrightError | None = None
        self._is_closed = False
        self._rest: asyncio.TimerHandle | None = None

    def put(self, page: ScannedPage) -> StoredPage:
        """Take a page over, its slot included; refused ones give their slot back."""
        self._balance()
        if self._is_closed or (self._failure and self._hot_bytes > self._hot_limit):
            self._slots.release(page.slot)
            if self._failure is None:
                raise PageGone("The page store is closed.")
            raise InternalError(
                self._failure.message, code=self._failure.code
            ) from self._failure
        stored = StoredPage(page.format)
        entry = _Entry(stored, page.slot, page.original, page.original is not None)
        self._entries[stored] = entry
        self._hot_bytes += entry.weight
        self._balance()
        return stored

    async def encoded(self, page: StoredPage, mime: str) -> bytes:
        """Return the page as a file of type `mime`."""
        form = self._forms.get((page, mime))
        if form is not None:
            self._forms.move_to_end((page, mime))
            self._entries.move_to_end(page)
            return form
        future = self._run(page, mime).future
        try:
            # Shielded: others may be waiting for the same form.
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            if self._is_closed and future.cancelled():
                raise PageGone("The page store was closed.") from None
            raise

    def prefetch(self, page: StoredPage, mime: str) -> None:
        """Begin encoding now what will be asked for soon."""
        if (page, mime) not in self._forms:
            self._run(page, mime)

    def drop(self, page: StoredPage) -> None:
        """Forget the page, in memory and on disk; twice is once."""
        entry = self._entries.pop(page, None)
        if entry is None:
            return
        entry.is_dropped = True
        for key in [key for key in self._forms if key[0] is page]:
            self._form_bytes -= len(self._forms.pop(key))
        if entry.sealed:
            self._vault.discard(entry.sealed)
        self._settle(entry)
        self._balance()

    def close(self) -> None:
        """Drop everything; waits for encoders at work, which is a fraction of a second.

        Whoever still waits for a page is told that it is gone.
        """
        self._is_closed = True
        self._threads.shutdown(wait=True, cancel_futures=True)
        if self._rest:
            self._rest.cancel()
        rest()
        for run in self._runs.values():
            if run.scratch:
                self._slots.release(run.scratch)
                run.scratch = None
        for entry in self._entries.values():
            entry.readers = 0
        for page in list(self._entries):
            self.drop(page)
        self._slots.resume(self)

    def _run(self, page: StoredPage, mime: str) -> _Run:
        """Start the encoding of a form, or join the one that is under way."""
        entry = self._entries.get(page)
        if entry is None or self._is_closed:
            raise PageGone("This page was deleted.")
        self._entries.move_to_end(page)
        key = (page, mime)
        if key not in self._runs:
            scratch = None
            if entry.slot is None:
                scratch = self._slots.acquire(page.format.size_bytes)
            work = partial(make_form, self._vault, entry.source(scratch), mime)
            loop = asyncio.get_running_loop()
            future = loop.run_in_executor(self._threads, work)
            self._runs[key] = _Run(future, scratch)
            entry.readers += 1
            future.add_done_callback(partial(self._encoded, entry, mime))
        return self._runs[key]

    def _encoded(self, entry: _Entry, mime: str, future: asyncio.Future[bytes]) -> None:
        key = (entry.page, mime)
        run = self._runs.pop(key)
        if run.scratch:
            self._slots.release(run.scratch)
        if self._is_closed:
            return
        entry.readers -= 1
        self._settle(entry)
        if future.exception() is None and not entry.is_dropped:
            self._remember(key, future.result())
        if self._rest:
            self._rest.cancel()
        self._rest = asyncio.get_running_loop().call_later(REST_S, rest)
        self._balance()

    def _remember(self, key: tuple[StoredPage, str], form: bytes) -> None:
        self._forms[key] = form
        self._form_bytes += len(form)
        while self._form_bytes > self._form_limit:
            _, oldest = self._forms.popitem(last=False)
            self._form_bytes -= len(oldest)

    def _balance(self) -> None:
        """Seal the page that was used longest ago, while memory is above the limit."""
        if self._hot_bytes <= self._hot_limit or self._is_closed:
            self._failure = None
            self._slots.resume(self)
            return
        if not self._failure:
            self._slots.hold(self)
        if self._is_sealing:
            return
        entry = next(
            (e for e in self._entries.values() if e.slot and not e.sealed), None
        )
        if entry is None:
            return
        self._is_sealing = True
        entry.readers += 1
        work = partial(seal, self._vault, entry.source(None))
        future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        future.add_done_callback(partial(self._sealed, entry))

    def _sealed(self, entry: _Entry, future: asyncio.Future[Sealed]) -> None:
        self._is_sealing = False
        if self._is_closed:
            if not future.cancelled() and future.exception() is None:
                self._vault.discard(future.result())
            return
        entry.readers -= 1
        error = future.exception()
        if isinstance(error, ScanwrightError):
            log.error("%s", error.message)
            self._failure = error
            # Those who wait for a slot must come as far as `put`, to be told.
            self._slots.resume(self)
            self._settle(entry)
            return
        self._failure = None
        if entry.is_dropped:
            self._vault.discard(future.result())
        else:
            entry.sealed = future.result()
        self._settle(entry)
        self._balance()

    def _settle(self, entry: _Entry) -> None:
        """Free the memory of a page that is cold or dropped, after its last reader."""
        if entry.slot and not entry.readers and (entry.sealed or entry.is_dropped):
            self._hot_bytes -= entry.weight
            self._slots.release(entry.slot)
            entry.slot = None
            entry.original = None
