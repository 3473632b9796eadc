"""Checks of the pages that older clients fetch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.generation1 import NEXT, create_job
from scanwright_conformance.checks.pages_identity import expect_sorted, telling_role
from scanwright_conformance.expect import expect, expect_image, expect_status

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

FEEDER: Final = {"Resolution": 100, "XferCount": 3, "IfFeederEnabled": True}


class _Pages(Check):
    """All pages of a job with the feeder, and the answers after the last one."""

    async def stimulate(self, session: Session) -> None:
        """Fetch a few pages from the feeder, or the one from the flatbed."""
        job = await create_job(session, FEEDER, role=telling_role(session))
        await job.pages(below=NEXT)
        await job.get(NEXT, label="again")


@check("GEN1-next", after=("GEN1-create",), deadline_s=90)
class Next(_Pages):
    """Each page comes once and in order, as a JPEG."""

    def judge(self, transcript: Transcript) -> None:
        """Look at every page, and at who they say they are."""
        pages = transcript.series("page")
        end = transcript["page-end"]
        expect(end, bool(pages), "at least one page", "none")
        for page in pages:
            expect_image(page, "image/jpeg")
        expect_sorted(transcript, end=end)


@check("GEN1-end", after=("GEN1-create",), deadline_s=90)
class End(_Pages):
    """The last page is followed by 410."""

    def judge(self, transcript: Transcript) -> None:
        """Look at what came after the pages."""
        end = transcript["page-end"]
        expect(end, bool(transcript.series("page")), "at least one page", "none")
        expect_status(end, 410)
        expect_status(transcript["again"], 410)
