"""Checks of what comes out of a document: pages as files, one or many.

They are about one conversation, which has a document with three pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.documents_wishes import (
    INVALID,
    UNKNOWN,
    create_document,
    expect_file,
    expect_order,
    fetch_content,
    insert,
    urls_of,
)
from scanwright_conformance.checks.jobs_wishes import from_feeder, scan
from scanwright_conformance.checks.pages_identity import expect_same_page, telling_role
from scanwright_conformance.expect import (
    expect_equal,
    expect_error,
    expect_header,
    expect_image,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

PAGES: Final = 3
PDF: Final = "application/pdf"
TIFF: Final = "image/tiff"
PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
TYPES: Final = (PDF, TIFF, PNG, JPEG)
DESCRIBED: Final = {"title": "A", "creationDate": "D:2020", "version": "1.4"}

QUERIES: Final[Mapping[str, Mapping[str, str]]] = {
    "default": {},
    **{kind: {"type": kind} for kind in TYPES},
    "numbers": {"pages": "2,0"},
    "ids": {"pages": "{2},{0}", "type": TIFF},
    "both": {"pages": "1,{0}", "type": PDF},
    "third": {"pages": "2", "type": PNG},
    "second": {"pages": "{1}", "type": JPEG},
    "two-png": {"pages": "0,1", "type": PNG},
    "two-jpeg": {"pages": "{1},0", "type": JPEG},
    "png of a PDF": {"type": PNG, "quality": "3", "pageType": "2", **DESCRIBED},
    "png with a password": {"type": PNG, "compression": "7", "password": "Sesame"},
    "jpeg of a PDF": {"type": JPEG, "pageType": "8", "password": "Sesame"},
    "tiff of a PDF": {"type": TIFF, "pageType": "4", "password": "a", **DESCRIBED},
    "unknown": {"type": PNG, "paperColour": "red", "pageWidth": "7"},
}
"""A number in braces is the id of the page with that number."""
WRONG: Final[tuple[Mapping[str, str], ...]] = (
    {"type": "image/bmp"},
    {"type": "pdf"},
    {"type": ""},
    {"quality": "-1"},
    {"quality": "101", "type": JPEG},
    {"quality": "high"},
    {"compression": "1"},
    {"compression": "99"},
    {"compression": "6", "type": TIFF},
    {"compression": "x", "type": TIFF},
    {"pageType": "10"},
    {"pageType": "-1"},
    {"pageType": "A4"},
    {"creationDate": "yesterday"},
    {"modifiedDate": "D:20201399"},
    {"version": "2.1"},
    {"version": "new"},
    {"password": "0123456789abcdef" * 2 + "!"},
    {"pages": "first"},
    {"pages": "0;1"},
    {"pages": "-1"},
    {"pages": "0,,1"},
    {"pages": "0-1"},
)


class _Filed(Check):
    """Three pages are put away, and come out in all kinds of files."""

    is_shared = True

    async def stimulate(self, session: Session) -> None:
        """Fill a document, and ask for its content in many ways."""
        role = telling_role(session)
        job = await scan(session, from_feeder(PAGES), role=role)
        urls = await urls_of(job, limit=PAGES)
        await job.pages(limit=PAGES + 1)
        document = await create_document(session)
        for number in range(PAGES):
            url = urls[number % len(urls)]
            label = f"insert-{number + 1}"
            last = await insert(session, document, url, label=label)
        uids = _uids(last)
        for label, query in QUERIES.items():
            named = {name: value.format(*uids) for name, value in query.items()}
            await fetch_content(session, document, label=label, query=named)
        for number, query in enumerate(WRONG, start=1):
            await fetch_content(session, document, label=f"wrong-{number}", query=query)


def _uids(inserted: Exchange) -> Sequence[str]:
    """Return ids of three pages, whatever the answer is."""
    match inserted.json_or_none():
        case {"pages": [{"uid": str(a)}, {"uid": str(b)}, {"uid": str(c)}]}:
            return a, b, c
    return ("000000000000",) * PAGES


@check("DOCS-content-type", after=("DOCS-insert",), deadline_s=90)
class ContentType(_Filed):
    """A document comes as the file that was asked for."""

    def judge(self, transcript: Transcript) -> None:
        """Look at the labels and at the bodies."""
        for label in ("default", *TYPES):
            kind = PDF if label == "default" else label
            answer = transcript[label]
            if kind in {PNG, JPEG}:
                expect_image(answer, kind)
            else:
                expect_file(answer, kind)
            media_type = expect_header(answer, "Content-Type").partition(";")[0]
            expect_equal(answer, media_type.strip().lower(), kind, what="Content-Type")


@check("DOCS-content-lossless", after=("DOCS-content-type",), deadline_s=90)
class ContentLossless(_Filed):
    """A page that was put away has the pixels that it had."""

    def judge(self, transcript: Transcript) -> None:
        """Compare the PNG of the document with that of the job."""
        seen = expect_image(transcript[PNG], PNG)
        wanted = expect_image(transcript["page-1"], PNG)
        expect_equal(
            transcript[PNG], seen.pixels_sha256, wanted.pixels_sha256, what="pixels"
        )


@check("DOCS-content-pages", after=("DOCS-content-type",), deadline_s=90)
class ContentPages(_Filed):
    """Pages come as they are named."""

    def judge(self, transcript: Transcript) -> None:
        """Compare each file with the pages of the job."""
        first, second, third = _models(transcript)
        expect_order(transcript["numbers"], PDF, [third, first])
        expect_order(transcript["ids"], TIFF, [third, first])
        expect_order(transcript["both"], PDF, [second, first])
        expect_same_page(transcript["third"], third)
        expect_same_page(transcript["second"], second)


@check("DOCS-content-default-pages", after=("DOCS-content-type",), deadline_s=90)
class ContentDefaultPages(_Filed):
    """Without names, a picture is of the first page, and a file has them all."""

    def judge(self, transcript: Transcript) -> None:
        """Compare each with the pages of the job."""
        models = _models(transcript)
        for kind in (PNG, JPEG):
            expect_same_page(transcript[kind], models[0])
        for kind in (PDF, TIFF):
            expect_order(transcript[kind], kind, models)


@check("DOCS-content-one-picture", after=("DOCS-content-pages",), deadline_s=90)
class ContentOnePicture(_Filed):
    """A picture is of one page."""

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusals."""
        for label in ("two-png", "two-jpeg"):
            expect_error(transcript[label], 400, INVALID)


