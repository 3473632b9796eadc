"""Checks of the lock: a scanner has one job at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.jobs_wishes import (
    ALL_PAGES,
    ENDS,
    SLOW_S,
    ask_for_job,
    from_feeder,
    one_page,
    scan,
)
from scanwright_conformance.expect import (
    expect,
    expect_equal,
    expect_error,
    expect_image,
    expect_member,
    expect_status,
)

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

LOCKED: Final = -1004
PENDING: Final = one_page(autoRun=False)
WANTED: Final = 2
"""Pages of a job that is to be disturbed: one more than is under way then."""


@check("JOBS-lock-pending", after=("JOBS-autorun",))
class LockPending(Check):
    """A pending job has its scanner for itself."""

    async def stimulate(self, session: Session) -> None:
        """Ask for two more jobs while one is pending."""
        await session.create_job(PENDING)
        await ask_for_job(session, PENDING, label="second-pending")
        await ask_for_job(session, one_page(), label="second-running")

    def judge(self, transcript: Transcript) -> None:
        """Look for the lock."""
        expect_error(transcript["second-pending"], 423, LOCKED)
        expect_error(transcript["second-running"], 423, LOCKED)


@check(
    "JOBS-lock-running",
    after=("JOBS-delete-running", "PAGES-next-blocks"),
    deadline_s=120,
)
class LockRunning(Check):
    """A running job has its scanner for itself, and does not suffer from others."""

    async def stimulate(self, session: Session) -> None:
        """Ask for another job while one runs; if pages are missing scan undisturbed."""
        job = await session.create_job(from_feeder(WANTED), role="slow")
        await job.until("running", label="running")
        await ask_for_job(session, PENDING, label="second", role="slow")
        pages = await job.pages(label="page", timeout_s=SLOW_S)
        await job.until(*ENDS)
        if len(pages) < WANTED:
            # perhaps there is no more paper
            await job.delete()
            body = from_feeder(WANTED)
            alone = await session.create_job(body, role="slow", label="create-alone")
            await alone.pages(label="alone", timeout_s=SLOW_S)

    def judge(self, transcript: Transcript) -> None:
        """Look for the lock, and count what the job delivered."""
        expect_error(transcript["second"], 423, LOCKED)
        end = transcript["page-end"]
        expect_status(end, 204)
        pages = transcript.series("page")
        for page in pages:
            expect_image(page)
        wanted = WANTED
        if "create-alone" in transcript:
            wanted = len(transcript.series("alone"))
        expect_equal(end, len(pages), wanted, what="number of pages")
        status = expect_member(transcript["ended"], "status", str)
        expect_equal(transcript["ended"], status, "completed", what="status")


@check("JOBS-lock-released", after=("JOBS-delete-running",), deadline_s=90)
class LockReleased(Check):
    """The end of a job frees its scanner, although the job stays.

    Only a slow scanner has a job that can be cancelled for sure.
    """

    async def stimulate(self, session: Session) -> None:
        """Ask for the next job after one that completed, was deleted, was cancelled."""
        await scan(session, one_page())
        asked = await ask_for_job(session, PENDING, label="after-completed")
        await session.job_of(asked).delete()
        asked = await ask_for_job(session, PENDING, label="after-deleted")
        await session.job_of(asked).delete(label="after-deleted-deleted")
        if "slow" not in session.target.devices:
            return
        slow = await session.create_job(
            from_feeder(ALL_PAGES),
            role="slow",
            label="create-slow",
        )
        await slow.until("running", label="running")
        await slow.cancel()
        await ask_for_job(session, PENDING, label="after-canceled", role="slow")

    def judge(self, transcript: Transcript) -> None:
        """Look for three jobs that came to be."""
        expect_status(transcript["after-completed"], 201)
        expect_status(transcript["after-deleted"], 201)
        # a job that could not be cancelled still has the scanner, and rightly so
        if "after-canceled" in transcript and _is_ok(transcript, "cancel"):
            expect_status(transcript["after-canceled"], 201)


@check("JOBS-lock-per-scanner", after=("JOBS-autorun",))
class LockPerScanner(Check):
    """Who has one scanner has not all of them."""

    async def stimulate(self, session: Session) -> None:
        """Ask for a job on each of two scanners."""
        await session.create_job(PENDING)
        await ask_for_job(session, PENDING, label="other", role="second")

    def judge(self, transcript: Transcript) -> None:
        """Look for the second job, and whose scanner it has."""
        other = transcript["other"]
        expect_status(other, 201)
        first = expect_member(transcript["create"], "scanner.device", str)
        second = expect_member(other, "scanner.device", str)
        expect(other, first != second, "another scanner than the first job's", second)


def _is_ok(transcript: Transcript, label: str) -> bool:
    answer = transcript[label].answer
    return answer is not None and answer.status == 200
