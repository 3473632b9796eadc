"""The contents of an index: they come back, and pages go where they are sent."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.buffer.sealed_file import Damaged
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source
from scanwright.storage.contents import Contents, KeptPage

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=8,
)
FORMATS = st.builds(
    PageFormat,
    st.integers(1, 10**5),
    st.integers(1, 10**5),
    st.builds(Depth, st.sampled_from(PixelType), st.sampled_from([1, 4, 8, 16])),
    st.tuples(st.integers(1, 4800), st.integers(1, 4800)),
    st.sampled_from(Source),
    st.integers(0, 1),
)
PAGES = st.builds(
    KeptPage,
    st.text("0123456789abcdef", min_size=12, max_size=12),
    FORMATS,
    st.binary(min_size=16, max_size=16),
    st.tuples(st.integers(0, 1 << 31), st.integers(0, 1 << 31)),
)
CONTENTS = st.builds(
    Contents,
    st.none() | st.text(),
    st.none() | st.text() | st.dictionaries(st.text(), JSON, max_size=3),
    st.lists(PAGES, max_size=5, unique_by=lambda page: page.uid).map(tuple),
)


@given(CONTENTS)
def test_contents_come_back(contents: Contents) -> None:
    """Formats, salts, lengths, metadata and origin are all kept."""
    assert Contents.from_bytes(contents.to_bytes()) == contents


@given(CONTENTS, PAGES, st.none() | st.integers())
def test_a_page_goes_in_front_of_its_number(
    contents: Contents, page: KeptPage, position: int | None
) -> None:
    """Numbers count from 1; a number that no page has means the end."""
    count = len(contents.pages)
    pages = contents.with_page(page, position).pages
    inside = position is not None and 1 <= position <= count
    at = position - 1 if inside and position is not None else count
    assert pages[at] == page
    assert pages[:at] + pages[at + 1 :] == contents.pages


@given(CONTENTS)
def test_a_page_that_is_removed_is_gone(contents: Contents) -> None:
    """The others stay, in their order."""
    for page in contents.pages:
        rest = contents.without_page(page.uid)
        assert rest.page(page.uid) is None
        assert rest.pages == tuple(p for p in contents.pages if p.uid != page.uid)


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"{}", b'{"version":1}', b'{"version":1,"pages":[1]}', b"\xff"],
)
def test_what_is_no_index_is_damaged(data: bytes) -> None:
    """No other error leaves it."""
    with pytest.raises(Damaged):
        Contents.from_bytes(data)


def test_a_later_version_is_refused_whole() -> None:
    """An older service does not write what it does not understand."""
    data = json.loads(Contents().to_bytes()) | {"version": 2}
    with pytest.raises(Damaged, match="version 2"):
        Contents.from_bytes(json.dumps(data).encode())
