"""The judges of the pages of a faulted job."""

from __future__ import annotations

from collections.abc import Callable

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.checks.pages_faults import AfterFault, BeforeFault
from scanwright_conformance.transcript import Entry, Exchange

Pictured = Callable[..., Exchange]


def fault(label: str, code: int = -1020) -> Exchange:
    """Return an answer with the fault."""
    return answered(label, 409, json={"statusCode": 409, "code": code})


def jammed(pictured: Pictured) -> dict[str, Entry]:
    """Return a conversation about a job that jammed after two pages."""
    entries: list[Exchange] = [
        fault("info-end"),
        answered("ended", json={"status": "faulted", "code": -1020}),
        fault("page-end"),
        fault("again"),
        fault("content-end"),
    ]
    for number, pixels in ((1, "one"), (2, "two")):
        entries += [
            answered(f"info-{number}", json=[{}]),
            pictured(f"page-{number}", pixels=pixels),
            pictured(f"content-{number}", pixels=pixels),
        ]
    return {entry.label: entry for entry in entries}


def test_the_fault_takes_the_place_of_the_end(pictured: Pictured) -> None:
    """Cursors and indexes end with 409 and the code of the fault, again and again."""
    assert judged(AfterFault, *jammed(pictured).values()).is_met


def test_an_end_that_hides_the_fault_breaks_the_rule(pictured: Pictured) -> None:
    """204, and the code of another fault, break the rule in every way to read."""
    bent = (answered("page-end", 204), fault("info-end", -1011))
    for bad in (*bent, fault("again", -1), fault("content-end", -2113)):
        seen = judged(AfterFault, *(jammed(pictured) | {bad.label: bad}).values())
        assert (seen.is_met, seen.expected) == (False, "409 / -1020")


def test_no_fault_has_the_code_zero(pictured: Pictured) -> None:
    """A job that is well has that code."""
    entries = jammed(pictured)
    entries |= {each: fault(each, 0) for each in ("info-end", "page-end", "again")}
    entries["content-end"] = fault("content-end", 0)
    entries["ended"] = answered("ended", json={"status": "completed", "code": 0})
    assert judged(AfterFault, *entries.values()).labels == ("ended",)


def test_pages_before_the_fault_stay(pictured: Pictured) -> None:
    """All pages that were announced can be read in both ways."""
    assert judged(BeforeFault, *jammed(pictured).values()).is_met
    one = [each for each in jammed(pictured).values() if "2" not in each.label]
    assert judged(BeforeFault, *one).is_met


def test_a_page_that_went_with_the_fault_breaks_the_rule(pictured: Pictured) -> None:
    """A page that only one of the two ways has breaks the rule."""
    entries = jammed(pictured)
    del entries["page-2"]
    assert judged(BeforeFault, *entries.values()).observed == "pages of next-page 1"
    gone = jammed(pictured) | {"content-2": fault("content-2")}
    assert judged(BeforeFault, *gone.values()).labels == ("content-2",)


def test_a_fault_before_the_first_page_proves_nothing(pictured: Pictured) -> None:
    """The scanner of this clause jams after a page."""
    entries = jammed(pictured)
    for label in ("info-1", "info-2", "page-1", "page-2"):
        del entries[label]
    assert not judged(BeforeFault, *entries.values()).is_met
