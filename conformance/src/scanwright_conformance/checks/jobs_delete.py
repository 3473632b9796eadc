"""Checks of deleting jobs, and of jobs that are not there."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check, judgement_of
from scanwright_conformance.checks.devices_capabilities import FAULTY_ROLES
from scanwright_conformance.checks.jobs_wishes import (
    ALL_PAGES,
    ask_for_job,
    await_page,
    from_feeder,
    one_page,
    scan,
)
from scanwright_conformance.deadline import pace
from scanwright_conformance.expect import (
    expect,
    expect_error,
    expect_status,
    expect_within,
)
from scanwright_conformance.session import JOBS
from scanwright_conformance.target import Unsupported

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

UNKNOWN_OR_DELETED: Final = -1034
NEVER_USED: Final = "5ca9d191-0000-4000-8000-00000000dead"
JOB_PATHS: Final[tuple[tuple[str, str, object], ...]] = (
    ("GET", "", None),
    ("PATCH", "", {"status": "running"}),
    ("GET", "/scanner/capabilities", None),
    ("GET", "/scanner/settings?showui=false", None),
    ("GET", "/next-page-info", None),
    ("GET", "/next-page", None),
    ("GET", "/content?type=image/png&page=0", None),
    ("DELETE", "", None),
)
REMEMBERED: Final = 1000
"""How many deleted jobs a service must tell from those that never were."""

PATIENCE_S: Final = 150.0
"""How long as many of them are made as a slow scanner allows."""


@check("JOBS-delete", after=("JOBS-autorun",), deadline_s=90)
class Delete(Check):
    """Every job can be deleted, whatever it does."""

    async def stimulate(self, session: Session) -> None:
        """Delete jobs: pending, completed, faulted, and cancelled or just started."""
        pending = await session.create_job(one_page(autoRun=False))
        await pending.delete(label="delete-pending")
        completed = await scan(session, one_page(), label="create-completed")
        await completed.delete(label="delete-completed")
        if "jamming" in session.target.devices:
            body = from_feeder(ALL_PAGES)
            jammed = await scan(session, body, role="jamming", label="create-faulted")
            await jammed.delete(label="delete-faulted")
        if "slow" in session.target.devices:
            body = from_feeder(ALL_PAGES)
            slow = await session.create_job(body, role="slow", label="create-slow")
            await slow.until("running", label="running")
            await slow.cancel()
            await slow.delete(label="delete-canceled")
        else:
            # JOBS-delete-running needs a slow scanner; this may meet a job that runs
            started = await session.create_job(one_page(), label="create-started")
            await started.delete(label="delete-started")

    def judge(self, transcript: Transcript) -> None:
        """Look for an empty 204 each time."""
        expect_status(transcript["delete-pending"], 204)
        expect_status(transcript["delete-completed"], 204)
        for exchange in transcript.exchanges:
            if exchange.label.startswith("delete-"):
                size = expect_status(exchange, 204).body.size_bytes
                expect(exchange, size == 0, "no body", f"{size} bytes")


@check("JOBS-delete-running", after=("JOBS-delete",), deadline_s=120)
class DeleteRunning(Check):
    """Deleting a running job is quick, and the next one does not wait for a miracle."""

    async def stimulate(self, session: Session) -> None:
        """Delete before the first page, and between the first and the second."""
        early = await session.create_job(from_feeder(ALL_PAGES), role="slow")
        await early.until("running", label="running")
        await early.delete(label="delete-early")
        body = from_feeder(ALL_PAGES)
        asked = await ask_for_job(session, body, label="create-late", role="slow")
        late = session.job_of(asked)
        await await_page(session, late, label="first")
        await late.delete(label="delete-late")
        asked = await ask_for_job(session, body, label="create-last", role="slow")
        last = session.job_of(asked)
        await await_page(session, last, label="last")

    def judge(self, transcript: Transcript) -> None:
        """Look at the two answers, and at the jobs that follow them."""
        for when in ("early", "late"):
            deleted = transcript[f"delete-{when}"]
            expect_status(deleted, 204)
            expect_within(deleted, 5)
        for created, page in (("create-late", "first"), ("create-last", "last")):
            expect_status(transcript[created], 201)
            # a scanner that is still busy with the deleted job faults the next one
            expect_status(transcript[page], 200)


@check("JOBS-deleted-gone", after=("JOBS-delete",), deadline_s=240)
class DeletedGone(Check):
    """A deleted job is not forgotten, even behind many others."""

    async def stimulate(self, session: Session) -> None:
        """Ask every path of a deleted job; delete many more, ask for the first."""
        job = await session.create_job(one_page(autoRun=False))
        await job.delete()
        await _ask_every_path(session, job.path)
        made = await _make_and_delete(session, REMEMBERED - 1)
        await job.status(label="much-later")
        so_far = judgement_of(self, session.recorder.transcript())
        # a service that broke the clause with fewer jobs has broken it
        if made < REMEMBERED - 1 and so_far.is_met:
            raise Unsupported(
                f"{made} of {REMEMBERED - 1} further jobs were made in time"
            )

    def judge(self, transcript: Transcript) -> None:
        """Look for 410 everywhere."""
        for number in range(1, len(JOB_PATHS) + 1):
            expect_error(transcript[f"path-{number}"], 410, UNKNOWN_OR_DELETED)
        expect_error(transcript["much-later"], 410, UNKNOWN_OR_DELETED)


@check("JOBS-unknown")
class Unknown(Check):
    """An id that no job ever had is told from that of a deleted job."""

    async def stimulate(self, session: Session) -> None:
        """Ask every path of a job that never was."""
        await _ask_every_path(session, f"{JOBS}/{NEVER_USED}")

    def judge(self, transcript: Transcript) -> None:
        """Look for 404 everywhere."""
        for number in range(1, len(JOB_PATHS) + 1):
            expect_error(transcript[f"path-{number}"], 404, UNKNOWN_OR_DELETED)


@check("JOBS-restart-forgets", after=("JOBS-delete", "JOBS-unknown"), deadline_s=90)
class RestartForgets(Check):
    """Jobs end with the service; a new one knows none of them."""

    async def stimulate(self, session: Session) -> None:
        """Leave a deleted job and a pending one behind, and start the service anew."""
        deleted = await session.create_job(one_page(autoRun=False))
        await deleted.delete()
        pending = await session.create_job(
            one_page(autoRun=False),
            label="create-pending",
        )
        await session.service.stop()
        await session.service.start()
        await deleted.status(label="deleted-before")
        await pending.status(label="pending-before")

    def judge(self, transcript: Transcript) -> None:
        """Look for 404 for both."""
        expect_error(transcript["deleted-before"], 404, UNKNOWN_OR_DELETED)
        expect_error(transcript["pending-before"], 404, UNKNOWN_OR_DELETED)


async def _ask_every_path(session: Session, path: str) -> None:
    for number, (method, below, body) in enumerate(JOB_PATHS, start=1):
        label = f"path-{number}"
        if body is None:
            await session.http(method, path + below, label=label)
        else:
            await session.http(method, path + below, label=label, json=body)


async def _make_and_delete(session: Session, count: int) -> int:
    """Make and delete up to `count` jobs, and return how many they were.

    Each sound scanner takes its share. Of the exchanges the last pairs are kept.
    """
    recorder, made = session.recorder, 0
    end_s = recorder.now() + pace.scaled(PATIENCE_S)

    async def keep_busy(role: str) -> None:
        nonlocal made
        create, delete = f"create-more-{role}", f"delete-more-{role}"
        while made < count and recorder.now() < end_s:
            made += 1
            recorder.drop(create)
            recorder.drop(delete)
            body = one_page(autoRun=False)
            job = await session.create_job(body, role=role, label=create)
            await job.delete(label=delete)

    async with asyncio.TaskGroup() as tasks:
        for role in _sound_roles(session):
            tasks.create_task(keep_busy(role))
    session.fact("more jobs", made)
    return made


def _sound_roles(session: Session) -> tuple[str, ...]:
    """Return a role for each scanner that can be used."""
    devices = session.target.devices
    roles = {devices[role].device: role for role in devices if role not in FAULTY_ROLES}
    return tuple(roles.values())
