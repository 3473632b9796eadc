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
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

CLIENTS: Final = ("scanner", "second")


@check(
    "JOBS-two-clients",
    after=("JOBS-lock-per-scanner", "PAGES-order"),
    deadline_s=120,
)
class TwoClients(Check):
    """Two clients on two scanners do not notice each other."""

    async def stimulate(self, session: Session) -> None:
        """Let two clients empty two feeders at once, then take a page more of each."""
        async with asyncio.TaskGroup() as group:
            for role in CLIENTS:
                group.create_task(_empty_feeder(session, role))
        for role in CLIENTS:
            job = await session.create_job(
                from_feeder(1),
                role=role,
                label=f"create-next-{role}",
            )
            await job.get("/next-page", label=f"next-{role}", timeout_s=SLOW_S)

    def judge(self, transcript: Transcript) -> None:
        """Look at every page of both."""
        owners = []
        for role in CLIENTS:
            end = transcript[f"{role}-end"]
            expect_status(end, 204)
            owner = expect_complete(
                transcript.series(role),
                end=end,
                next_=transcript[f"next-{role}"],
            )
            owners.append(owner)
        last = transcript[f"{CLIENTS[-1]}-end"]
        expect(last, len(set(owners)) == 2, "pages of two scanners", owners)


async def _empty_feeder(session: Session, role: str) -> None:
    body = from_feeder(ALL_PAGES)
    job = await session.create_job(body, role=role, label=f"create-{role}")
    await job.pages(label=role, timeout_s=SLOW_S)
    await job.delete(label=f"delete-{role}")
