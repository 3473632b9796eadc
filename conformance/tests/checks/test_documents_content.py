"""Judges of documents as files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scanwright_conformance.canned import answered, filed, judged, pictured
from scanwright_conformance.checks.documents_content import (
    TYPES,
    WRONG,
    ContentDefaultPages,
    ContentEmpty,
    ContentLossless,
    ContentNoEffect,
    ContentOnePicture,
    ContentPages,
    ContentParameters,
    ContentType,
)
from scanwright_conformance.document_files import FileFacts, FilePage
from scanwright_conformance.images import Identity, ImageFacts
from scanwright_conformance.transcript import Entry, Exchange

PDF, TIFF, PNG, JPEG = TYPES


def picture(label: str, kind: str, sheet: int, pixels: str = "00") -> Exchange:
    """Return a picture of a sheet."""
    facts = ImageFacts(
        kind,
        *(8, 8, 1, 8),
        has_alpha=False,
        dpi=None,
        pixels_sha256=pixels,
        mean=0.9,
        identity=Identity("one", sheet, "A", sheet),
    )
    return pictured(label, facts)


def file(label: str, kind: str, *sheets: int) -> Exchange:
    """Return a file of these sheets."""
    pages = (Identity("one", sheet, "A", sheet) for sheet in sheets)
    size = (595.0, 842.0)
    return filed(
        label,
        FileFacts(kind, pages=tuple(FilePage(size, None, "JPEG", p) for p in pages)),
    )


def refused(label: str, status: int = 400, code: int = -2113) -> Exchange:
    """Return a refusal."""
    return answered(label, status, json={"code": code})


def labelled(exchange: Exchange, media_type: str) -> Exchange:
    """Return `exchange` with another Content-Type."""
    assert exchange.answer is not None
    answer = replace(exchange.answer, headers=(("Content-Type", media_type),))
    return replace(exchange, answer=answer)


def is_met(check: type[Any], *others: Entry) -> bool:
    """Judge the good conversation with `others` in place of their labels."""
    return judged(check, *(GOOD | {e.label: e for e in others}).values()).is_met


GOOD: dict[str, Entry] = {
    each.label: each
    for each in (
        *(picture(f"page-{sheet}", PNG, sheet) for sheet in (1, 2, 3)),
        file("default", PDF, 1, 2, 3),
        file(PDF, PDF, 1, 2, 3),
        file(TIFF, TIFF, 1, 2, 3),
        picture(PNG, PNG, 1),
        picture(JPEG, JPEG, 1),
        file("numbers", PDF, 3, 1),
        file("ids", TIFF, 3, 1),
        file("both", PDF, 2, 1),
        picture("third", PNG, 3),
        picture("second", JPEG, 2),
        refused("two-png"),
        refused("two-jpeg"),
        picture("png of a PDF", PNG, 1),
        picture("png with a password", PNG, 1),
        picture("unknown", PNG, 1),
        picture("jpeg of a PDF", JPEG, 1),
        file("tiff of a PDF", TIFF, 1, 2, 3),
        *(refused(f"wrong-{n}") for n in range(1, len(WRONG) + 1)),
    )
}
JUDGES = (
    *(ContentType, ContentLossless, ContentPages, ContentDefaultPages),
    *(ContentOnePicture, ContentParameters, ContentNoEffect),
)


@pytest.mark.parametrize("check", JUDGES)
def test_a_good_conversation_meets_each_clause(check: type[Any]) -> None:
    """All files are what was asked for."""
    assert is_met(check)


def test_a_label_may_have_parameters_and_any_case() -> None:
    """A Content-Type is compared without them."""
    given = labelled(file(PDF, PDF, 1, 2, 3), "Application/PDF ; charset=binary")
    assert is_met(ContentType, given)


@pytest.mark.parametrize(
    "wrong",
    [
        labelled(file("default", PDF, 1), "application/octet-stream"),
        labelled(picture(JPEG, JPEG, 1), PNG),
        labelled(file("default", TIFF, 1), PDF),
        labelled(file(TIFF, PDF, 1), TIFF),
        labelled(refused(PDF), PDF),
        labelled(picture(PNG, JPEG, 1), PNG),
        labelled(picture(JPEG, PNG, 1), JPEG),
        refused(PDF),
    ],
)
def test_another_file_than_was_asked_for_fails(wrong: Entry) -> None:
    """Its label and its bytes both count."""
    assert not is_met(ContentType, wrong)


def test_other_pixels_fail() -> None:
    """One sample that is another one makes another picture."""
    assert not is_met(ContentLossless, picture(PNG, PNG, 1, "01"))
    assert not is_met(ContentLossless, picture(PNG, JPEG, 1))
    assert not is_met(ContentLossless, refused(PNG))
    assert not is_met(ContentLossless, picture("page-1", JPEG, 1))


@pytest.mark.parametrize(
    "wrong",
    [
        file("numbers", PDF, 1, 3),
        file("numbers", PDF, 3),
        file("ids", TIFF, 1, 3),
        file("ids", PDF, 3, 1),
        file("both", PDF, 1, 2),
        file("both", PDF, 1, 1),
        picture("third", PNG, 1),
        picture("second", JPEG, 1),
        refused("second", 404, -1040),
    ],
)
def test_other_pages_than_were_named_fail(wrong: Entry) -> None:
    """Order and number are those of the names."""
    assert not is_met(ContentPages, wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        picture(PNG, PNG, 3),
        picture(JPEG, JPEG, 2),
        file(PDF, PDF, 1),
        file(TIFF, TIFF, 1, 2),
        file(TIFF, TIFF, 3, 2, 1),
    ],
)
def test_other_pages_by_default_fail(wrong: Entry) -> None:
    """A picture is of the first, a file of all."""
    assert not is_met(ContentDefaultPages, wrong)


@pytest.mark.parametrize("label", ["two-png", "two-jpeg"])
def test_a_picture_of_two_pages_fails(label: str) -> None:
    """It must be refused, and with the right code."""
    assert not is_met(ContentOnePicture, picture(label, PNG, 1))
    assert not is_met(ContentOnePicture, refused(label, 400, -1))


@pytest.mark.parametrize("number", [1, len(WRONG)])
def test_a_wrong_parameter_that_is_taken_fails(number: int) -> None:
    """Each of them has to be refused."""
    assert not is_met(ContentParameters, file(f"wrong-{number}", PDF, 1))
    assert not is_met(ContentParameters, refused(f"wrong-{number}", 422))


@pytest.mark.parametrize(
    "wrong",
    [
        refused("png of a PDF"),
        picture("png of a PDF", PNG, 2),
        picture("png with a password", PNG, 1, "01"),
        refused("unknown"),
        picture("jpeg of a PDF", JPEG, 1, "01"),
        refused("jpeg of a PDF"),
        file("tiff of a PDF", TIFF, 1),
        refused("tiff of a PDF"),
    ],
)
def test_a_parameter_with_an_effect_fails(wrong: Entry) -> None:
    """Another picture, other pages, or none."""
    assert not is_met(ContentNoEffect, wrong)


def test_the_one_page_of_a_glass_stands_for_three() -> None:
    """Where the job has one page, the document has it three times."""
    one = {label: entry for label, entry in GOOD.items() if label[:5] != "page-"}
    one |= {"page-1": picture("page-1", PNG, 0), PNG: picture(PNG, PNG, 0)}
    for kind in (PDF, TIFF):
        one |= {kind: file(kind, kind, 0, 0, 0)}
    one |= {JPEG: picture(JPEG, JPEG, 0)}
    assert judged(ContentDefaultPages, *one.values()).is_met
    none = {label: entry for label, entry in GOOD.items() if label[:5] != "page-"}
    assert not judged(ContentDefaultPages, *none.values()).is_met


@pytest.mark.parametrize("kind", TYPES)
def test_a_document_without_pages_has_no_content(kind: str) -> None:
    """404 / -1040 for each type; an empty file and another code fail."""
    empty = {each: refused(each, 404, -1040) for each in TYPES}
    assert judged(ContentEmpty, *empty.values()).is_met
    for wrong in (answered(kind, 204), refused(kind, 404, -2113)):
        assert not judged(ContentEmpty, *(empty | {kind: wrong}).values()).is_met
