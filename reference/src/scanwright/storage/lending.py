"""Pages of documents, lent for reading as the page store lends its own."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator

from scanwright.buffer.pages import PageView
from scanwright.buffer.slots import SlotPool
from scanwright.storage.contents import KeptPage
from scanwright.storage.document import Document

__all__ = ["lent_page"]


@contextlib.asynccontextmanager
async def lent_page(
    document: Document, page: KeptPage, slots: SlotPool
) -> AsyncIterator[PageView]:
    """Lend a page for as long as the context lasts.

    Raises:
        UnknownDocument: The page was deleted meanwhile.
        DocumentDamaged: The page's file is not what was written.
        DeviceError: There is no memory for it.
    """
    size = page.format.size_bytes
    slot = slots.acquire(size)
    try:
        original = await document.read(page, slot.view[:size])
        yield PageView(slot, page.format, original)
    finally:
        slots.release(slot)
