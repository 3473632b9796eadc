"""Checks of the pages of a job that was faulted by a jam."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.jobs_wishes import (
    ALL_PAGES,
    ENDS,
    SLOW_S,
    from_feeder,
)
from scanwright_conformance.checks.pages_identity import expect_same_page
from scanwright_conformance.expect import (
    expect,
    expect_equal,
    expect_error,
    expect_member,
)

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript


class _Jam(Check):
    """A job that jams after some pages: the stimulus of two clauses."""

    async def stimulate(self, session: Session) -> None:
        """Watch the pages come until the fault, then read on in both ways."""
        job = await session.create_job(from_feeder(ALL_PAGES), role="jamming")
        infos = await job.pages(
            label="info",
            below="/next-page-info",
            timeout_s=SLOW_S,
        )
        await job.until(*ENDS)
        await job.pages(label="page", query={"type": "image/png"})
        await job.get("/next-page", label="again")
        for index in range(len(infos)):
            query = {"type": "image/png", "page": str(index)}
            await job.get("/content", label=f"content-{index + 1}", query=query)
        beyond = {"type": "image/png", "page": str(len(infos))}
        await job.get("/content", label="content-end", query=beyond)


@check(
    "PAGES-after-fault",
    after=(
        "JOBS-status",
        "PAGES-next",
        "PAGES-info-end",
        "PAGES-info-blocks",
        "PAGES-content",
    ),
    deadline_s=90,
)
class AfterFault(_Jam):
    """The fault takes the place of the end: 204 would hide that pages are missing."""

    def judge(self, transcript: Transcript) -> None:
        """Look at what follows the last page."""
        ended = transcript["ended"]
        code = expect_member(ended, "code", int)
        expect(ended, code < 0, "the code of a fault", code)
        for label in ("info-end", "page-end", "again", "content-end"):
            expect_error(transcript[label], 409, code)


@check(
    "PAGES-before-fault",
    after=("PAGES-content", "PAGES-info-blocks"),
    deadline_s=90,
)
class BeforeFault(_Jam):
    """Pages that arrived stay readable, whatever comes after them."""

    def judge(self, transcript: Transcript) -> None:
        """Compare the pages that came with those that can be read."""
        came = transcript.series("info")
        pages, end = transcript.series("page"), transcript["page-end"]
        expect(transcript["info-end"], len(came) > 0, "a page before the jam", "none")
        expect_equal(end, len(pages), len(came), what="pages of next-page")
        for number, page in enumerate(pages, start=1):
            content = transcript[f"content-{number}"]
            expect_same_page(content, page)
