"""The check of how pictures are kept in the files that documents come in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.documents_wishes import (
    create_document,
    expect_file,
    fetch_content,
    insert,
    urls_of,
)
from scanwright_conformance.checks.jobs_wishes import DPI, one_page, scan
from scanwright_conformance.expect import expect_equal, expect_image

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

PDF: Final = "application/pdf"
TIFF: Final = "image/tiff"
BLACK_AND_WHITE: Final = {
    "config": {"Resolution": DPI, "XferCount": 1, "PixelType": 0},
}
COMPRESSIONS: Final[Mapping[str, Mapping[int, str]]] = {
    PDF: {3: "LZW", 5: "JPEG", 6: "JPEG 2000"},
    TIFF: {1: "none", 5: "LZW", 7: "JPEG"},
}
"""For pages in gray and colour."""
BITONAL: Final[Mapping[str, Mapping[int, str]]] = {
    PDF: {2: "FAX", 7: "JBIG2"},
    TIFF: {2: "RLE", 3: "FAX3", 4: "FAX4", 32773: "PackBits"},
}
"""For pages in black and white."""
GRAY_BITS: Final = 8
FIRST: Final = {"type": "image/png", "page": "0"}
"""How a page is looked at by itself: whether the two cursors are one is open."""


@check("DOCS-content-compression", after=("DOCS-content-type",), deadline_s=90)
class ContentCompression(Check):
    """Pictures are kept in a file as it was asked for."""

    async def stimulate(self, session: Session) -> None:
        """Ask for each compression, of a usual page and of a black and white one."""
        job = await scan(session, one_page())
        await job.get("/content", label="page", query=FIRST)
        url, *_ = await urls_of(job)
        await _compress(session, url, COMPRESSIONS, label="usual")
        if "bw" in session.target.capabilities:
            job = await scan(session, BLACK_AND_WHITE, label="create-bw", role="bw")
            url, *_ = await urls_of(job, label="info-bw")
            await job.get("/content", label="bw-page", query=FIRST)
            await _compress(session, url, BITONAL, label="bw")

    def judge(self, transcript: Transcript) -> None:
        """Look into each file for which the page is of the right kind."""
        if expect_image(transcript["page"]).bits == GRAY_BITS:
            _expect_compressed(transcript, COMPRESSIONS, label="usual")
        if "bw-page" in transcript:
            expect_equal(
                transcript["bw-page"],
                expect_image(transcript["bw-page"]).bits,
                1,
                what="bits",
            )
            _expect_compressed(transcript, BITONAL, label="bw")


async def _compress(
    session: Session,
    url: str,
    compressions: Mapping[str, Mapping[int, str]],
    *,
    label: str,
) -> None:
    """Put a page into a document of its own, and fetch that with each compression."""
    document = await create_document(session, label=f"{label} document")
    await insert(session, document, url, label=f"{label} insert")
    for kind, numbers in compressions.items():
        for number in numbers:
            query = {"type": kind, "compression": str(number)}
            name = f"{label} {kind} {number}"
            await fetch_content(session, document, label=name, query=query)


def _expect_compressed(
    transcript: Transcript,
    compressions: Mapping[str, Mapping[int, str]],
    *,
    label: str,
) -> None:
    for kind, numbers in compressions.items():
        for number, wanted in numbers.items():
            answer = transcript[f"{label} {kind} {number}"]
            seen = [page.compression for page in expect_file(answer, kind).pages]
            expect_equal(answer, seen, [wanted], what="compression")
