"""Checks of whom a job belongs to: the origin that made it, and native clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.origins import allowed_origin
from scanwright_conformance.expect import (
    expect_equal,
    expect_error,
    expect_member,
    expect_status,
)
from scanwright_conformance.target import Unsupported

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanwright_conformance.session import Job, Session
    from scanwright_conformance.transcript import Transcript

BELOW: Final = (
    "",
    "/scanner/capabilities",
    "/scanner/settings",
    "/next-page-info",
    "/next-page",
    "/content?type=image/png&page=0",
)
SHORT: Final = {"autoRun": False, "config": {"Resolution": 100, "XferCount": 1}}
# A service that forgets to refuse waits here for pages: the job is pending.
REFUSAL_TIMEOUT_S: Final = 3.0
PAGE_TIMEOUT_S: Final = 20.0


@check("ORIGIN-job-bound", after=("ORIGIN-allowed", "JOBS-start"))
class JobBound(Check):
    """For another origin a job is unknown, and nothing happens to it."""

    async def stimulate(self, session: Session) -> None:
        """Try every path of one origin's pending job from another origin."""
        owner = {"Origin": allowed_origin(session)}
        stranger = {"Origin": _second_origin(session)}
        job = await session.create_job(SHORT, headers=owner)
        for below in BELOW:
            await job.get(
                below,
                label=f"get {below}",
                headers=stranger,
                timeout_s=REFUSAL_TIMEOUT_S,
            )
        body = {"status": "running"}
        await session.http(
            "PATCH", job.path, label="patch", headers=stranger, json=body
        )
        await _delete(session, job, headers=stranger, label="delete")
        await job.get("", label="after", headers=owner)
        await _delete(session, job, headers=owner, label="owner-delete")

    def judge(self, transcript: Transcript) -> None:
        """Every request must be refused, and the job pending still."""
        for label in (*(f"get {below}" for below in BELOW), "patch", "delete"):
            expect_error(transcript[label], 404, -1034)
        after = transcript["after"]
        expect_status(after, 200)
        status = expect_member(after, "status", str)
        expect_equal(after, status, "pending", what="status still")


@check("ORIGIN-job-without-origin", after=("JOBS-start", "PAGES-next"))
class JobWithoutOrigin(Check):
    """Who sends no Origin may use any job; a job without one serves all."""

    async def stimulate(self, session: Session) -> None:
        """Use a page's job as a native client, and a native client's as a page."""
        page = {"Origin": allowed_origin(session)}
        job = await session.create_job(SHORT, label="page-job", headers=page)
        await _use(session, job, headers={}, label="native")
        # Whoever may not use it must not leave it locked for the next check.
        await _delete(session, job, headers=page, label="owner-delete")
        job = await session.create_job(SHORT, label="native-job")
        await _use(session, job, headers=page, label="page")

    def judge(self, transcript: Transcript) -> None:
        """Every request must have gone well."""
        for label in ("native", "page"):
            for step in ("status", "start", "image"):
                expect_status(transcript[f"{label}-{step}"], 200)
            expect_status(transcript[f"{label}-delete"], 204)


async def _use(
    session: Session,
    job: Job,
    *,
    headers: Mapping[str, str],
    label: str,
) -> None:
    """Go through a job's life with `headers`."""
    await job.get("", label=f"{label}-status", headers=headers)
    body = {"status": "running"}
    start = f"{label}-start"
    await session.http("PATCH", job.path, label=start, headers=headers, json=body)
    await job.get(
        "/next-page",
        label=f"{label}-image",
        headers=headers,
        timeout_s=PAGE_TIMEOUT_S,
    )
    await _delete(session, job, headers=headers, label=f"{label}-delete")


async def _delete(
    session: Session,
    job: Job,
    *,
    headers: Mapping[str, str],
    label: str,
) -> None:
    await session.http("DELETE", job.path, label=label, headers=headers)


def _second_origin(session: Session) -> str:
    if len(session.target.origins.allowed) < 2:
        raise Unsupported("the target's description names no second allowed origin")
    return session.target.origins.allowed[1]
