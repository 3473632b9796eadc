"""An open document: what is in it, and the changes that can be made to it.

One writer at a time changes a document; readers go on beside it with the contents that
they have, and are told when a page was deleted meanwhile. Everything that blocks is
done in threads.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol
from weakref import WeakValueDictionary

from scanwright.errors import StorageFull, UnknownDocument
from scanwright.protocol.scanning import PageFormat
from scanwright.storage.contents import Contents, KeptPage, Metadata
from scanwright.storage.shelf import Shelf
from scanwright.storage.threads import Threads

__all__ = ["Document", "Guard", "Keeper"]


class Guard(Protocol):
    """Watches the disk."""

    def is_low(self) -> bool:
        """Tell whether less is free than must stay free."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """What all open documents share."""

    shelf: Shelf
    threads: Threads
    guard: Guard | None
    locks: WeakValueDictionary[str, asyncio.Lock] = field(
        default_factory=WeakValueDictionary
    )

    def lock(self, uid: str) -> asyncio.Lock:
        """Return the lock of a document's writers."""
        return self.locks.setdefault(uid, asyncio.Lock())

    def refuse_if_low(self) -> None:
        """Raise StorageFull when there is less room on the disk than must stay free."""
        if self.guard is not None and self.guard.is_low():
            raise StorageFull(
                "The disk is almost full, and documents take no more. Free some disk "
                "space; everything that was kept before is still there."
            )


class Document:
    """An open document. `contents` are those of its opening, or of its last change."""

    def __init__(
        self, keeper: Keeper, uid: str, *, key: bytes, contents: Contents
    ) -> None:
        self.uid = uid
        self.contents = contents
        self._keeper = keeper
        self._key = key

    async def set_metadata(self, metadata: Metadata) -> None:
        """Replace the metadata entirely.

        Raises:
            StorageFull: There is no room for them.
        """
        self._keeper.refuse_if_low()

        def change(contents: Contents) -> Contents:
            return replace(contents, metadata=metadata)

        shelf = self._keeper.shelf
        await self._change(partial(shelf.change, self.uid, self._key, change))

    async def insert(
        self,
        page: PageFormat,
        pixels: memoryview,
        original: bytes | None = None,
        *,
        position: int | None = None,
    ) -> None:
        """Keep a page in front of the one with number `position`, counted from 1.

        It comes last when there is no page of that number. `pixels` are read until this
        returns, and when it is cancelled it returns no sooner.

        Raises:
            StorageFull: There is no room for it.
        """
        self._keeper.refuse_if_low()

        def place(contents: Contents, kept: KeptPage) -> Contents:
            return contents.with_page(kept, position)

        source = (page, pixels, original)
        shelf = self._keeper.shelf
        await self._change(partial(shelf.add_page, self.uid, self._key, source, place))

    async def remove(self, page: str) -> None:
        """Remove the page with this id; raises UnknownDocument when there is none."""
        shelf = self._keeper.shelf
        await self._change(partial(shelf.remove_page, self.uid, self._key, page))

    async def delete(self) -> None:
        """Delete the document with all of its data."""
        async with self._keeper.lock(self.uid):
            await self._keeper.threads.run(partial(self._keeper.shelf.delete, self.uid))

    async def read(self, page: KeptPage, into: memoryview) -> bytes | None:
        """Fill `into` with a page's pixels; return the original JPEG, if any.

        `into` has the bytes of the page's format, and is written to until this returns.

        Raises:
            UnknownDocument: The page was deleted meanwhile.
            DocumentDamaged: The page's file is not what was written.
        """
        shelf = self._keeper.shelf
        work = partial(shelf.read_page, self.uid, self._key, page, into)
        return await self._keeper.threads.run(work)

    def page(self, name: str) -> KeptPage:
        """Return the page with this id, or with this number counted from 0.

        Raises:
            UnknownDocument: The document has no such page.
        """
        page = self.contents.page(name.lower())
        if page is None and name.isascii() and name.isdigit() and len(name) < 10:
            page = next(iter(self.contents.pages[int(name) :]), None)
        if page is None:
            raise UnknownDocument("The document has no such page.")
        return page

    async def _change(self, work: Callable[[], Contents]) -> None:
        async with self._keeper.lock(self.uid):
            self.contents = await self._keeper.threads.run(work)
