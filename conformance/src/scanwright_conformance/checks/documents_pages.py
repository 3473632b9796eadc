"""Checks of pages on their way into documents, and out of them again.

They are about one conversation, which has a document with three pages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.documents_wishes import (
    PAGE_TIMEOUT_S,
    UNKNOWN,
    create_document,
    expect_order,
    fetch_content,
    insert,
    uids_of,
    urls_of,
)
from scanwright_conformance.checks.jobs_wishes import from_feeder, scan
from scanwright_conformance.checks.pages_identity import expect_same_page, telling_role
from scanwright_conformance.expect import (
    expect,
    expect_error,
    expect_status,
)
from scanwright_conformance.session import JOBS

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

PAGES: Final = 3
PDF: Final = "application/pdf"
BEYOND: Final = (0, -1, -(10**9), PAGES + 4, 10**9)
"""The fourth is the first number that no page has when its turn comes."""
NO_PAGES: Final = ("99", "999999999", "000000000000", "none")
NO_PAGES_OF_CONTENT: Final = NO_PAGES[:-1]
"""What is neither a number nor an id is a wrong parameter there."""


class _Filled(Check):
    """Pages go into a document, lose their job, and are taken out."""

    is_shared = True

    async def stimulate(self, session: Session) -> None:
        """Insert at the end and beyond, delete the job, and remove."""
        role = telling_role(session)
        job = await scan(session, from_feeder(PAGES), role=role)
        urls = await urls_of(job, limit=PAGES)
        for number, url in enumerate(urls, start=1):
            await session.http(
                "GET", _path(url), label=f"page-{number}", timeout_s=PAGE_TIMEOUT_S
            )
        document = await create_document(session)
        sources = [urls[number % len(urls)] for number in range(PAGES)]
        for number, url in enumerate(sources, start=1):
            await insert(session, document, url, label=f"insert-{number}")
        await fetch_content(session, document, label="whole", query={"type": PDF})
        for number, position in enumerate(BEYOND, start=1):
            label = f"beyond-{number}"
            await insert(session, document, urls[0], label=label, position=position)
        await _try_unknown(session, document)
        await session.http("GET", document, label="before")
        await job.delete(label="delete-job")
        await session.http("GET", f"{JOBS}/{job.uid}", label="job-gone")
        query = {"type": "image/png", "pages": "0"}
        await fetch_content(session, document, label="kept", query=query)
        await _remove(session, document)


async def _try_unknown(session: Session, document: str) -> None:
    for name in NO_PAGES:
        if name in NO_PAGES_OF_CONTENT:
            query = {"type": "image/png", "pages": name}
            await fetch_content(session, document, label=f"content {name}", query=query)
        path = f"{document}/pages/{name}"
        await session.http("DELETE", path, label=f"remove {name}")


async def _remove(session: Session, document: str) -> None:
    """Take the second page out by its id, then the first one by its number."""
    found = (await session.http("GET", document, label="full")).json_or_none()
    match found:
        case {"pages": [_, {"uid": str(uid)}, *_]}:
            await session.http("DELETE", f"{document}/pages/{uid}", label="by-id")
    await session.http("GET", document, label="after-id")
    await session.http("DELETE", f"{document}/pages/0", label="by-number")
    await session.http("GET", document, label="after-number")


def _path(url: str) -> str:
    """Return what stands behind the address in the URL of a page."""
    return url[url.find("/api/") :]


@check("DOCS-insert", after=("DOCS-create", "PAGES-info", "PAGES-next"), deadline_s=90)
class Insert(_Filled):
    """A page of a job goes to the end of a document."""

    def judge(self, transcript: Transcript) -> None:
        """Look at the answers, and at the pages themselves."""
        before: list[str] = []
        for number in range(1, PAGES + 1):
            answer = transcript[f"insert-{number}"]
            pages = uids_of(answer)
            holds = pages[:-1] == before and len(pages) == number
            expect(answer, holds, f"one page more, at the end of {before}", pages)
            before = pages
        pictures = transcript.series("page")
        models = [pictures[number % len(pictures)] for number in range(PAGES)]
        expect_order(transcript["whole"], PDF, models)


@check("DOCS-insert-out-of-range", after=("DOCS-insert",), deadline_s=90)
class InsertOutOfRange(_Filled):
    """A position that no page has is the end."""

    def judge(self, transcript: Transcript) -> None:
        """Each new page must be behind those that were there."""
        before = uids_of(transcript[f"insert-{PAGES}"])
        for number in range(1, len(BEYOND) + 1):
            answer = transcript[f"beyond-{number}"]
            pages = uids_of(answer)
            holds = pages[:-1] == before and len(pages) > len(before)
            expect(answer, holds, f"a page behind {before}", pages)
            before = pages


@check("DOCS-insert-kept", after=("DOCS-insert", "DOCS-content-type"), deadline_s=90)
class InsertKept(_Filled):
    """A page of a document does not go with its job."""

    def judge(self, transcript: Transcript) -> None:
        """The job must be gone, and the page there."""
        expect_status(transcript["delete-job"], 204)
        expect_status(transcript["job-gone"], 404, 410)
        expect_same_page(transcript["kept"], transcript["page-1"])


@check("DOCS-page-unknown", after=("DOCS-insert",), deadline_s=90)
class PageUnknown(_Filled):
    """There is nothing where no page is."""

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusals, and for all pages."""
        for name in NO_PAGES:
            expect_error(transcript[f"remove {name}"], 404, UNKNOWN)
        for name in NO_PAGES_OF_CONTENT:
            expect_error(transcript[f"content {name}"], 404, UNKNOWN)
        wanted = uids_of(transcript[f"beyond-{len(BEYOND)}"])
        seen = uids_of(transcript["before"])
        expect(transcript["before"], seen == wanted, f"still {wanted}", seen)


@check("DOCS-remove-page", after=("DOCS-insert",), deadline_s=90)
class RemovePage(_Filled):
    """A page is taken out by its id, or by its number."""

    def judge(self, transcript: Transcript) -> None:
        """The others must be there as before."""
        full = uids_of(transcript["full"])
        expect(transcript["full"], len(full) > 2, "three pages or more", full)
        expect_status(transcript["by-id"], 204)
        left = [full[0], *full[2:]]
        seen = uids_of(transcript["after-id"])
        expect(transcript["after-id"], seen == left, f"the pages {left}", seen)
        expect_status(transcript["by-number"], 204)
        seen = uids_of(transcript["after-number"])
        holds = seen == full[2:]
        expect(transcript["after-number"], holds, f"the pages {full[2:]}", seen)
