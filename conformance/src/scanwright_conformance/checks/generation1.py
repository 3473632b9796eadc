"""Checks of the paths that older clients use."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks._paths import METHODS, known_paths
from scanwright_conformance.checks.devices import ALL_TYPES, SCANNERS
from scanwright_conformance.expect import (
    expect,
    expect_answer,
    expect_array,
    expect_equal,
    expect_member,
    expect_status,
    expect_within,
)
from scanwright_conformance.session import Job, Stopped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

__all__ = ["NEXT", "create_job"]

FORMER_SCANNERS: Final = "/DWTAPI/Scanners"
FORMER_JOBS: Final = "/DWTAPI/ScanJobs"
NEXT: Final = "/NextDocument"

MASKS: Final = (None, 0x100, 0x200, ALL_TYPES)
CONTENT_TYPES: Final = ("application/json", "application/text", None)
SHORT: Final = {"Resolution": 100, "XferCount": 1}
FEEDER: Final = {"Resolution": 100, "IfFeederEnabled": True}
NO_TIMEOUTS: Final = ("0", "-1", "1.5", "soon", "30s", "3601")
TIMEOUTS: Final = ("1", "3600")
BARE_ID: Final = re.compile(r"[^\s\"'{}\[\]]+")

LISTING_TIMEOUT_S: Final = 20.0
PAGE_TIMEOUT_S: Final = 20.0
# A silence of 2 seconds is to end the job; the default would take 15.
SILENCE: Final = {"timeout": "1"}
SILENCE_ENDED_S: Final = 8.0


@check("GEN1-scanners", after=("DEV-types", "DEV-default-types"), deadline_s=120)
class Scanners(Check):
    """Older clients see the same scanners, by the same mask."""

    async def stimulate(self, session: Session) -> None:
        """List with some masks here and in generation 2."""
        for number, mask in enumerate(MASKS, start=1):
            query = None if mask is None else {"type": str(mask)}
            for label, path in (("former", FORMER_SCANNERS), ("today", SCANNERS)):
                await session.http(
                    "GET",
                    path,
                    label=f"{label}-{number}",
                    query=query,
                    timeout_s=LISTING_TIMEOUT_S,
                )

    def judge(self, transcript: Transcript) -> None:
        """Compare the names, whatever their order."""
        for number in range(1, len(MASKS) + 1):
            former = transcript[f"former-{number}"]
            for index in range(len(expect_array(former))):
                expect_member(former, f"{index}.device", str)
            names = _names(transcript[f"today-{number}"])
            expect_equal(former, _names(former), names, what="scanners")


@check("GEN1-create", after=("JOBS-lock-released",), deadline_s=60)
class Create(Check):
    """A creation gives the bare id of a job that runs."""

    async def stimulate(self, session: Session) -> None:
        """Create a job under each Content-Type, and wait for its page."""
        for number, content_type in enumerate(CONTENT_TYPES, start=1):
            headers = {"Content-Type": content_type} if content_type else {}
            label = f"create-{number}"
            job = await create_job(session, SHORT, label=label, headers=headers)
            await job.get(NEXT, label=f"page-{number}", timeout_s=PAGE_TIMEOUT_S)
            await job.delete(label=f"delete-{number}")

    def judge(self, transcript: Transcript) -> None:
        """Look at the id, and for the page of a job that nobody had to start."""
        for number in range(1, len(CONTENT_TYPES) + 1):
            created = transcript[f"create-{number}"]
            answer = expect_status(created, 201)
            media_type = (answer.header("Content-Type") or "none").partition(";")[0]
            media_type = media_type.strip().lower()
            expect_equal(created, media_type, "text/plain", what="media type")
            uid = _text(created)
            is_bare = BARE_ID.fullmatch(uid) is not None
            expect(created, is_bare, "the bare id of the job", uid or "nothing")
            expect_status(transcript[f"page-{number}"], 200)


@check("GEN1-delete", after=("GEN1-create", "JOBS-create"))
class Delete(Check):
    """A deletion ends the job, and the next one can begin."""

    async def stimulate(self, session: Session) -> None:
        """Delete a job that runs, and lock its scanner at once."""
        job = await create_job(session, {"Resolution": 100})
        await job.delete()
        await session.create_job({"autoRun": False}, label="next-job")

    def judge(self, transcript: Transcript) -> None:
        """Look at both answers."""
        expect_status(transcript["delete"], 200)
        expect_status(transcript["next-job"], 201)


@check("GEN1-timeout", after=("GEN1-create", "GEN1-delete"), deadline_s=60)
class Timeout(Check):
    """The time-out is a number of seconds, and is the scanner's."""

    async def stimulate(self, session: Session) -> None:
        """Create jobs with what is none, and with both ends; let one run out."""
        for number, text in enumerate(NO_TIMEOUTS, start=1):
            query = {"timeout": text}
            await _post(session, SHORT, label=f"invalid-{number}", query=query)
        for number, text in enumerate(TIMEOUTS, start=1):
            query = {"timeout": text}
            job = await create_job(session, SHORT, label=f"valid-{number}", query=query)
            await job.delete(label=f"delete-{number}")
        if "stalling-scanner" in session.target.capabilities:
            job = await create_job(
                session,
                FEEDER,
                label="stalling",
                role="stalling",
                query=SILENCE,
            )
            await job.pages(label="silence", below=NEXT, timeout_s=PAGE_TIMEOUT_S)

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusals, and for the end of the silence."""
        for number in range(1, len(NO_TIMEOUTS) + 1):
            expect_status(transcript[f"invalid-{number}"], 400)
        for number in range(1, len(TIMEOUTS) + 1):
            expect_status(transcript[f"valid-{number}"], 201)
        if "stalling" in transcript:
            silence = transcript["silence-end"]
            status = expect_answer(silence).status
            expect(silence, status >= 400, "an error after 1 s of silence", status)
            expect_within(silence, SILENCE_ENDED_S)


@check("GEN1-method-not-allowed", after=("GEN1-create",))
class MethodNotAllowed(Check):
    """Each path refuses each method that it does not have."""

    async def stimulate(self, session: Session) -> None:
        """Try all the wrong methods on all the paths that there are now."""
        ids = {}
        if "scanner" in session.target.capabilities:
            job = await create_job(session, SHORT)
            ids["jobuid"] = quote(job.uid, safe="")
        labels = []
        for known in known_paths("/DWTAPI/", ids):
            for method in METHODS:
                if method not in known.methods:
                    labels.append(f"{method} {known.template}")
                    await session.http(method, known.path, label=labels[-1])
        session.fact("requests", labels)

    def judge(self, transcript: Transcript) -> None:
        """Every one must be refused."""
        for label in transcript.fact("requests"):
            expect_status(transcript[label], 405)


async def _post(
    session: Session,
    config: Mapping[str, Any],
    *,
    label: str,
    role: str = "scanner",
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
) -> Exchange:
    body = {
        "license": session.target.licence_key,
        "device": session.device(role),
        "config": config,
    }
    return await session.http(
        "POST",
        FORMER_JOBS,
        label=label,
        headers=headers,
        query=query,
        body=json.dumps(body).encode(),
    )


async def create_job(
    session: Session,
    config: Mapping[str, Any],
    *,
    label: str = "create",
    role: str = "scanner",
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
) -> Job:
    """Create a job that runs, or raise Stopped."""
    created = await _post(
        session, config, label=label, role=role, headers=headers, query=query
    )
    uid = _text(created)
    if created.answer is None or created.answer.status != 201 or not uid:
        raise Stopped(f"{label!r} made no job")
    return Job(session, f"{FORMER_JOBS}/{quote(uid, safe='')}", created=created)


def _text(exchange: Exchange) -> str:
    if exchange.answer is None or exchange.answer.body.data is None:
        return ""
    return exchange.answer.body.data.decode(errors="replace")


def _names(exchange: Exchange) -> list[str]:
    count = len(expect_array(exchange))
    return sorted(expect_member(exchange, f"{n}.name", str) for n in range(count))
