"""Checks of the PDFs that documents come in: what they say, how large they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.documents_wishes import (
    INVALID,
    create_document,
    expect_file,
    fetch_content,
    insert,
    urls_of,
)
from scanwright_conformance.checks.jobs_wishes import DPI, one_page, scan
from scanwright_conformance.expect import (
    expect,
    expect_equal,
    expect_error,
    expect_image,
    expect_status,
)
from scanwright_conformance.judgement import Mismatch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

PDF: Final = "application/pdf"
VERSIONS: Final = ("1.2", "1.4", "1.6", "1.7")
DEFAULT_VERSION: Final = "1.5"
CONTRADICTIONS: Final[tuple[Mapping[str, str], ...]] = (
    {"version": "1.4", "compression": "6"},
    {"version": "1.3", "compression": "7"},
)
PASSWORD: Final = "open, sesame"  # noqa: S105 - of a file that is thrown away
SMALL: Final = {"quality": "1"}
"""What is asked for where the pixels are no matter."""

POINTS: Final = 72
NEAR_POINTS: Final = 1.0
PAPERS: Final[Mapping[str, tuple[float, float]]] = {
    "2": (595.28, 841.89),
    "3": (841.89, 595.28),
    "4": (841.89, 1190.55),
    "5": (1190.55, 841.89),
    "6": (612, 792),
    "7": (792, 612),
    "8": (612, 1008),
    "9": (1008, 612),
}
OWN_SIZE: Final = ("0", "1")

ABOUT: Final[Mapping[str, tuple[str, str]]] = {
    "title": ("Title", "Vertrag über Äpfel (1)"),
    "author": ("Author", "A. Author, B. Author"),
    "subject": ("Subject", "a\\subject"),
    "keyWords": ("Keywords", "one; two"),
    "creator": ("Creator", "creator"),
    "producer": ("Producer", "producer"),
    "creationDate": ("CreationDate", "D:20200102030405"),
    "modifiedDate": ("ModDate", "D:20210203040506"),
}
"""Each parameter by the name that a PDF has for it, and a value."""


class _Written(Check):
    """One page is put away, and comes out in all kinds of PDF."""

    is_shared = True

    async def stimulate(self, session: Session) -> None:
        """Ask for versions, papers, information and a password."""
        job = await scan(session, one_page())
        url, *_ = await urls_of(job)
        # By its index: whether the cursors of pages and of their URLs are one is open.
        by_index = {"type": "image/png", "page": "0"}
        await job.get("/content", label="page", query=by_index)
        document = await create_document(session)
        await insert(session, document, url, label="insert")
        queries: dict[str, Mapping[str, str]] = {
            "default": {},
            "locked": {"password": PASSWORD},
            "about": {name: value for name, (_, value) in ABOUT.items()},
        }
        queries |= {f"version {each}": {"version": each} for each in VERSIONS}
        papers = (*OWN_SIZE, *PAPERS)
        queries |= {f"paper {each}": {"pageType": each} for each in papers}
        for number, query in enumerate(CONTRADICTIONS, start=1):
            queries[f"contradiction-{number}"] = query
        for label, query in queries.items():
            await fetch_content(
                session, document, label=label, query={**SMALL, **query}
            )


@check("DOCS-content-version", after=("DOCS-content-type",), deadline_s=60)
class ContentVersion(_Written):
    """A PDF has the version that was asked for."""

    def judge(self, transcript: Transcript) -> None:
        """Look at the versions, and for the refusal of what a version does not have."""
        wanted = {"default": DEFAULT_VERSION}
        wanted |= {f"version {each}": each for each in VERSIONS}
        for label, version in wanted.items():
            seen = expect_file(transcript[label], PDF).version
            expect_equal(transcript[label], seen, version, what="version")
        for number in range(1, len(CONTRADICTIONS) + 1):
            expect_error(transcript[f"contradiction-{number}"], 400, INVALID)


@check(
    "DOCS-content-page-type",
    after=("DOCS-content-type", "PAGES-resolution"),
    deadline_s=60,
)
class ContentPageType(_Written):
    """The pages of a PDF have the size that was asked for."""

    def judge(self, transcript: Transcript) -> None:
        """Compare with the papers, and with the picture itself."""
        picture = expect_image(transcript["page"])
        x_dpi, y_dpi = picture.dpi or (DPI, DPI)
        own = (
            picture.width_px / x_dpi * POINTS,
            picture.height_px / y_dpi * POINTS,
        )
        for page_type, paper in {**dict.fromkeys(OWN_SIZE, own), **PAPERS}.items():
            answer = transcript[f"paper {page_type}"]
            sizes = [page.size for page in expect_file(answer, PDF).pages]
            expect_equal(answer, len(sizes), 1, what="number of pages")
            is_near = all(
                abs(seen - wanted) <= NEAR_POINTS
                for seen, wanted in zip(sizes[0], paper, strict=True)
            )
            expect(answer, is_near, f"a page of {_shown(paper)}", _shown(sizes[0]))


@check("DOCS-content-metadata", after=("DOCS-content-type",), deadline_s=60)
class ContentMetadata(_Written):
    """A PDF says of itself what it was told to say."""

    def judge(self, transcript: Transcript) -> None:
        """Look at its information; a date may be told more exactly."""
        answer = transcript["about"]
        about = expect_file(answer, PDF).about
        for name, value in ABOUT.values():
            seen = str(about.get(name))
            holds = seen == value or (name.endswith("Date") and value in seen)
            expect(answer, holds, f"{name} {value}", seen)


@check("DOCS-content-password", after=("DOCS-content-type",), deadline_s=60)
class ContentPassword(_Written):
    """A locked PDF can only be read with its password."""

    def judge(self, transcript: Transcript) -> None:
        """Try to read it without, with another one, and with it."""
        answer = transcript["locked"]
        body = expect_status(answer, 200).body
        for password, pages in ((None, 0), (PASSWORD.upper(), 0), (PASSWORD, 1)):
            file = body.opened(password)
            if file is None:
                raise Mismatch("a PDF", "something else", answer.label)
            what = f"number of pages that {password!r} opens"
            expect_equal(answer, len(file.pages), pages, what=what)


def _shown(size: tuple[float, float]) -> str:
    return f"{size[0]:.0f} x {size[1]:.0f} points"
