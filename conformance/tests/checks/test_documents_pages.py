"""Judges of pages that go into documents, and out of them."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright_conformance.canned import answered, filed, judged, pictured
from scanwright_conformance.checks.documents_pages import (
    BEYOND,
    NO_PAGES,
    NO_PAGES_OF_CONTENT,
    PAGES,
    Insert,
    InsertKept,
    InsertOutOfRange,
    PageUnknown,
    RemovePage,
)
from scanwright_conformance.document_files import FileFacts, FilePage
from scanwright_conformance.images import Identity, ImageFacts
from scanwright_conformance.transcript import Entry, Exchange

PDF = "application/pdf"


def document(label: str, pages: str, status: int = 200) -> Exchange:
    """Return a document whose pages have these letters as ids."""
    return answered(label, status, json={"pages": [{"uid": each} for each in pages]})


def picture(label: str, sheet: int) -> Exchange:
    """Return a page of a job."""
    facts = ImageFacts(
        "image/png",
        *(8, 8, 1, 8),
        has_alpha=False,
        dpi=None,
        pixels_sha256="00",
        mean=0.9,
        identity=Identity("one", sheet, "A", sheet),
    )
    return pictured(label, facts)


def whole(*sheets: int) -> Exchange:
    """Return the PDF of a document."""
    pages = (Identity("one", sheet, "A", sheet) for sheet in sheets)
    size = (595.0, 842.0)
    return filed(
        "whole",
        FileFacts(
            PDF, pages=tuple(FilePage(size, None, "JPEG", each) for each in pages)
        ),
    )


def refused(label: str, status: int = 404, code: int = -1040) -> Exchange:
    """Return a refusal."""
    return answered(label, status, json={"code": code})


def is_met(check: type[Any], entries: dict[str, Entry], *others: Entry) -> bool:
    """Judge `entries`, with `others` in place of those with the same label."""
    return judged(check, *(entries | {e.label: e for e in others}).values()).is_met


def by_label(*entries: Entry) -> dict[str, Entry]:
    """Return entries by their labels."""
    return {each.label: each for each in entries}


INSERTED = by_label(
    *(picture(f"page-{sheet}", sheet) for sheet in (1, 2, 3)),
    *(document(f"insert-{n}", "abc"[:n]) for n in (1, 2, 3)),
    whole(1, 2, 3),
)


@pytest.mark.parametrize(
    "wrong",
    [
        document("insert-1", ""),
        document("insert-1", "ab"),
        document("insert-2", "ba"),
        document("insert-3", "ab"),
        document("insert-3", "acb"),
        document("insert-3", "abc", 201),
        whole(3, 2, 1),
        whole(1, 2),
        whole(1, 1, 1),
    ],
)
def test_pages_go_to_the_end(wrong: Entry) -> None:
    """One after another; another place, another number and other pages fail."""
    assert is_met(Insert, INSERTED)
    assert not is_met(Insert, INSERTED, wrong)


def test_the_one_page_of_a_glass_is_put_in_three_times() -> None:
    """The document has it as often as it was put in."""
    one = {label: INSERTED[label] for label in INSERTED if label[:5] != "page-"}
    one |= by_label(picture("page-1", 0))
    assert is_met(Insert, one, whole(0, 0, 0))
    assert not is_met(Insert, one, whole(0))


def test_a_page_that_comes_late_was_not_put_in() -> None:
    """Each insertion is one page more at once."""
    late = [document(f"insert-{n}", "ab"[: n - 1]) for n in (1, 2, 3)]
    assert not is_met(Insert, INSERTED, *late)


LETTERS = "abcdefgh"
OUTSIDE = by_label(
    document(f"insert-{PAGES}", "abc"),
    *(document(f"beyond-{n}", LETTERS[: 3 + n]) for n in range(1, len(BEYOND) + 1)),
)


@pytest.mark.parametrize(
    "wrong",
    [
        document("beyond-1", "dabc"),
        document("beyond-2", "abced"),
        document("beyond-3", "abcde"),
        document(f"beyond-{len(BEYOND)}", "abcdefg"),
        refused("beyond-1", 400, -2113),
    ],
)
def test_beyond_all_pages_is_the_end(wrong: Entry) -> None:
    """Each page is the last one; in front, nowhere and a refusal fail."""
    assert is_met(InsertOutOfRange, OUTSIDE)
    assert not is_met(InsertOutOfRange, OUTSIDE, wrong)


def test_a_document_that_stays_empty_has_no_end() -> None:
    """Nothing was put in, so nothing is in its place."""
    empty = [document(label, "") for label in OUTSIDE]
    assert not is_met(InsertOutOfRange, OUTSIDE, *empty)


KEPT = by_label(
    picture("page-1", 1),
    answered("delete-job", 204),
    refused("job-gone", 410, -1034),
    picture("kept", 1),
)


@pytest.mark.parametrize(
    "wrong",
    [
        answered("delete-job", 409),
        answered("job-gone", json={"status": "completed"}),
        picture("kept", 2),
        refused("kept"),
    ],
)
def test_a_page_does_not_go_with_its_job(wrong: Entry) -> None:
    """The job is gone and the page is there; anything else shows it not."""
    assert is_met(InsertKept, KEPT)
    assert is_met(InsertKept, KEPT, refused("job-gone", 404, -1034))
    assert not is_met(InsertKept, KEPT, wrong)


ABSENT = by_label(
    *(refused(f"remove {name}") for name in NO_PAGES),
    *(refused(f"content {name}") for name in NO_PAGES_OF_CONTENT),
    document(f"beyond-{len(BEYOND)}", LETTERS),
    document("before", LETTERS),
)


@pytest.mark.parametrize(
    "wrong",
    [
        answered(f"remove {NO_PAGES[0]}", 204),
        refused(f"remove {NO_PAGES[-1]}", 400, -2113),
        refused(f"content {NO_PAGES_OF_CONTENT[-1]}", 400, -2113),
        refused(f"content {NO_PAGES_OF_CONTENT[0]}", 404, -1034),
        picture(f"content {NO_PAGES_OF_CONTENT[0]}", 1),
        document("before", LETTERS[1:]),
        document("before", LETTERS[::-1]),
    ],
)
def test_what_no_page_has_is_unknown(wrong: Entry) -> None:
    """404 / -1040, and all pages are there; anything else fails."""
    assert is_met(PageUnknown, ABSENT)
    assert not is_met(PageUnknown, ABSENT, wrong)


REMOVED = by_label(
    document("full", "abcd"),
    answered("by-id", 204),
    document("after-id", "acd"),
    answered("by-number", 204),
    document("after-number", "cd"),
)


@pytest.mark.parametrize(
    "wrong",
    [
        document("full", ""),
        answered("by-id"),
        refused("by-number"),
        document("after-id", "abcd"),
        document("after-id", "bcd"),
        document("after-id", "adc"),
        document("after-number", "ad"),
        document("after-number", "acd"),
        document("after-number", ""),
        document("after-number", "cd", 404),
    ],
)
def test_one_page_is_taken_out(wrong: Entry) -> None:
    """By its id and by its number; another one, none and all fail."""
    assert is_met(RemovePage, REMOVED)
    assert not is_met(RemovePage, REMOVED, wrong)


@pytest.mark.parametrize(("pages", "holds"), [("abc", True), ("ab", False)])
def test_pages_on_both_sides_of_a_removal_are_needed(
    pages: str, *, holds: bool
) -> None:
    """Of two pages none is left that could be in its place."""
    few = by_label(
        document("full", pages),
        document("after-id", pages[0] + pages[2:]),
        document("after-number", pages[2:]),
    )
    assert is_met(RemovePage, REMOVED | few) is holds
