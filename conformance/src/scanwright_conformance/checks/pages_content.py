"""Checks of content: pages by their index, for several readers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.jobs_wishes import (
    ENDS,
    SLOW_S,
    from_feeder,
    one_page,
    scan,
)
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
    from scanwright_conformance.transcript import Transcript

INVALID_PARAMETER: Final = -2113
OUT_OF_SEQUENCE: Final = -1011
PNG: Final = "image/png"
READERS: Final = 3
INCOMPLETE: Final[tuple[dict[str, str], ...]] = (
    {},
    {"page": "0"},
    {"type": PNG},
    {"type": PNG, "page": ""},
    {"type": PNG, "page": "-1"},
    {"type": PNG, "page": "0.5"},
    {"type": PNG, "page": "first"},
)
FAR_BEYOND: Final = "5000"


@check(
    "PAGES-content",
    after=("PAGES-next", "PAGES-info-end", "PAGES-cursors"),
    deadline_s=60,
)
class Content(Check):
    """An index gives its page to everybody, at any time."""

    async def stimulate(self, session: Session) -> None:
        """Let several read the pages at once; then count what next-page has left."""
        job = await scan(session, from_feeder(2))
        async with asyncio.TaskGroup() as group:
            for index in (0, 1):
                query = {"type": PNG, "page": str(index)}
                for reader in range(1, READERS + 1):
                    label = f"index-{index}-{reader}"
                    group.create_task(job.get("/content", label=label, query=query))
        jpeg = {"type": "image/jpeg", "page": "0"}
        await job.get("/content", label="jpeg", query=jpeg)
        await job.pages(label="page", query={"type": PNG})
        await job.pages(label="info", below="/next-page-info")

    def judge(self, transcript: Transcript) -> None:
        """Compare what the readers got with the pages in their order."""
        expect_image(transcript["jpeg"], "image/jpeg")
        pages, end = transcript.series("page"), transcript["page-end"]
        expect_status(end, 204)
        expect(end, len(pages) > 0, "pages that nobody took", "none")
        for index, page in enumerate(pages[:2]):
            for reader in range(1, READERS + 1):
                got = transcript[f"index-{index}-{reader}"]
                expect_image(got, PNG)
                expect_same_page(got, page)
        infos = len(transcript.series("info"))
        expect_equal(transcript["info-end"], infos, len(pages), what="infos left")


@check("PAGES-content-required", after=("PAGES-content",))
class ContentRequired(Check):
    """Type and index are both needed."""

    async def stimulate(self, session: Session) -> None:
        """Leave out one, the other and both; give numbers that are no index."""
        job = await scan(session, one_page())
        for number, query in enumerate(INCOMPLETE, start=1):
            await job.get("/content", label=f"refused-{number}", query=query)

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusals."""
        for number in range(1, len(INCOMPLETE) + 1):
            expect_error(transcript[f"refused-{number}"], 400, INVALID_PARAMETER)


@check(
    "PAGES-content-beyond",
    after=("PAGES-content", "JOBS-lock-released", "JOBS-cancel-running"),
    deadline_s=120,
)
class ContentBeyond(Check):
    """An index beyond the end is wrong, but only the end can tell.

    A slow scanner, where there is one, shows best that a reader waits.
    """

    async def stimulate(self, session: Session) -> None:
        """Ask a running job for its first page and for one far beyond its last.

        A job that is cancelled at once is asked for such a page, too.
        """
        role = "slow" if "slow" in session.target.devices else "scanner"
        job = await session.create_job(from_feeder(2), role=role)
        async with asyncio.TaskGroup() as group:
            for label, index in (("first", "0"), ("beyond", FAR_BEYOND)):
                query = {"type": PNG, "page": index}
                reader = job.get(
                    "/content",
                    label=label,
                    query=query,
                    timeout_s=SLOW_S,
                )
                group.create_task(reader)
            group.create_task(job.until(*ENDS, within_s=SLOW_S))
        infos = await job.pages(label="info", below="/next-page-info")
        just_beyond = {"type": PNG, "page": str(len(infos))}
        await job.get("/content", label="just-beyond", query=just_beyond)
        last = {"type": PNG, "page": str(max(len(infos) - 1, 0))}
        await job.get("/content", label="last", query=last)
        other = await session.create_job(
            from_feeder(2), label="create-other", role=role
        )
        await other.cancel()
        await other.until(*ENDS, label="other-ended", within_s=SLOW_S)
        far_beyond = {"type": PNG, "page": FAR_BEYOND}
        await other.get("/content", label="beyond-cancelled", query=far_beyond)

    def judge(self, transcript: Transcript) -> None:
        """Look at the waiting readers, and at both sides of the end."""
        expect_image(transcript["first"])
        beyond = transcript["beyond"]
        expect_error(beyond, 400, INVALID_PARAMETER)
        last_info = transcript["info-end"]
        expect_status(last_info, 204)
        expect_error(transcript["just-beyond"], 400, INVALID_PARAMETER)
        expect_image(transcript["last"])
        expect_error(transcript["beyond-cancelled"], 400, INVALID_PARAMETER)
        answered_s = beyond.started_s + beyond.seconds
        # the looks that are kept beside the last one saw another state than the end
        early = [
            look.label
            for look in transcript.exchanges
            if look.label.startswith("ended.") and look.started_s > answered_s
        ]
        wanted = "the index beyond to wait for the end of the job"
        expect(beyond, not early, wanted, "an answer while the job went on")


@check("PAGES-content-pending", after=("JOBS-autorun",))
class ContentPending(Check):
    """A job that did not start has no pages to choose from."""

    async def stimulate(self, session: Session) -> None:
        """Ask a pending job for its first page."""
        job = await session.create_job(one_page(autoRun=False))
        query = {"type": PNG, "page": "0"}
        await job.get("/content", label="content", query=query)

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusal."""
        expect_error(transcript["content"], 409, OUT_OF_SEQUENCE)
