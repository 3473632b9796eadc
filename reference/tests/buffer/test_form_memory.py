"""The memory of encoded pages."""

from __future__ import annotations

from scanwright.buffer.entries import StoredPage
from scanwright.buffer.form_memory import SMALL_BYTES, FormKey, FormMemory
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source

FORM = PageFormat(4, 2, Depth(PixelType.GRAY, 8), (300, 300), Source.FLATBED)
LARGE = bytes(SMALL_BYTES)
SMALL = bytes(SMALL_BYTES - 1)


def key(size: tuple[int, int] | None = None) -> FormKey:
    """Return the key of a form of another page."""
    return FormKey(StoredPage(FORM), "image/png", size)


def test_thumbnails_outlive_full_pages() -> None:
    """However many large forms come, the small ones stay."""
    memory = FormMemory(large_bytes=2 * SMALL_BYTES, small_bytes=2 * SMALL_BYTES)
    small = [key((9, 9)) for _ in range(2)]
    for one in small:
        memory.put(one, SMALL)
    large = [key() for _ in range(5)]
    for one in large:
        memory.put(one, LARGE)
    assert [memory.get(one) for one in small] == [SMALL, SMALL]
    kept = [memory.get(one) is not None for one in large]
    assert kept == [False, False, False, True, True]


def test_the_form_that_was_used_longest_ago_goes() -> None:
    """Being asked for counts as use."""
    memory = FormMemory(large_bytes=0, small_bytes=20)
    one, two, three = key(), key(), key()
    memory.put(one, bytes(10))
    memory.put(two, bytes(10))
    assert memory.get(one) is not None
    memory.put(three, bytes(10))
    assert memory.get(two) is None
    assert memory.get(one) is not None


def test_forms_of_a_page_go_with_it() -> None:
    """All of them, and their weight; another page keeps its own."""
    memory = FormMemory(large_bytes=9 * SMALL_BYTES, small_bytes=SMALL_BYTES)
    one, other = key(), key()
    memory.put(one, LARGE)
    memory.put(FormKey(one.page, "image/jpeg", (3, 3)), b"small")
    memory.put(other, b"other")
    memory.forget(one.page)
    assert memory.used_bytes == 5
    assert memory.get(other) == b"other"


def test_a_form_that_is_made_anew_counts_once() -> None:
    """The later one is kept; one that is larger than all room is not."""
    memory = FormMemory(large_bytes=SMALL_BYTES, small_bytes=9)
    one = key()
    memory.put(one, b"four")
    memory.put(one, b"seven")
    assert (memory.get(one), memory.used_bytes) == (b"seven", 5)
    memory.put(one, b"more than nine")
    assert (memory.get(one), memory.used_bytes) == (None, 0)
