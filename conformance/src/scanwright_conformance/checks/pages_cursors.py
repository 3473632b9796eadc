"""Checks of the two cursors, and of reading a page by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.jobs_wishes import from_feeder, one_page, scan
from scanwright_conformance.checks.pages_identity import expect_same_page
from scanwright_conformance.expect import (
    expect,
    expect_equal,
    expect_error,
    expect_image,
    expect_status,
)

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

INVALID_PARAMETER: Final = -2113
FORMS: Final = {"png": "image/png", "jpeg": "image/jpeg", "again": "image/png"}


@check("PAGES-cursors", after=("PAGES-next", "PAGES-info-end"), deadline_s=60)
class Cursors(Check):
    """Who reads pages leaves the descriptions where they were, and the other way."""

    async def stimulate(self, session: Session) -> None:
        """Read pages before descriptions in one job, after them in another."""
        one = await scan(session, from_feeder(2))
        await one.pages(label="first-page")
        await one.pages(label="second-info", below="/next-page-info")
        await one.delete()
        other = await scan(session, from_feeder(2), label="create-other")
        await other.pages(label="first-info", below="/next-page-info")
        await other.pages(label="second-page")

    def judge(self, transcript: Transcript) -> None:
        """Count both in both jobs."""
        pairs = (("first-page", "second-info"), ("first-info", "second-page"))
        for first, second in pairs:
            count = len(transcript.series(first))
            expect(transcript[f"{first}-end"], count > 0, "pages", "none")
            end = transcript[f"{second}-end"]
            expect_status(end, 204)
            seen = len(transcript.series(second))
            expect_equal(end, seen, count, what=f"answers of {second}")


@check("PAGES-by-uid", after=("PAGES-cursors", "PAGES-jpeg"), deadline_s=60)
class ByUid(Check):
    """The id of a page gives it at any time, in any form."""

    async def stimulate(self, session: Session) -> None:
        """Read the pages of a job by their ids, last first, then as they come."""
        job = await scan(session, from_feeder(2))
        infos = await job.pages(label="info", below="/next-page-info")
        uids = dict(enumerate(map(_uid, infos), start=1))
        for number in sorted(uids, reverse=True):
            for form, media in FORMS.items():
                query = {"page": uids[number], "type": media}
                label = f"uid-{number}-{form}"
                await job.get("/next-page", label=label, query=query)
        await job.get("/next-page-info", label="info-after")
        await job.pages(label="page", query={"type": "image/png"})

    def judge(self, transcript: Transcript) -> None:
        """Compare each page with what its id gave, and count them."""
        infos, pages = transcript.series("info"), transcript.series("page")
        end = transcript["page-end"]
        expect(end, len(infos) > 0, "pages", "none")
        for number in range(1, len(infos) + 1):
            png = transcript[f"uid-{number}-png"]
            expect_image(png, "image/png")
            expect_image(transcript[f"uid-{number}-jpeg"], "image/jpeg")
            for form in ("jpeg", "again"):
                expect_same_page(transcript[f"uid-{number}-{form}"], png)
            for page in pages[number - 1 : number]:
                expect_same_page(page, png)
        expect_equal(end, len(pages), len(infos), what="pages left for next-page")
        expect_status(transcript["info-after"], 204)


@check("PAGES-uid-unknown", after=("PAGES-by-uid", "JOBS-lock-released"))
class UidUnknown(Check):
    """An id that is no page of the job is a wrong parameter, not the end."""

    async def stimulate(self, session: Session) -> None:
        """Ask a job for a page that never was, and for one of another job."""
        other = await scan(session, one_page(), label="create-other")
        info = await other.get("/next-page-info", label="info-other")
        job = await scan(session, one_page())
        never = {"page": "000000000000"}
        await job.get("/next-page", label="never", query=never)
        foreign = {"page": _uid(info)}
        await job.get("/next-page", label="foreign", query=foreign)

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusals."""
        expect_error(transcript["never"], 400, INVALID_PARAMETER)
        expect_error(transcript["foreign"], 400, INVALID_PARAMETER)


def _uid(info: Exchange) -> str:
    """Return the page's id; one that nobody knows when the answer tells none."""
    match info.json_or_none():
        case [{"imageuid": str(uid)}]:
            return uid
    return "untold"