@check("DOCS-content-parameters", after=("DOCS-content-type",), deadline_s=90)
class ContentParameters(_Filed):
    """A wrong parameter is refused."""

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusals."""
        for number in range(1, len(WRONG) + 1):
            expect_error(transcript[f"wrong-{number}"], 400, INVALID)


@check("DOCS-content-no-effect", after=("DOCS-content-type",), deadline_s=90)
class ContentNoEffect(_Filed):
    """What does not concern the type changes nothing."""

    def judge(self, transcript: Transcript) -> None:
        """Compare with what came without the parameters."""
        wanted = expect_image(transcript[PNG])
        for label in ("png of a PDF", "png with a password", "unknown"):
            seen = expect_image(transcript[label])
            expect_equal(transcript[label], seen, wanted, what="picture")
        jpeg = expect_image(transcript["jpeg of a PDF"])
        plain = expect_image(transcript[JPEG])
        expect_equal(transcript["jpeg of a PDF"], jpeg, plain, what="picture")
        tiff = expect_file(transcript["tiff of a PDF"], TIFF)
        expect_equal(
            transcript["tiff of a PDF"],
            tiff,
            expect_file(transcript[TIFF], TIFF),
            what="pages",
        )


@check("DOCS-content-empty", after=("DOCS-create",))
class ContentEmpty(Check):
    """A document without pages has no content."""

    async def stimulate(self, session: Session) -> None:
        """Ask for it as each type."""
        document = await create_document(session)
        for kind in TYPES:
            await fetch_content(session, document, label=kind, query={"type": kind})

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusals."""
        for kind in TYPES:
            expect_error(transcript[kind], 404, UNKNOWN)


def _models(transcript: Transcript) -> list[Exchange]:
    """Return the pictures of the job's pages that are the document's three."""
    pages = (transcript["page-1"], *transcript.series("page")[1:])
    return [pages[number % len(pages)] for number in range(PAGES)]
