"""The judges of the two cursors, and of reading a page by its id."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.checks.pages_cursors import ByUid, Cursors, UidUnknown
from scanwright_conformance.transcript import Entry, Exchange

Pictured = Callable[..., Exchange]


def read(label: str, count: int) -> list[Entry]:
    """Return a reading to the end."""
    names = [f"{label}-{number}" for number in range(1, count + 1)]
    return [*(answered(name) for name in names), answered(f"{label}-end", 204)]


def cursors(counts: tuple[int, int, int, int]) -> list[Entry]:
    """Return two jobs, each read by both cursors."""
    labels = ("first-page", "second-info", "first-info", "second-page")
    readings = [read(label, count) for label, count in zip(labels, counts, strict=True)]
    return [entry for reading in readings for entry in reading]


def test_each_cursor_reads_all() -> None:
    """Both cursors see all pages, whichever of them is first."""
    assert judged(Cursors, *cursors((2, 2, 2, 2))).is_met
    assert judged(Cursors, *cursors((1, 1, 1, 1))).is_met


def test_without_a_page_no_cursor_has_moved() -> None:
    """Jobs without pages show nothing, and an end has its own status."""
    assert not judged(Cursors, *cursors((0, 0, 0, 0))).is_met
    gone = [*cursors((2, 2, 2, 2))[:-1], answered("second-page-end", 410)]
    assert judged(Cursors, *gone).labels == ("second-page-end",)


@pytest.mark.parametrize("counts", [(2, 0, 2, 0), (2, 2, 2, 0), (2, 0, 2, 2)])
def test_one_cursor_for_both_breaks_the_rule(counts: tuple[int, int, int, int]) -> None:
    """A page that the other cursor took is lost to this one."""
    assert not judged(Cursors, *cursors(counts)).is_met


def by_uid(pictured: Pictured) -> dict[str, Entry]:
    """Return a conversation about two pages that were read by their ids."""
    entries: list[Exchange] = [answered("page-end", 204), answered("info-after", 204)]
    for number, pixels in ((1, "one"), (2, "two")):
        entries += [
            answered(f"info-{number}", json=[{"imageuid": pixels}]),
            pictured(f"uid-{number}-png", pixels=pixels),
            pictured(f"uid-{number}-jpeg", "image/jpeg", pixels=f"{pixels}-jpeg"),
            pictured(f"uid-{number}-again", pixels=pixels),
            pictured(f"page-{number}", pixels=pixels),
        ]
    return {entry.label: entry for entry in entries}


def test_an_id_gives_its_page_at_any_time(pictured: Pictured) -> None:
    """Ids give their pages in both forms and leave all of them for next-page."""
    good = by_uid(pictured)
    assert judged(ByUid, *good.values()).is_met
    one = [each for each in good.values() if "2" not in each.label]
    assert judged(ByUid, *one).is_met
    ends = [each for each in one if "1" not in each.label]
    assert judged(ByUid, *ends).observed == "none"


@pytest.mark.parametrize(
    ("label", "media", "pixels"),
    [
        ("uid-1-png", "image/jpeg", "one"),
        ("uid-1-jpeg", "image/png", "one"),
        ("uid-2-jpeg", "image/png", "two"),
        ("uid-1-again", "image/png", "two"),
        ("uid-2-again", "image/png", "one"),
        ("page-1", "image/png", "two"),
    ],
)
def test_each_answer_to_an_id_is_looked_at(
    pictured: Pictured, label: str, media: str, pixels: str
) -> None:
    """Another form, and another page, break the rule at any place."""
    bad = by_uid(pictured) | {label: pictured(label, media, pixels=pixels)}
    assert judged(ByUid, *bad.values()).labels == (label,)


def test_an_id_that_is_ignored_breaks_the_rule(pictured: Pictured) -> None:
    """The first page in answer to the id of the second breaks the rule."""
    first = {
        label: pictured(label, pixels="one") for label in ("uid-2-png", "uid-2-again")
    }
    seen = judged(ByUid, *(by_uid(pictured) | first).values())
    assert (seen.is_met, seen.labels) == (False, ("page-2",))


def test_an_id_that_moves_a_cursor_breaks_the_rule(pictured: Pictured) -> None:
    """Pages that were read by their ids are still to come as the next."""
    consumed = by_uid(pictured)
    del consumed["page-2"]
    seen = judged(ByUid, *consumed.values())
    assert seen.observed == "pages left for next-page 1"
    rewound = by_uid(pictured) | {"info-after": answered("info-after", json=[{}])}
    assert judged(ByUid, *rewound.values()).labels == ("info-after",)


def refused(label: str, status: int = 400, code: int = -2113) -> Exchange:
    """Return a refusal."""
    return answered(label, status, json={"statusCode": status, "code": code})


def test_an_unknown_id_is_a_wrong_parameter() -> None:
    """The id of no page, and that of another job's page, are refused with 400."""
    assert judged(UidUnknown, refused("never"), refused("foreign")).is_met
    missing = refused("never", 404, -1034)
    assert judged(UidUnknown, missing, refused("foreign")).labels == ("never",)


def test_a_page_of_another_job_breaks_the_rule(pictured: Pictured) -> None:
    """A job does not give out pages of another one."""
    seen = judged(UidUnknown, refused("never"), pictured("foreign"))
    assert (seen.is_met, seen.labels) == (False, ("foreign",))
