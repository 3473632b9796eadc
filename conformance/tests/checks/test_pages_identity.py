"""What pages say about themselves."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scanwright_conformance.canned import answered
from scanwright_conformance.checks.pages_identity import (
    TELLING,
    expect_complete,
    expect_same_page,
    expect_sorted,
    identities_of,
    identity_of,
    telling_role,
)
from scanwright_conformance.images import Identity
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.session import Session
from scanwright_conformance.target import Addresses, Target
from scanwright_conformance.transcript import Exchange, Fact, Transcript

Pictured = Callable[..., Exchange]
END = answered("page-end", 204)


def test_a_page_says_who_it_is(pictured: Pictured) -> None:
    """The identity of a page is that of its picture."""
    identity = Identity("one", 1, "A", 7)
    page = pictured("page-1", identity=identity)
    assert identity_of(page) == identity
    assert identities_of([page, page]) == [identity, identity]


def test_a_page_that_says_nothing_is_a_mismatch(pictured: Pictured) -> None:
    """A page without identity, and an answer without page, cannot be judged by it."""
    for page in (pictured("page-1"), answered("page-1", 404)):
        with pytest.raises(Mismatch):
            identity_of(page)


@pytest.mark.parametrize(
    ("capabilities", "role"), [({"identity"}, "identity"), (set(), "scanner")]
)
async def test_pages_that_say_who_they_are_are_preferred(
    capabilities: set[str], role: str
) -> None:
    """Where there are none the usual scanner will do, and the judge knows of it."""
    target = Target("t", Addresses({}), frozenset(capabilities))
    async with Session(target) as session:
        assert telling_role(session) == role
        told = session.recorder.transcript().fact(TELLING)
    assert told is ("identity" in capabilities)


def test_pages_are_sorted_as_far_as_they_tell(pictured: Pictured) -> None:
    """Names in order and once; where names are known to be there, on each page."""
    one, two = (
        pictured(f"page-{serial}", identity=Identity("one", serial, "A", serial))
        for serial in (1, 2)
    )
    for is_telling in (True, False):
        entries = (Fact(TELLING, is_telling), one, two)
        expect_sorted(Transcript(entries), end=END)
    nameless = (one, pictured("page-2"))
    expect_sorted(Transcript(nameless), end=END)
    expect_sorted(Transcript((Fact(TELLING, value=False), *nameless)), end=END)
    told = Transcript((Fact(TELLING, value=True), *nameless))
    with pytest.raises(Mismatch):
        expect_sorted(told, end=END)


def test_the_glass_is_complete_with_one_page(pictured: Pictured) -> None:
    """Its only page has the sheet number 0."""
    page = pictured("page-1", identity=Identity("one", 0, "A", 7))
    next_ = pictured("next", identity=Identity("one", 0, "A", 8))
    assert expect_complete([page], end=END, next_=next_) == "one"


def laid(pictured: Pictured, *numbers: tuple[int, int]) -> list[Exchange]:
    """Return pages of these sheets with these serial numbers."""
    return [
        pictured("page", identity=Identity("one", sheet, "A", serial))
        for sheet, serial in numbers
    ]


def test_a_tray_is_complete_with_all_its_sheets(pictured: Pictured) -> None:
    """Sheets count from one, and serial numbers go on to the next page."""
    *pages, next_ = laid(pictured, (1, 7), (2, 8), (3, 9), (1, 10))
    assert expect_complete(pages, end=END, next_=next_) == "one"


@pytest.mark.parametrize(
    "numbers",
    [
        ((2, 7), (1, 8), (1, 9)),
        ((1, 7), (3, 8), (1, 9)),
        ((0, 7), (0, 8), (1, 9)),
        ((1, 7), (2, 9), (1, 10)),
        ((1, 7), (2, 8), (1, 10)),
        ((1, 7), (2, 8), (1, 8)),
    ],
    ids=["order", "gap", "glass twice", "one between", "one after", "once again"],
)
def test_a_tray_with_a_gap_is_not_complete(
    pictured: Pictured, numbers: tuple[tuple[int, int], ...]
) -> None:
    """A sheet that is missing, doubled or out of its place is a mismatch."""
    *pages, next_ = laid(pictured, *numbers)
    with pytest.raises(Mismatch):
        expect_complete(pages, end=END, next_=next_)


def test_pages_of_two_scanners_are_no_tray(pictured: Pictured) -> None:
    """A job has one scanner."""
    page, next_ = laid(pictured, (1, 7), (1, 9))
    other = pictured("page", identity=Identity("two", 2, "A", 8))
    with pytest.raises(Mismatch, match="one scanner"):
        expect_complete([page, other], end=END, next_=next_)


def test_no_pages_are_never_complete(pictured: Pictured) -> None:
    """A job without a page lost something."""
    next_ = pictured("next", identity=Identity("one", 1, "A", 8))
    with pytest.raises(Mismatch, match="pages"):
        expect_complete([], end=END, next_=next_)


def test_a_page_is_known_by_its_identity_in_every_form(pictured: Pictured) -> None:
    """What pixels became of it does not matter; which sheet it is does."""
    first, second = (Identity("one", sheet, "A", sheet) for sheet in (1, 2))
    model = pictured("model", identity=first)
    expect_same_page(pictured("page", "image/jpeg", identity=first), model)
    for other in (second, None):
        with pytest.raises(Mismatch):
            expect_same_page(pictured("page", identity=other), model)
    with pytest.raises(Mismatch):
        expect_same_page(pictured("page", identity=first), pictured("model"))


def test_a_page_without_identity_is_known_by_its_pixels(pictured: Pictured) -> None:
    """Only in the same form are they comparable; else the size has to do."""
    model = pictured("model", pixels="one")
    expect_same_page(pictured("page", pixels="one"), model)
    expect_same_page(pictured("page", "image/jpeg", pixels="lossy"), model)
    with pytest.raises(Mismatch):
        expect_same_page(pictured("page", pixels="two"), model)
    with pytest.raises(Mismatch):
        expect_same_page(pictured("page", "image/jpeg", size=(1, 1)), model)
