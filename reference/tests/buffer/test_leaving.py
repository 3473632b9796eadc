"""Which page makes room next."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from scanwright.buffer.entries import Entry, StoredPage
from scanwright.buffer.leaving import is_full, next_to_leave, next_to_shrink
from scanwright.buffer.slots import MIB, ScannedPage
from scanwright.buffer.vault import Key, Vault

MakePage = Callable[..., ScannedPage]


def entry(make_page: MakePage, key: Key | None = None) -> Entry:
    """A hot page in a slot of 1 MiB."""
    page = make_page()
    return Entry(StoredPage(page.format), page.slot, None, has_original=False, key=key)


def staying() -> Key:
    """A key whose pages stay in memory."""
    key = Key()
    key.is_for_disk = False
    return key


def test_whatever_was_used_longest_ago_is_next(make_page: MakePage) -> None:
    """Among those that stay for shrinking, among the others for leaving."""
    key = staying()
    first, second = entry(make_page), entry(make_page)
    third, fourth = entry(make_page, key), entry(make_page, key)
    for entries in ([first, third, second, fourth], [third, first, fourth, second]):
        assert next_to_leave(entries) is first
        assert next_to_shrink(entries) is third


def test_what_is_done_is_not_done_again(make_page: MakePage, tmp_path: Path) -> None:
    """A file is a file, and neither what is sealed nor what is dense gets smaller."""
    vault, key = Vault(tmp_path), staying()
    cold, small, dense = (
        entry(make_page),
        entry(make_page, key),
        entry(make_page, key),
    )
    assert cold.take(vault.seal([[b"page"]]))
    assert small.take(vault.seal_in_memory([[b"page"]], key))
    dense.is_dense = True
    assert next_to_leave([cold, small, dense]) is None
    assert next_to_shrink([cold, small, dense]) is None


def test_what_may_leave_again_leaves(make_page: MakePage, tmp_path: Path) -> None:
    """A page that was sealed in memory goes to the disk when it may."""
    key = staying()
    small = entry(make_page, key)
    assert small.take(Vault(tmp_path).seal_in_memory([[b"page"]], key))
    small.slot = None
    key.is_for_disk = True
    assert next_to_leave([small]) is small
    assert next_to_shrink([small]) is None


def test_memory_is_full_of_what_stays(make_page: MakePage) -> None:
    """Above the limit by themselves, and only when none can be made smaller."""
    key = staying()
    pages = [entry(make_page, key), entry(make_page, key), entry(make_page)]
    assert not is_full(pages, MIB)
    for page in pages:
        page.is_dense = True
    assert is_full(pages, MIB)
    assert not is_full(pages, 2 * MIB)
