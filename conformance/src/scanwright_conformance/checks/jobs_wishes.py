"""What the checks of jobs and pages ask scanners for: small pages, and few of them.

Most checks are about something else than waiting: they look at jobs that have ended, so
that a service which does not wait fails only where waiting is the subject.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.session import JOBS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanwright_conformance.session import Job, Session
    from scanwright_conformance.transcript import Exchange

__all__ = [
    "ALL_PAGES",
    "DPI",
    "ENDS",
    "SLOW_S",
    "ask_for_job",
    "await_page",
    "from_feeder",
    "one_page",
    "scan",
]

ENDS: Final = ("completed", "faulted", "canceled")
DPI: Final = 100
ALL_PAGES: Final = -1
SLOW_S: Final = 40.0
"""How long a slow or failing scanner may take for one answer."""


def one_page(**members: object) -> dict[str, object]:
    """Return the creation of a job with one page from the source that is usual."""
    return {"config": {"Resolution": DPI, "XferCount": 1}, **members}


def from_feeder(pages: int, **members: object) -> dict[str, object]:
    """Return the creation of a job with `pages` of the feeder; the glass has one."""
    config = {"Resolution": DPI, "XferCount": pages, "IfFeederEnabled": True}
    return {"config": config, **members}


async def scan(
    session: Session,
    body: Mapping[str, object],
    *,
    label: str = "create",
    role: str = "scanner",
) -> Job:
    """Create a job and wait for its end, whichever it is."""
    job = await session.create_job(body, label=label, role=role)
    await job.until(*ENDS, label=f"{label}-ended", within_s=SLOW_S)
    return job


async def await_page(session: Session, job: Job, *, label: str) -> Exchange:
    """Wait until the running `job` announces a page, or says why there will be none."""
    return await session.poll(
        f"{job.path}/next-page-info",
        lambda exchange: exchange.answer is not None and exchange.answer.status != 204,
        wanted="a page",
        label=label,
        within_s=SLOW_S,
    )


async def ask_for_job(
    session: Session,
    body: Mapping[str, object],
    *,
    label: str,
    role: str = "scanner",
    timeout_s: float = 10.0,
) -> Exchange:
    """Ask for a job that may be refused; `Session.create_job` wants one that is not."""
    return await session.http(
        "POST",
        JOBS,
        label=label,
        headers=session.licence,
        json={"device": session.device(role), **body},
        timeout_s=timeout_s,
    )
