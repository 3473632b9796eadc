"""The judges of pages by their index."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.checks.pages_content import (
    INCOMPLETE,
    READERS,
    Content,
    ContentBeyond,
    ContentPending,
    ContentRequired,
)
from scanwright_conformance.transcript import Entry, Exchange

Pictured = Callable[..., Exchange]


def refused(label: str, status: int = 400, code: int = -2113) -> Exchange:
    """Return a refusal."""
    return answered(label, status, json={"statusCode": status, "code": code})


def content(pictured: Pictured) -> dict[str, Entry]:
    """Return a conversation about two pages with several readers."""
    entries: list[Exchange] = [
        pictured("jpeg", "image/jpeg"),
        answered("page-end", 204),
        answered("info-end", 204),
    ]
    for index, pixels in enumerate(("one", "two")):
        entries += [
            pictured(f"index-{index}-{reader}", pixels=pixels)
            for reader in range(1, READERS + 1)
        ]
        entries.append(pictured(f"page-{index + 1}", pixels=pixels))
        entries.append(answered(f"info-{index + 1}", json=[{}]))
    return {entry.label: entry for entry in entries}


def test_an_index_gives_its_page_to_everybody(pictured: Pictured) -> None:
    """All readers get the page of the index, and both cursors stay."""
    assert judged(Content, *content(pictured).values()).is_met


def test_a_source_of_one_page_has_one_index(pictured: Pictured) -> None:
    """A second index that is refused is right where there is no second page."""
    one = content(pictured) | {
        f"index-1-{reader}": refused(f"index-1-{reader}")
        for reader in range(1, READERS + 1)
    }
    del one["page-2"], one["info-2"]
    assert judged(Content, *one.values()).is_met


def test_an_index_that_counts_from_one_breaks_the_rule(pictured: Pictured) -> None:
    """Index 0 is the first page."""
    shifted = {
        f"index-0-{reader}": pictured(f"index-0-{reader}", pixels="two")
        for reader in range(1, READERS + 1)
    }
    assert not judged(Content, *(content(pictured) | shifted).values()).is_met


def test_a_reader_that_gets_nothing_breaks_the_rule(pictured: Pictured) -> None:
    """A page that is given once only breaks the rule."""
    bad = content(pictured) | {"index-0-3": answered("index-0-3", 204)}
    assert judged(Content, *bad.values()).labels == ("index-0-3",)


def test_more_than_two_pages_are_not_compared(pictured: Pictured) -> None:
    """Two show what an index is; a third has to be there for both cursors alone."""
    third = [pictured("page-3", pixels="three"), answered("info-3", json=[{}])]
    assert judged(Content, *content(pictured).values(), *third).is_met


@pytest.mark.parametrize(
    ("label", "media"),
    [
        ("jpeg", "image/png"),
        ("index-0-1", "image/jpeg"),
        ("index-1-3", "image/jpeg"),
    ],
)
def test_each_reader_gets_the_form_that_it_asked_for(
    pictured: Pictured, label: str, media: str
) -> None:
    """The page in another form breaks the rule."""
    pixels = "two" if label == "index-1-3" else "one"
    bad = content(pictured) | {label: pictured(label, media, pixels=pixels)}
    assert judged(Content, *bad.values()).labels == (label,)


def test_pages_that_were_read_come_to_an_end(pictured: Pictured) -> None:
    """An end of another status, and an end without a page, break the rule."""
    gone = content(pictured) | {"page-end": answered("page-end", 410)}
    assert judged(Content, *gone.values()).labels == ("page-end",)
    good = content(pictured).values()
    ends = [each for each in good if each.label in {"jpeg", "page-end", "info-end"}]
    assert judged(Content, *ends).observed == "none"


@pytest.mark.parametrize("label", ["page-2", "info-2"])
def test_an_index_that_moves_a_cursor_breaks_the_rule(
    pictured: Pictured,
    label: str,
) -> None:
    """Pages that were read by their index are still to come by both cursors."""
    consumed = content(pictured)
    del consumed[label]
    assert not judged(Content, *consumed.values()).is_met


def test_type_and_index_are_needed() -> None:
    """Every incomplete request is a wrong parameter."""
    numbers = range(1, len(INCOMPLETE) + 1)
    good = [refused(f"refused-{number}") for number in numbers]
    assert judged(ContentRequired, *good).is_met
    guessed = [answered("refused-1"), *good[1:]]
    assert judged(ContentRequired, *guessed).labels == ("refused-1",)
    last = f"refused-{len(INCOMPLETE)}"
    assert judged(ContentRequired, *good[:-1], answered(last)).labels == (last,)


def beyond(pictured: Pictured, *, answered_s: float = 2.0) -> dict[str, Entry]:
    """Return a conversation with a job that ended between 1.8 and 2 seconds."""
    body = {"statusCode": 400, "code": -2113}
    entries: tuple[Exchange, ...] = (
        pictured("first", seconds=1.0),
        answered("beyond", 400, json=body, seconds=answered_s),
        answered("ended.90", json={"status": "running"}, started_s=1.8),
        answered("ended", json={"status": "completed"}, started_s=2.0),
        answered("info-end", 204),
        refused("just-beyond"),
        pictured("last"),
        refused("beyond-cancelled"),
    )
    return {entry.label: entry for entry in entries}


def test_an_index_beyond_the_end_is_refused_at_the_end(pictured: Pictured) -> None:
    """The first index is waited for, the one beyond it until the job ended."""
    assert judged(ContentBeyond, *beyond(pictured).values()).is_met
    assert judged(ContentBeyond, *beyond(pictured, answered_s=1.8).values()).is_met
    late = refused("beyond")
    late = replace(late, started_s=1.5, seconds=1.0)
    assert judged(ContentBeyond, *(beyond(pictured) | {"beyond": late}).values()).is_met


def test_an_index_is_not_refused_while_the_job_runs(pictured: Pictured) -> None:
    """A refusal before the end does not know what it says."""
    seen = judged(ContentBeyond, *beyond(pictured, answered_s=0.1).values())
    assert (seen.is_met, seen.labels) == (False, ("beyond",))


@pytest.mark.parametrize(
    "bad",
    [
        refused("first"),
        answered("beyond", 204),
        answered("beyond", 204, seconds=2.0),
        answered("just-beyond", 204),
        answered("info-end", 410),
        refused("last"),
        answered("beyond-cancelled", 204),
    ],
)
def test_both_sides_of_the_end_are_right(pictured: Pictured, bad: Exchange) -> None:
    """A page that is refused, and an end without an error, break the rule."""
    seen = judged(ContentBeyond, *(beyond(pictured) | {bad.label: bad}).values())
    assert (seen.is_met, seen.labels) == (False, (bad.label,))


def test_a_pending_job_has_no_content() -> None:
    """The answer is 409, and not a wait."""
    assert judged(ContentPending, refused("content", 409, -1011)).is_met
    assert not judged(ContentPending, refused("content")).is_met
