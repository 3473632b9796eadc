"""Checks of jobTimeout: how long a job lives that nobody deletes.

A service may be late by `LATE_S`, for clocks of jobs need not be sharp; never early.
Over a slow road it may seem later than it is, so that this is stretched by the pace.
"""

from __future__ import annotations

import asyncio
import json
import math
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
from scanwright_conformance.deadline import pace
from scanwright_conformance.expect import (
    expect,
    expect_equal,
    expect_error,
    expect_member,
    expect_status,
)

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

DELETED: Final = -1034
LIFE_S: Final = 2
SHORT_S: Final = 1
LATE_S: Final = 3.0
OTHER_ENDS: Final = {
    "slow": ("slow", 2),
    "canceled": ("slow", ALL_PAGES),
    "faulted": ("jamming", ALL_PAGES),
}
"""Jobs that end otherwise, or later, than most: their scanners and pages."""


@check("JOBS-timeout-pending", after=("JOBS-autorun",))
class TimeoutPending(Check):
    """A pending job that nobody starts goes away and frees its scanner."""

    async def stimulate(self, session: Session) -> None:
        """Create a pending job with a short life, and a job once it is gone."""
        pending = one_page(autoRun=False)
        job = await session.create_job({**pending, "jobTimeout": SHORT_S})
        await job.until_gone()
        await ask_for_job(session, pending, label="next")

    def judge(self, transcript: Transcript) -> None:
        """Measure the job's life, and look for the next one."""
        gone = transcript["gone"]
        expect_error(gone, 410, DELETED)
        created = transcript["create"]
        _expect_life(gone, SHORT_S, since=created.started_s, until=_end(created))
        expect_status(transcript["next"], 201)


@check("JOBS-timeout-finished", after=("JOBS-autorun",), deadline_s=120)
class TimeoutFinished(Check):
    """The life of a job is counted from its end.

    Only on a slow scanner does a job run for longer than that life, and can be
    cancelled for sure; only on a jamming one is it faulted.
    """

    async def stimulate(self, session: Session) -> None:
        """Wait for the end of a job and for its deletion, by every kind of end."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_outlive_usual(session))
            for role in {role for role, _ in OTHER_ENDS.values()}:
                if role in session.target.devices:
                    tasks.create_task(_outlive_others(session, role, tasks))

    def judge(self, transcript: Transcript) -> None:
        """Measure the jobs' lives after their ends."""
        lives = [("create", "ended", "gone", LIFE_S)]
        lives += [
            (f"create-{kind}", f"ended-{kind}", f"gone-{kind}", SHORT_S)
            for kind in OTHER_ENDS
            if f"create-{kind}" in transcript
        ]
        for created, ended, gone, least_s in lives:
            life_s = _asked_s(transcript[created], least_s)
            expect_status(transcript[ended], 200)
            expect_error(transcript[gone], 410, DELETED)
            # it ended between the last look that saw it run and the first that did not
            running = [transcript[created], *_looks(transcript, ended)]
            _expect_life(
                transcript[gone],
                life_s,
                since=running[-1].started_s,
                until=_end(transcript[ended]),
            )


async def _outlive_usual(session: Session) -> None:
    life_s = _life_s(LIFE_S, pace.factor)
    job = await session.create_job(one_page(jobTimeout=life_s))
    await job.until(*ENDS)
    await job.until_gone()


async def _outlive_others(
    session: Session, role: str, tasks: asyncio.TaskGroup
) -> None:
    """Have jobs end in all other ways that the scanner in `role` is for."""
    for kind, (whose, pages) in OTHER_ENDS.items():
        if whose != role:
            continue
        body = from_feeder(pages, jobTimeout=_life_s(SHORT_S, pace.factor))
        job = await session.create_job(body, role=role, label=f"create-{kind}")
        if kind == "canceled":
            await job.until("running", label="running")
            await job.cancel()
        await job.until(*ENDS, label=f"ended-{kind}", within_s=SLOW_S)
        tasks.create_task(job.until_gone(label=f"gone-{kind}"))


@check(
    "JOBS-timeout-zero",
    after=("JOBS-lock-released", "JOBS-timeout-finished"),
    deadline_s=60,
)
class TimeoutZero(Check):
    """A job without a life span stays; one that has one goes before it."""

    async def stimulate(self, session: Session) -> None:
        """Finish jobs with 0, without, and with a short life; wait that one out."""
        zero = await scan(session, one_page(jobTimeout=0))
        none = await scan(session, one_page(), label="create-none")
        body = one_page(jobTimeout=SHORT_S)
        short = await scan(session, body, label="create-short")
        pending = await session.create_job(
            one_page(jobTimeout=0, autoRun=False),
            label="create-pending",
        )
        await short.until_gone()
        await zero.status(label="zero")
        await none.status(label="none")
        await pending.status(label="pending")

    def judge(self, transcript: Transcript) -> None:
        """Look for the jobs that stay."""
        for label in ("zero", "none", "pending"):
            expect_status(transcript[label], 200)
        status = expect_member(transcript["pending"], "status", str)
        expect_equal(transcript["pending"], status, "pending", what="status")


def _life_s(least_s: int, factor: float) -> int:
    """Return a life in seconds that does not pass unseen between two looks."""
    return math.ceil(least_s * factor)


def _asked_s(created: Exchange, least_s: int) -> int:
    """Return the life that the suite has asked for in a creation."""
    asked: dict[str, int] = json.loads(created.request.body or b"{}")
    return asked.get("jobTimeout", least_s)


def _expect_life(gone: Exchange, life_s: float, *, since: float, until: float) -> None:
    """Object unless a life of `life_s` that began `since`..`until` ended at `gone`."""
    longest = _end(gone) - since
    expect(gone, longest >= life_s, f"a life of {life_s:g} s", f"{longest:.2f} s")
    shortest = gone.started_s - until
    limit = life_s + LATE_S * gone.pace
    expect(gone, shortest <= limit, f"a life of {life_s:g} s", f"{shortest:.2f} s")


def _looks(transcript: Transcript, label: str) -> list[Exchange]:
    """Return the answers before `label` while the condition was waited for."""
    return [each for each in transcript.exchanges if each.label.startswith(f"{label}.")]


def _end(exchange: Exchange) -> float:
    return exchange.started_s + exchange.seconds
