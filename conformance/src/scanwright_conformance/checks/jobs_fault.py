"""Checks of jobs that go wrong: silent, dead, jammed and absent scanners."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.jobs_wishes import (
    ALL_PAGES,
    ENDS,
    SLOW_S,
    ask_for_job,
    from_feeder,
    one_page,
)
from scanwright_conformance.expect import (
    expect,
    expect_equal,
    expect_error,
    expect_image,
    expect_member,
    expect_object,
)
from scanwright_conformance.target import Unsupported

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

INVALID_PARAMETER: Final = -2113
SOURCE_NOT_FOUND: Final = -1003
FEEDER_JAM: Final = -1020
PATIENCE_S: Final = 2
LATE_S: Final = 6.0
"""How much later than asked for a fault may be seen; the default patience is 15 s."""

OTHER_FORMS: Final = ("no scanner", "[]", "{}")


@check(
    "JOBS-failure-timeout",
    after=("JOBS-autorun", "PAGES-info-blocks", "PAGES-cursors"),
    deadline_s=120,
)
class FailureTimeout(Check):
    """A scanner that falls silent faults its job after the time that was asked for."""

    async def stimulate(self, session: Session) -> None:
        """Watch pages come until the fault, then read what came."""
        body = from_feeder(ALL_PAGES, scannerFailureTimeout=PATIENCE_S)
        job = await session.create_job(body, role="stalling")
        async with asyncio.TaskGroup() as group:
            watch = job.pages(
                label="info",
                below="/next-page-info",
                timeout_s=SLOW_S,
            )
            group.create_task(watch)
            group.create_task(job.until(*ENDS, within_s=SLOW_S))
        await job.pages(label="page")

    def judge(self, transcript: Transcript) -> None:
        """Measure the silence, and compare the pages with those that came."""
        ended = transcript["ended"]
        status = expect_member(ended, "status", str)
        expect_equal(ended, status, "faulted", what="status")
        came = transcript.series("info")
        # a page that is told late may have come any time before
        longest = _end(ended) - transcript["create"].started_s
        wanted = f"a fault after {PATIENCE_S} s of silence"
        expect(ended, longest >= PATIENCE_S * 0.9, wanted, f"{longest:.1f} s")
        last = _end(came[-1] if came else transcript["create"])
        silence = _end(ended) - last
        limit = PATIENCE_S + LATE_S * ended.pace
        expect(ended, silence <= limit, wanted, f"{silence:.1f} s")
        pages = transcript.series("page")
        for page in pages:
            expect_image(page)
        end = transcript["page-end"]
        expect_equal(end, len(pages), len(came), what="readable pages")


@check("JOBS-fault-open", after=("JOBS-autorun", "JOBS-status"), deadline_s=120)
class FaultOpen(Check):
    """A scanner that cannot be opened gives a job that says so."""

    async def stimulate(self, session: Session) -> None:
        """Ask for a job on it, and wait for the fault."""
        asked = await ask_for_job(
            session,
            one_page(scannerFailureTimeout=5),
            label="create",
            role="dead",
            timeout_s=SLOW_S,
        )
        await session.job_of(asked).until(*ENDS, within_s=SLOW_S)

    def judge(self, transcript: Transcript) -> None:
        """Look at the job and at what it says."""
        expect_object(transcript["create"], 201)
        _expect_fault(transcript["ended"])


@check("JOBS-fault-codes", after=("JOBS-autorun", "JOBS-status"), deadline_s=120)
class FaultCodes(Check):
    """A jam has a code of its own."""

    async def stimulate(self, session: Session) -> None:
        """Scan until the jam."""
        job = await session.create_job(from_feeder(ALL_PAGES), role="jamming")
        await job.until(*ENDS, within_s=SLOW_S)

    def judge(self, transcript: Transcript) -> None:
        """Look at the code."""
        code = _expect_fault(transcript["ended"])
        expect_equal(transcript["ended"], code, FEEDER_JAM, what="code")


@check("JOBS-device-unknown", after=("JOBS-autorun", "JOBS-fault-open"), deadline_s=120)
class DeviceUnknown(Check):
    """A scanner that is not there is told from a text that is no scanner."""

    async def stimulate(self, session: Session) -> None:
        """Ask for jobs on an absent scanner, and on none."""
        for number, text in enumerate(OTHER_FORMS, start=1):
            body = one_page(device=text)
            await ask_for_job(session, body, label=f"other-{number}")
        asked = await ask_for_job(
            session,
            one_page(device=absent_twin(session.device())),
            label="absent",
            timeout_s=SLOW_S,
        )
        await session.job_of(asked).until(*ENDS, within_s=SLOW_S)

    def judge(self, transcript: Transcript) -> None:
        """Look at the refusals and at the fault."""
        for number in range(1, len(OTHER_FORMS) + 1):
            expect_error(transcript[f"other-{number}"], 400, INVALID_PARAMETER)
        expect_object(transcript["absent"], 201)
        code = _expect_fault(transcript["ended"])
        expect_equal(transcript["ended"], code, SOURCE_NOT_FOUND, what="code")


def absent_twin(device: str) -> str:
    """Return `device` with every name and address in it changed.

    Raises:
        Unsupported: It is not of the published form: nobody can tell what it says.
    """
    try:
        value = json.loads(device)
        info = value["deviceInfo"]
    except (ValueError, TypeError, KeyError):
        raise Unsupported(
            "the device strings of the target cannot be changed to an absent scanner's",
        ) from None
    return json.dumps({**value, "deviceInfo": _renamed(info), "name": _ABSENT_BASE64})


_ABSENT_BASE64: Final = base64.b64encode(b"absent").decode()


def _renamed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _renamed(each) for key, each in value.items()}
    if not isinstance(value, str):
        return value
    return _ABSENT_BASE64 if _is_base64(value) else f"{value}-absent"


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _expect_fault(ended: Exchange) -> int:
    """Return the code of a job that is faulted and says why."""
    status = expect_member(ended, "status", str)
    expect_equal(ended, status, "faulted", what="status")
    code = expect_member(ended, "code", int)
    expect(ended, code < 0, "a negative code", code)
    message = expect_member(ended, "message", str)
    expect(ended, message != "", "a message", "an empty one")
    return code


def _end(exchange: Exchange) -> float:
    return exchange.started_s + exchange.seconds
