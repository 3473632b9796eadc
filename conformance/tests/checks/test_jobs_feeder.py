"""The judges of fallback, count and both sides."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.checks.jobs_feeder import (
    ConfigCount,
    ConfigDuplex,
    FeederFallback,
)
from scanwright_conformance.images import Identity
from scanwright_conformance.transcript import Entry, Exchange

Pictured = Callable[..., Exchange]

END = answered("page-end", 204)
COMPLETED = answered("create-ended", json={"status": "completed"})


def test_a_feeder_that_is_not_there_falls_back_to_the_glass(pictured: Pictured) -> None:
    """The one page of the glass comes, then the end."""
    assert judged(FeederFallback, pictured("page-1"), END, COMPLETED).is_met


def test_the_glass_does_not_feed(pictured: Pictured) -> None:
    """The page of the glass again and again breaks the rule."""
    pages = [pictured(f"page-{number}") for number in (1, 2)]
    seen = judged(FeederFallback, *pages, END, COMPLETED)
    assert (seen.is_met, seen.observed) == (False, "number of pages 2")


@pytest.mark.parametrize(
    "wrong",
    [
        answered("page-1"),
        answered("page-end", 410),
        answered("create-ended", json={"status": "canceled"}),
    ],
    ids=lambda wrong: wrong.label,
)
def test_the_page_of_the_glass_is_one_and_all(
    pictured: Pictured, wrong: Exchange
) -> None:
    """It is a picture, 204 comes after it, and the job is completed."""
    entries = {each.label: each for each in (pictured("page-1"), END, COMPLETED, wrong)}
    assert judged(FeederFallback, *entries.values()).labels == (wrong.label,)


def test_a_missing_feeder_is_no_fault() -> None:
    """A fault instead of the page breaks the rule."""
    fault = answered("page-end", 409, json={"code": -1001})
    assert judged(FeederFallback, fault, COMPLETED).observed.startswith("409")


def counted(
    one: int, two: int, every: int, state: str = "completed", last: str = "completed"
) -> list[Entry]:
    """Return a conversation about three jobs that gave so many pages."""
    entries: list[Entry] = []
    states = {"one": state, "two": state, "all": last}
    for name, pages in (("one", one), ("two", two), ("all", every)):
        entries += [
            answered(f"{name}-{number}", json=[{}]) for number in range(1, pages + 1)
        ]
        entries.append(answered(f"{name}-end", 204))
        ended = answered(f"create-{name}-ended", json={"status": states[name]})
        entries.append(ended)
    return entries


def test_a_count_limits_the_pages() -> None:
    """One, two and all pages come, and each job is completed."""
    assert judged(ConfigCount, *counted(1, 2, 10)).is_met
    assert judged(ConfigCount, *counted(1, 1, 2)).is_met


def test_a_count_has_its_pages_and_its_end() -> None:
    """No page at all, and an end of another status, break the rule."""
    assert judged(ConfigCount, *counted(0, 2, 10)).labels == ("one-end",)
    gone = [each for each in counted(1, 2, 10) if each.label != "all-end"]
    gone.append(answered("all-end", 410))
    assert judged(ConfigCount, *gone).labels == ("all-end",)


def test_a_count_that_does_not_limit_breaks_the_rule() -> None:
    """More pages than asked for, or few for all of them, break the rule."""
    assert judged(ConfigCount, *counted(10, 10, 10)).labels == ("one-end",)
    assert judged(ConfigCount, *counted(1, 3, 10)).labels == ("two-end",)
    assert judged(ConfigCount, *counted(1, 1, 1)).labels == ("all-end",)


def test_a_count_that_is_reached_completes_the_job() -> None:
    """A job that is cancelled at its count breaks the rule; without one it is free."""
    seen = judged(ConfigCount, *counted(1, 2, 10, "canceled"))
    assert seen.observed == "status canceled"
    assert judged(ConfigCount, *counted(1, 2, 10, last="canceled")).is_met


def sides(pictured: Pictured, *names: tuple[int, str]) -> list[Exchange]:
    """Return pages of these sheets and sides."""
    return [
        pictured(f"page-{number}", identity=Identity("one", sheet, side, number))
        for number, (sheet, side) in enumerate(names, start=1)
    ]


def test_both_sides_of_each_sheet_come(pictured: Pictured) -> None:
    """Front and back of the first sheet, then of the second."""
    pages = sides(pictured, (1, "A"), (1, "B"), (2, "A"), (2, "B"))
    assert judged(ConfigDuplex, *pages, END).is_met
    assert not judged(ConfigDuplex, END).is_met
    assert not judged(ConfigDuplex, *pages, answered("page-end", 410)).is_met


def test_the_front_comes_before_the_back(pictured: Pictured) -> None:
    """Fronts alone, backs first, and fronts before all backs break the rule."""
    for names in (
        [(1, "A"), (2, "A")],
        [(1, "B"), (1, "A")],
        [(1, "A"), (2, "A"), (1, "B"), (2, "B")],
    ):
        assert not judged(ConfigDuplex, *sides(pictured, *names), END).is_met


def test_a_side_that_cannot_be_told_breaks_the_rule(pictured: Pictured) -> None:
    """A page without its identity proves nothing."""
    seen = judged(ConfigDuplex, pictured("page-1"), END)
    assert (seen.is_met, seen.observed) == (False, "a page without")
