"""Checks of waiting for a page that is not there yet."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.jobs_wishes import (
    ALL_PAGES,
    SLOW_S,
    from_feeder,
    one_page,
)
from scanwright_conformance.expect import (
    expect,
    expect_error,
    expect_image,
    expect_member,
    expect_status,
)

if TYPE_CHECKING:
    from scanwright_conformance.session import Job, Session
    from scanwright_conformance.transcript import Exchange, Transcript

DELETED: Final = -1034
AT_ONCE_S: Final = 2.0
LOOKS: Final = 3
"""Requests after which one that was sent before them has surely arrived."""


@check("PAGES-info-blocks", after=("PAGES-info", "JOBS-delete-running"), deadline_s=60)
class InfoBlocks(Check):
    """A description that is not ready is waited for, and holds up nobody else."""

    async def stimulate(self, session: Session) -> None:
        """Wait for a slow page, and ask for other things meanwhile."""
        job = await session.create_job(from_feeder(2), role="slow")
        async with asyncio.TaskGroup() as group:
            waiting = job.get("/next-page-info", label="waiting", timeout_s=SLOW_S)
            group.create_task(waiting)
            # Beside the looks: behind them it may be too late with a slow service.
            group.create_task(session.http("GET", "/api/server", label="other"))
            await _look(job, "meanwhile")

    def judge(self, transcript: Transcript) -> None:
        """Look for the page, and for answers before it."""
        waiting = transcript["waiting"]
        expect_status(waiting, 200)
        others = [*transcript.series("meanwhile"), transcript["other"]]
        for other in others:
            expect_status(other, 200)
            expect(
                other,
                _end(other) < _end(waiting),
                "an answer while another client waits for a page",
                f"{_end(other) - _end(waiting):.2f} s after that page",
            )


@check("PAGES-next-blocks", after=("PAGES-next", "JOBS-delete-running"), deadline_s=90)
class NextBlocks(Check):
    """A page that is not ready is waited for, the second like the first."""

    async def stimulate(self, session: Session) -> None:
        """Read slow pages as soon as they come, then look what the job says."""
        job = await session.create_job(from_feeder(2), role="slow")
        await job.pages(timeout_s=SLOW_S)
        await job.status(label="after")

    def judge(self, transcript: Transcript) -> None:
        """Look for the first page, and that the end is one."""
        expect(
            transcript["page-end"],
            len(transcript.series("page")) > 0,
            "a page that is waited for",
            "an end without one",
        )
        expect_image(transcript["page-1"])
        expect_status(transcript["page-end"], 204)
        state = expect_member(transcript["after"], "status", str)
        is_over = state not in {"pending", "running"}
        expect(
            transcript["page-end"], is_over, "204 after the last page", f"a {state} job"
        )


@check("PAGES-next-pending", after=("PAGES-next", "JOBS-start"), deadline_s=60)
class NextPending(Check):
    """One client may wait for the page of a job that another will start."""

    async def stimulate(self, session: Session) -> None:
        """Wait for a page of a pending job, and start it meanwhile."""
        job = await session.create_job(one_page(autoRun=False))
        async with asyncio.TaskGroup() as group:
            group.create_task(job.get("/next-page", label="page", timeout_s=SLOW_S))
            await _look(job, "meanwhile")
            await job.start()

    def judge(self, transcript: Transcript) -> None:
        """Look for the page."""
        expect_image(transcript["page"])


@check("PAGES-waiting-deleted", after=("PAGES-next-blocks",))
class WaitingDeleted(Check):
    """Who waits for a page of a job that is deleted is told so."""

    async def stimulate(self, session: Session) -> None:
        """Wait for slow pages, one after the other, and delete the job meanwhile."""
        job = await session.create_job(from_feeder(ALL_PAGES), role="slow")
        async with asyncio.TaskGroup() as group:
            reading = session.poll(
                f"{job.path}/next-page",
                lambda each: each.answer is not None and each.answer.status != 200,
                wanted="the end of the pages",
                label="page",
                within_s=SLOW_S,
            )
            group.create_task(reading)
            await _look(job, "meanwhile")
            await job.delete()

    def judge(self, transcript: Transcript) -> None:
        """Look for 410, soon after the deletion."""
        page, deleted = transcript["page"], transcript["delete"]
        expect_error(page, 410, DELETED)
        late = _end(page) - _end(deleted)
        expect(page, late <= AT_ONCE_S, "an answer at once", f"{late:.1f} s later")


@check(
    "PAGES-waiting-canceled",
    after=("PAGES-next-blocks", "JOBS-cancel-running"),
    deadline_s=90,
)
class WaitingCanceled(Check):
    """Who waits for a page of a job that is cancelled gets the end."""

    async def stimulate(self, session: Session) -> None:
        """Read a slow page, and cancel while the next one is waited for."""
        job = await session.create_job(from_feeder(ALL_PAGES), role="slow")
        await job.get("/next-page", label="first", timeout_s=SLOW_S)
        async with asyncio.TaskGroup() as group:
            # a page that was ready before the cancel is given out before the end
            group.create_task(job.pages(timeout_s=SLOW_S))
            await _look(job, "meanwhile")
            await job.cancel()

    def judge(self, transcript: Transcript) -> None:
        """Look for the page before the end, and for the end."""
        expect_image(transcript["first"])
        expect_status(transcript["page-end"], 204)


async def _look(job: Job, label: str) -> None:
    """Ask for the status a few times, so that an earlier request has arrived."""
    for number in range(1, LOOKS + 1):
        await job.status(label=f"{label}-{number}")


def _end(exchange: Exchange) -> float:
    return exchange.started_s + exchange.seconds
