"""Checks of starting and cancelling jobs, and of when that is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.jobs_wishes import (
    ALL_PAGES,
    SLOW_S,
    from_feeder,
    one_page,
    scan,
)
from scanwright_conformance.expect import (
    expect_equal,
    expect_error,
    expect_image,
    expect_member,
    expect_object,
)

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

OUT_OF_SEQUENCE: Final = -1011
INVALID_PARAMETER: Final = -2113
NO_CHANGES: Final[tuple[object, ...]] = (
    {},
    {"status": "pending"},
    {"status": "completed"},
    {"status": "Running"},
    {"status": ""},
    {"status": 1},
    {"status": None},
)


@check(
    "JOBS-cancel-running",
    after=("JOBS-delete-running", "PAGES-info-blocks", "PAGES-cursors"),
    deadline_s=90,
)
class CancelRunning(Check):
    """A running job can be cancelled at any time; what was ready stays."""

    async def stimulate(self, session: Session) -> None:
        """Cancel before the first page, and between the first and the second."""
        early = await session.create_job(from_feeder(ALL_PAGES), role="slow")
        await early.until("running", label="running-early")
        await early.cancel(label="cancel-early")
        await early.status(label="after-early")
        await early.delete(label="delete-early")
        late = await session.create_job(
            from_feeder(ALL_PAGES),
            role="slow",
            label="create-late",
        )
        await late.get("/next-page-info", label="first", timeout_s=SLOW_S)
        await late.cancel(label="cancel-late")
        await late.status(label="after-late")
        await late.get("/next-page", label="kept")

    def judge(self, transcript: Transcript) -> None:
        """Look at both answers, at the states after them, and at the kept page."""
        for when in ("early", "late"):
            answer = transcript[f"cancel-{when}"]
            expect_object(answer, 200)
            for seen in (answer, transcript[f"after-{when}"]):
                status = expect_member(seen, "status", str)
                expect_equal(seen, status, "canceled", what="status")
        expect_image(transcript["kept"])


@check("JOBS-cancel-pending", after=("JOBS-autorun",))
class CancelPending(Check):
    """A pending job cannot be cancelled."""

    async def stimulate(self, session: Session) -> None:
        """Cancel a pending job and ask for its status."""
        job = await session.create_job(one_page(autoRun=False))
        await job.cancel()
        await job.status(label="after")

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusal, and that nothing has changed."""
        expect_error(transcript["cancel"], 409, OUT_OF_SEQUENCE)
        status = expect_member(transcript["after"], "status", str)
        expect_equal(transcript["after"], status, "pending", what="status")


@check(
    "JOBS-patch-other-states",
    after=("JOBS-autorun", "JOBS-cancel-running"),
    deadline_s=60,
)
class PatchOtherStates(Check):
    """What is not pending cannot be started, what does not run not cancelled.

    Only a slow scanner can be met running, or cancelled, for sure.
    """

    async def stimulate(self, session: Session) -> None:
        """Change a completed job; with a slow scanner also a running, a cancelled."""
        done = await scan(session, one_page())
        await done.start(label="refused-start-completed")
        await done.cancel(label="refused-cancel-completed")
        if "slow" not in session.target.devices:
            return
        slow = await session.create_job(
            from_feeder(ALL_PAGES),
            role="slow",
            label="create-slow",
        )
        await slow.until("running", label="running")
        await slow.start(label="refused-start-running")
        await slow.cancel()
        await slow.until("canceled", label="canceled")
        await slow.start(label="refused-start-canceled")
        await slow.cancel(label="refused-cancel-canceled")

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusals."""
        expect_error(transcript["refused-start-completed"], 409, OUT_OF_SEQUENCE)
        expect_error(transcript["refused-cancel-completed"], 409, OUT_OF_SEQUENCE)
        for exchange in transcript.exchanges:
            if exchange.label.startswith("refused-"):
                expect_error(exchange, 409, OUT_OF_SEQUENCE)


@check("JOBS-patch-invalid", after=("JOBS-autorun",))
class PatchInvalid(Check):
    """A change needs a status that can be asked for."""

    async def stimulate(self, session: Session) -> None:
        """Change a pending job in ways that are none."""
        job = await session.create_job(one_page(autoRun=False))
        for number, body in enumerate(NO_CHANGES, start=1):
            await job.patch(body, label=f"patch-{number}")

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusals."""
        for number in range(1, len(NO_CHANGES) + 1):
            expect_error(transcript[f"patch-{number}"], 400, INVALID_PARAMETER)
