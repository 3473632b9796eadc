"""Checks of the pages that a job delivers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanwright_conformance.check import Check, check
from scanwright_conformance.expect import expect, expect_image, expect_status

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript


@check("PAGES-next", after=("JOBS-create",))
class Next(Check):
    """Every page once and in order, then 204 again and again."""

    async def stimulate(self, session: Session) -> None:
        """Fetch all pages of a job, and ask twice more."""
        job = await session.create_job({"config": {"Resolution": 100}})
        await job.pages(label="page")
        await job.get("/next-page", label="again")

    def judge(self, transcript: Transcript) -> None:
        """Compare the pages with each other, and look at both ends."""
        pages = transcript.series("page")
        end = transcript["page-end"]
        expect_status(end, 204)
        expect(end, len(pages) > 0, "at least one page before 204", "none")
        serials = [
            identity.serial
            for page in pages
            if (identity := expect_image(page).identity) is not None
        ]
        expect(
            end,
            serials == sorted(set(serials)),
            "each page once, in the order of scanning",
            f"pages with the serial numbers {serials}",
        )
        expect_status(transcript["again"], 204)
