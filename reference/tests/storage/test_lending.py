"""Pages of documents in shared memory, for as long as somebody reads them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scanwright.buffer.slots import SlotPool
from scanwright.errors import UnknownDocument
from scanwright.protocol.scanning import PageFormat
from scanwright.storage.lending import lent_page
from scanwright.storage.storage import Storage

Pixels = Callable[[int], memoryview]


async def test_a_page_is_lent_and_given_back(
    storage: Storage, slots: SlotPool, form: PageFormat, pixels: Pixels
) -> None:
    """Its pixels fill the beginning of a slot that is free again afterwards."""
    document = await storage.create()
    await document.insert(form, pixels(5), b"\xff\xd8jpeg")
    async with lent_page(document, document.page("0"), slots) as view:
        assert view.pixels == pixels(5)
        assert (view.format, view.original) == (form, b"\xff\xd8jpeg")
        assert slots.stats().used == 1
    assert slots.stats().used == 0


async def test_a_page_that_is_gone_keeps_no_slot(
    storage: Storage, slots: SlotPool, form: PageFormat, pixels: Pixels
) -> None:
    """An error is no reason to lose memory."""
    document = await storage.create()
    await document.insert(form, pixels(5))
    page = document.page("0")
    await document.remove(page.uid)
    with pytest.raises(UnknownDocument):
        async with lent_page(document, page, slots):
            pass
    assert slots.stats().used == 0
