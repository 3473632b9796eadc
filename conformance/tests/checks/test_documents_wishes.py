"""What the judges of documents share."""

from __future__ import annotations

import pytest

from scanwright_conformance.canned import answered, filed, pictured
from scanwright_conformance.checks.documents_wishes import (
    expect_file,
    expect_order,
    uids_of,
)
from scanwright_conformance.document_files import FileFacts, FilePage
from scanwright_conformance.images import Identity, ImageFacts
from scanwright_conformance.judgement import Mismatch

PDF = "application/pdf"
FIRST, SECOND = (Identity("one", sheet, "A", sheet) for sheet in (1, 2))


def page(identity: Identity | None) -> FilePage:
    """Return a page of a PDF."""
    return FilePage((595, 842), (827, 1169), "JPEG", identity)


def picture(identity: Identity | None) -> ImageFacts:
    """Return a page of a job."""
    return ImageFacts(
        "image/png",
        *(8, 8, 1, 8),
        has_alpha=False,
        dpi=None,
        pixels_sha256="00",
        mean=0.9,
        identity=identity,
    )


def test_pages_have_ids_of_their_own() -> None:
    """A list of pages with two different ids is one."""
    pages = [{"uid": "a"}, {"uid": "b"}]
    assert uids_of(answered("info", json={"pages": pages})) == ["a", "b"]


@pytest.mark.parametrize(
    "pages",
    [[{"uid": "a"}, {"uid": "a"}], [{"uid": 7}], [{}], "ab", None],
    ids=["twice", "a number", "none", "text", "null"],
)
def test_pages_without_ids_of_their_own_are_none(pages: object) -> None:
    """An id that is missing, no text, or another page's is told."""
    with pytest.raises(Mismatch):
        uids_of(answered("info", json={"pages": pages}))


def test_an_error_has_no_pages() -> None:
    """What an answer that is no success says of pages does not count."""
    with pytest.raises(Mismatch):
        uids_of(answered("info", 409, json={"pages": []}))


def test_a_file_is_of_its_type_and_open() -> None:
    """A PDF is one, and neither a TIFF, nor a picture, nor one that is locked."""
    file = FileFacts(PDF, pages=(page(FIRST),))
    assert expect_file(filed("pdf", file), PDF) == file
    for wrong in (
        filed("pdf", FileFacts("image/tiff")),
        filed("pdf", FileFacts(PDF, is_locked=True)),
        answered("pdf", body=b"%PDF-1.4 and no more"),
        answered("pdf", 404, json={}),
    ):
        with pytest.raises(Mismatch):
            expect_file(wrong, PDF)


@pytest.mark.parametrize(
    ("seen", "wanted", "holds"),
    [
        ((FIRST, SECOND), (FIRST, SECOND), True),
        ((SECOND, FIRST), (FIRST, SECOND), False),
        ((FIRST,), (FIRST, SECOND), False),
        ((FIRST, SECOND, SECOND), (FIRST, SECOND), False),
        ((None, None), (None, None), True),
        ((None,), (None, None), False),
        ((None, SECOND), (FIRST, SECOND), False),
    ],
)
def test_pages_are_known_by_what_they_say(
    seen: tuple[Identity | None, ...],
    wanted: tuple[Identity | None, ...],
    *,
    holds: bool,
) -> None:
    """The order counts; pages that say nothing are counted."""
    file = filed("pdf", FileFacts(PDF, pages=tuple(map(page, seen))))
    models = [pictured(f"page-{n}", picture(each)) for n, each in enumerate(wanted)]
    try:
        expect_order(file, PDF, models)
    except Mismatch:
        assert not holds
    else:
        assert holds
