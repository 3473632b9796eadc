"""The judges of next-page: every page once, in the form that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.checks.pages import (
    OTHER_TYPES,
    Jpeg,
    Lossless,
    Next,
    NoAlpha,
    Order,
    PngDefault,
    TypeInvalid,
)
from scanwright_conformance.checks.pages_identity import TELLING
from scanwright_conformance.images import Identity
from scanwright_conformance.transcript import Entry, Exchange, Fact

Pictured = Callable[..., Exchange]

END = answered("page-end", 204)
AGAIN = (answered("again-1", 204), answered("again-2", 204))


def sheets(pictured: Pictured, *numbers: int) -> list[Exchange]:
    """Return pages of these sheets; the serial number of sheet 1 is 11."""
    return [
        pictured(f"page-{place}", identity=Identity("one", sheet, "A", 10 + sheet))
        for place, sheet in enumerate(numbers, start=1)
    ]


def test_pages_come_once_and_then_the_end(pictured: Pictured) -> None:
    """Pages in order, then 204 as often as one asks."""
    assert judged(Next, *sheets(pictured, 1, 2, 3), END, *AGAIN).is_met
    assert judged(Next, pictured("page-1"), END, *AGAIN).is_met


@pytest.mark.parametrize("numbers", [(2, 1, 3), (1, 1, 2)])
def test_pages_out_of_order_and_twice_break_the_rule(
    pictured: Pictured,
    numbers: tuple[int, ...],
) -> None:
    """Pages in another order, and a page twice, are seen by their numbers."""
    assert not judged(Next, *sheets(pictured, *numbers), END, *AGAIN).is_met


def test_a_page_is_looked_at_for_who_it_is(pictured: Pictured) -> None:
    """Where pages are known to say it, two that do not may be one and the same."""
    pages = pictured("page-1"), pictured("page-2")
    for is_telling in (True, False):
        fact = Fact(TELLING, is_telling)
        seen = judged(Next, fact, *pages, END, *AGAIN)
        assert seen.is_met is not is_telling


def test_the_end_stays_the_end(pictured: Pictured) -> None:
    """An end that becomes something else later breaks the rule."""
    other = answered("again-2", 410, json={"code": -1034})
    seen = judged(Next, pictured("page-1"), END, AGAIN[0], other)
    assert (seen.is_met, seen.labels) == (False, ("again-2",))


@pytest.mark.parametrize("label", ["page-end", "again-1"])
def test_the_end_is_told_by_204(pictured: Pictured, label: str) -> None:
    """Another status says something else than that there are no more pages."""
    other = answered(label, 410, json={"code": -1034})
    entries = {each.label: each for each in (pictured("page-1"), END, *AGAIN, other)}
    assert judged(Next, *entries.values()).labels == (label,)
    tray = (*sheets(pictured, 1, 2), replace(other, label="page-end"))
    assert not judged(Order, *tray, next_page(pictured, 13)).is_met


def test_an_end_before_the_first_page_breaks_the_rule() -> None:
    """A job that completes has a page."""
    assert judged(Next, END, *AGAIN).observed == "none"


def next_page(pictured: Pictured, serial: int) -> Exchange:
    """Return the page after the job."""
    return pictured("next", identity=Identity("one", 1, "A", serial))


def test_a_tray_comes_whole_and_in_order(pictured: Pictured) -> None:
    """Sheets from the first to the last, and no number between them and the next."""
    pages = sheets(pictured, 1, 2, 3)
    assert judged(Order, *pages, END, next_page(pictured, 14)).is_met
    assert judged(Order, *pages[:2], END, next_page(pictured, 13)).is_met
    assert not judged(Order, *pages[:1], END, next_page(pictured, 12)).is_met


@pytest.mark.parametrize("numbers", [(1, 3), (2, 3), (1, 2, 2), (2, 1)])
def test_a_tray_with_a_gap_breaks_the_rule(
    pictured: Pictured,
    numbers: tuple[int, ...],
) -> None:
    """A sheet that is lost, doubled or out of its place breaks the rule."""
    entries = (*sheets(pictured, *numbers), END, next_page(pictured, 14))
    assert judged(Order, *entries).labels == ("page-end",)


def test_a_lost_last_sheet_is_seen(pictured: Pictured) -> None:
    """The number of the next page tells that there was one more."""
    entries = (*sheets(pictured, 1, 2), END, next_page(pictured, 14))
    assert judged(Order, *entries).labels == ("next",)


def labelled(pictured: Pictured, media: str, label: str) -> Exchange:
    """Return a page of one media type that is called another."""
    page = pictured("page", media)
    assert page.answer is not None
    named = answered("page", headers={"Content-Type": label}).answer
    assert named is not None
    answer = type(page.answer)(200, named.headers, page.answer.body)
    return Exchange("page", page.request, answer)


@pytest.mark.parametrize(
    ("check", "media", "other"),
    [(PngDefault, "image/png", "image/jpeg"), (Jpeg, "image/jpeg", "image/png")],
)
def test_a_page_is_what_it_is_called(
    pictured: Pictured,
    check: type[PngDefault | Jpeg],
    media: str,
    other: str,
) -> None:
    """Body and label both have the form that was asked for."""
    assert judged(check, pictured("page", media)).is_met
    assert judged(check, labelled(pictured, media, f"{media.upper()} ; q=1")).is_met
    assert not judged(check, labelled(pictured, other, media)).is_met
    assert not judged(check, pictured("page", other)).is_met
    assert not judged(check, labelled(pictured, media, other)).is_met


def refused(label: str) -> Exchange:
    """Return the refusal of a type."""
    return answered(label, 400, json={"statusCode": 400, "code": -2113})


REFUSED = [
    refused(f"refused-{number}{way}")
    for number in range(1, len(OTHER_TYPES) + 1)
    for way in ("", "-content")
]


def test_a_wrong_type_is_refused_and_costs_nothing(pictured: Pictured) -> None:
    """Every other type is a wrong parameter, and the page is still there."""
    assert judged(TypeInvalid, *REFUSED, pictured("page")).is_met
    consumed = judged(TypeInvalid, *REFUSED, answered("page", 204))
    assert (consumed.is_met, consumed.labels) == (False, ("page",))


def test_a_wrong_type_does_not_fall_back(pictured: Pictured) -> None:
    """A PNG in place of what was asked for breaks the rule, by an index as well."""
    first, by_index, *others = REFUSED
    page = pictured("page")
    bent = pictured(first.label)
    assert not judged(TypeInvalid, bent, by_index, *others, page).is_met
    bent = pictured(by_index.label)
    assert not judged(TypeInvalid, first, bent, *others, page).is_met
    bent = pictured(REFUSED[-1].label)
    assert not judged(TypeInvalid, *REFUSED[:-1], bent, page).is_met


def test_paper_is_opaque(pictured: Pictured) -> None:
    """A PNG with an alpha channel breaks the rule."""
    assert judged(NoAlpha, pictured("page")).is_met
    assert not judged(NoAlpha, pictured("page", channels=4, has_alpha=True)).is_met
    assert not judged(NoAlpha, pictured("page", "image/jpeg")).is_met


def readings(pictured: Pictured, third: str = "first") -> list[Entry]:
    """Return three readings of a page, of which the third may differ."""
    return [
        pictured("reading-1"),
        pictured("reading-2"),
        pictured("reading-3", pixels=third),
    ]


def test_a_page_is_always_the_same(pictured: Pictured) -> None:
    """A reading with other pixels breaks the rule."""
    assert judged(Lossless, *readings(pictured)).is_met
    assert judged(Lossless, *readings(pictured, "faded")).labels == ("reading-3",)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_each_reading_is_the_form_that_was_asked_for(
    pictured: Pictured, number: int
) -> None:
    """A JPEG in place of a PNG has lost something."""
    lossy = readings(pictured)
    lossy[number - 1] = pictured(f"reading-{number}", "image/jpeg")
    assert judged(Lossless, *lossy).labels == (f"reading-{number}",)
