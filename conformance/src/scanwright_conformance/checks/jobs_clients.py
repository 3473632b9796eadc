"""The check of two clients at once, where known services lose, double or mix pages."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.jobs_wishes import (
    ALL_PAGES,
    SLOW_S,
    from_feeder,
)
from scanwright_conformance.checks.pages_identity import expect_complete
from scanwright_conformance.expect import expect, expect_status

if TYPE_CHECKING:
    from scanwright_conformance.session import Job, Session
    from scanwright_conformance.transcript import Transcript

CLIENTS: Final = ("scanner", "second")
ROUNDS: Final = 3


@check(
    "JOBS-two-clients",
    after=("JOBS-start", "JOBS-lock-per-scanner", "PAGES-order", "PAGES-next-blocks"),
    deadline_s=180,
)
class TwoClients(Check):
    """Two clients on two scanners do not notice each other."""

    async def stimulate(self, session: Session) -> None:
        """Let two clients empty two feeders at once, some times over.

        The page that each scanner delivers last tells whether one was lost before it.
        """
        for number in range(1, ROUNDS + 1):
            jobs = {
                role: await session.create_job(
                    from_feeder(ALL_PAGES, autoRun=False),
                    role=role,
                    label=f"create-{role}-{number}",
                )
                for role in CLIENTS
            }
            async with asyncio.TaskGroup() as group:
                for role, job in jobs.items():
                    group.create_task(_empty_feeder(job, f"{role}-{number}"))
        for role in CLIENTS:
            body = from_feeder(1)
            last = await session.create_job(body, role=role, label=f"create-{role}")
            label = f"{role}-{ROUNDS + 1}-1"
            await last.get("/next-page", label=label, timeout_s=SLOW_S)

    def judge(self, transcript: Transcript) -> None:
        """Look at every page of both, in all rounds."""
        for number in range(1, ROUNDS + 1):
            owners = []
            for role in CLIENTS:
                name = f"{role}-{number}"
                end = transcript[f"{name}-end"]
                expect_status(end, 204)
                pages = transcript.series(name)
                expect(end, len(pages) > 0, "pages", "none")
                next_ = transcript[f"{role}-{number + 1}-1"]
                owners.append(expect_complete(pages, end=end, next_=next_))
            expect(end, len(set(owners)) == 2, "pages of two scanners", owners)


async def _empty_feeder(job: Job, name: str) -> None:
    await job.start(label=f"start-{name}")
    await job.pages(label=name, timeout_s=SLOW_S)
    await job.delete(label=f"delete-{name}")
