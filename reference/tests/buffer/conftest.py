"""Small pages to keep."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from scanwright.buffer.slots import ScannedPage, SlotPool
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source

GRAY = Depth(PixelType.GRAY, 8)
MakePage = Callable[..., ScannedPage]


@pytest.fixture
def make_page(slots: SlotPool) -> MakePage:
    """Make a gray page that is all `shade`."""

    def make(shade: int = 0, *, original: bytes | None = None) -> ScannedPage:
        form = PageFormat(64, 32, GRAY, (300, 300), Source.FEEDER)
        slot = slots.acquire(form.size_bytes)
        slot.view[: form.size_bytes] = bytes([shade]) * form.size_bytes
        return ScannedPage(slot, form, original)

    return make


@pytest.fixture
def make_noise(slots: SlotPool) -> MakePage:
    """Make a gray page that fills its slot of 1 MiB and cannot be made smaller."""

    def make() -> ScannedPage:
        form = PageFormat(1024, 1024, GRAY, (300, 300), Source.FEEDER)
        slot = slots.acquire(form.size_bytes)
        slot.view[: form.size_bytes] = os.urandom(form.size_bytes)
        return ScannedPage(slot, form)

    return make
