"""A page in the store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scanwright.buffer.entries import Entry, PageView, StoredPage, Usage
from scanwright.buffer.slots import ScannedPage, SlotPool
from scanwright.buffer.vault import Key, SealedInFile, SealedInMemory, Vault

MakePage = Callable[..., ScannedPage]


def test_a_view_is_the_page_alone_and_is_read_only(make_page: MakePage) -> None:
    """Without what is left over in the slot."""
    page = make_page(7)
    view = PageView(page.slot, page.format)
    assert bytes(view.pixels) == bytes([7]) * page.format.size_bytes
    with pytest.raises(TypeError, match="read-only"):
        view.pixels[0] = 1


def test_tickets_of_equal_pages_are_different_ones(make_page: MakePage) -> None:
    """A page is itself, whatever it looks like."""
    form = make_page().format
    assert StoredPage(form) != StoredPage(form)


def test_a_hot_page_weighs_its_slot_and_its_jpeg(
    make_page: MakePage, slots: SlotPool
) -> None:
    """A cold one weighs nothing, and is read into another slot."""
    page = make_page(1, original=b"jpeg")
    entry = Entry(StoredPage(page.format), page.slot, b"jpeg", has_original=True)
    assert entry.weight == page.slot.size + 4
    assert entry.source(None).sealed is None
    entry.slot = entry.original = None
    assert entry.weight == 0
    scratch = slots.acquire(page.format.size_bytes)
    assert len(entry.source(scratch).room) == page.format.size_bytes


def test_what_is_taken_adds_up() -> None:
    """Memory to memory, disk to disk."""
    assert Usage(1, 20) + Usage(3, 40) == Usage(4, 60)
    assert Usage() + Usage(5) == Usage(5, 0)


@pytest.fixture
def entry(make_page: MakePage) -> Entry:
    """A hot page in a slot of 1 MiB."""
    page = make_page(1)
    stored = StoredPage(page.format)
    return Entry(stored, page.slot, None, has_original=False, key=Key())


def in_memory(size: int) -> SealedInMemory:
    """A page that takes so much, sealed in memory."""
    return SealedInMemory(1, (size - 16,), Key(), bytes(size))


def in_file(folder: Path) -> SealedInFile:
    """A page that is a file."""
    return Vault(folder).seal([[b"page"]])


def test_a_page_without_a_key_is_for_the_disk(entry: Entry) -> None:
    """And one with a key as that says at this moment."""
    assert Entry(entry.page, None, None, has_original=False).is_for_disk
    assert entry.key is not None
    assert entry.is_for_disk
    entry.key.is_for_disk = False
    assert not entry.is_for_disk


def test_what_is_sealed_counts_where_it_is(entry: Entry, tmp_path: Path) -> None:
    """In memory it is memory, as long as the slot is there both; a file is none."""
    assert entry.slot is not None
    slot = entry.slot.size
    assert entry.take(in_memory(1000))
    assert (entry.weight, entry.is_on_disk) == (slot + 1000, False)
    entry.slot = None
    assert entry.usage == Usage(memory_bytes=1000)
    assert entry.take(in_file(tmp_path))
    assert (entry.usage, entry.is_on_disk) == (Usage(disk_bytes=4 + 16), True)


def test_a_page_is_sealed_in_memory_when_that_is_worth_it(entry: Entry) -> None:
    """An eighth at least; where it is not, nobody tries again."""
    assert not entry.take(in_memory(entry.weight * 7 // 8 + 1))
    assert (entry.sealed, entry.is_dense) == (None, True)
    assert entry.take(worth := in_memory(entry.weight * 7 // 8))
    assert (entry.sealed, entry.is_dense) == (worth, False)


def test_a_file_that_is_not_allowed_any_more_is_not_taken(
    entry: Entry, tmp_path: Path
) -> None:
    """It was being written when the page was told to stay in memory."""
    assert entry.key is not None
    entry.key.is_for_disk = False
    assert not entry.take(in_file(tmp_path))
    assert entry.sealed is None


def test_a_dropped_page_takes_nothing(entry: Entry, tmp_path: Path) -> None:
    """It was dropped while it was being sealed."""
    entry.is_dropped = True
    assert not entry.take(in_file(tmp_path))
    assert not entry.take(in_memory(20))
    assert entry.sealed is None
