"""A page in the store: its ticket, the view that is lent of it, and where it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from scanwright.buffer.forms import PageSource
from scanwright.buffer.slots import Slot
from scanwright.buffer.vault import Key, Sealed, SealedInFile, SealedInMemory
from scanwright.protocol.scanning import PageFormat

__all__ = ["Entry", "PageView", "StoreStats", "StoredPage", "Usage"]

WORTH_IT: Final = 7 / 8
"""Sealed in memory, a page must take at most so much of what it took before."""


@dataclass(frozen=True, slots=True, eq=False)
class StoredPage:
    """The ticket for a page in a store."""

    format: PageFormat


@dataclass(frozen=True, slots=True, eq=False)
class PageView:
    """A page lent for reading: its first bytes fill `slot` as `format` says.

    `original` is the JPEG that the page came as, if it came as one. Nobody writes into
    the slot, and it stays what it is for as long as the loan lasts.
    """

    slot: Slot
    format: PageFormat
    original: bytes | None = None

    @property
    def pixels(self) -> memoryview:
        """The page's bytes, read-only."""
        return self.slot.view[: self.format.size_bytes].toreadonly()


@dataclass(frozen=True, slots=True)
class StoreStats:
    """What a store holds at this moment; `cold_bytes` are on disk.

    `hot_bytes` are the memory of pages, those that are sealed in it included.
    """

    pages: int
    hot_bytes: int
    cold_bytes: int
    cold_files: int
    form_bytes: int


@dataclass(frozen=True, slots=True)
class Usage:
    """What something takes at this moment, in memory and on disk."""

    memory_bytes: int = 0
    disk_bytes: int = 0

    def __add__(self, other: Usage) -> Usage:
        """Return what both take together."""
        return Usage(
            self.memory_bytes + other.memory_bytes, self.disk_bytes + other.disk_bytes
        )


@dataclass(slots=True, eq=False)
class Entry:
    """Where a page is now: in `slot`, in `sealed`, or on its way."""

    page: StoredPage
    slot: Slot | None
    original: bytes | None
    has_original: bool
    key: Key | None = None
    sealed: Sealed | None = None
    holders: int = 1
    readers: int = 0
    is_dropped: bool = False
    is_dense: bool = False
    """Whether sealing it in memory was tried, and was not worth it."""

    @property
    def is_for_disk(self) -> bool:
        """Whether the page may go to the disk."""
        return self.key is None or self.key.is_for_disk

    @property
    def is_on_disk(self) -> bool:
        """Whether the page has a file."""
        return isinstance(self.sealed, SealedInFile)

    @property
    def weight(self) -> int:
        """Bytes of memory that the page takes."""
        sealed = self.sealed
        content = sealed.size_bytes if isinstance(sealed, SealedInMemory) else 0
        slot = self.slot.size if self.slot else 0
        return slot + len(self.original or b"") + content

    @property
    def usage(self) -> Usage:
        """What the page takes where it is now."""
        sealed = self.sealed
        on_disk = sealed.size_bytes if isinstance(sealed, SealedInFile) else 0
        return Usage(self.weight, on_disk)

    def take(self, sealed: Sealed) -> bool:
        """Accept where the page has been sealed, or leave it where it was.

        It is left when that is not worth it, or not allowed any more.
        """
        if self.is_dropped:
            return False
        if isinstance(sealed, SealedInFile):
            is_welcome = self.is_for_disk
        else:
            is_welcome = sealed.size_bytes <= self.weight * WORTH_IT
            self.is_dense = not is_welcome
        if is_welcome:
            self.sealed = sealed
        return is_welcome

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
