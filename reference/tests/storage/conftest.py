"""Small pages to keep, and a storage to keep them in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest

from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source
from scanwright.storage.envelope import Cost
from scanwright.storage.storage import Storage

Pixels = Callable[[int], memoryview]


@pytest.fixture
def form() -> PageFormat:
    """The format of a small page."""
    gray = Depth(PixelType.GRAY, 8)
    return PageFormat(8, 4, gray, (300, 200), Source.FEEDER, side=1)


@pytest.fixture
def pixels(form: PageFormat) -> Pixels:
    """Make a page that is all of a shade."""
    return lambda shade: memoryview(bytes([shade]) * form.size_bytes)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the documents."""
    return tmp_path / "storage"


@pytest.fixture
def cheap() -> Cost:
    """A password that costs next to nothing to try."""
    return Cost(log_n=4, r=1, p=1)


@pytest.fixture
async def storage(folder: Path, cheap: Cost) -> AsyncIterator[Storage]:
    """An empty storage."""
    with closing(Storage(folder, cost=cheap)) as owner:
        yield owner
