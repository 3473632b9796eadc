"""Checks of JSON bodies: how they are read, and how answers carry them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.server import SERVER, VERSION, kept_level, level_in
from scanwright_conformance.expect import (
    expect,
    expect_equal,
    expect_error,
    expect_header,
    expect_member,
    expect_object,
    expect_status,
)
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.session import JOBS

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

JSON: Final = {"Content-Type": "application/json"}
CONTENT_TYPES: Final = (
    None,
    "application/json",
    "application/json; charset=utf-8",
    "text/plain",
    "application/octet-stream",
    "application/x-www-form-urlencoded",
)
MALFORMED: Final = (
    b"{",
    b'{"logLevel": 1',
    b'{"logLevel": 1} 1',
    b"{'logLevel': 1}",
    b'{"logLevel": NaN}',
    b"\xff\xfe\x00",
    b"[" * 10_000,
    b"[]",
    b'"text"',
    b"30",
    b"null",
)
LIMIT_BYTES: Final = 4 * 1024 * 1024


@check("HTTP-json-body", after=("JOBS-autorun", "JOBS-delete", "JOBS-lock-released"))
class JsonBody(Check):
    """JSON is JSON, whatever it is called."""

    async def stimulate(self, session: Session) -> None:
        """Create a pending job under each Content-Type."""
        body = {"device": session.device(), "autoRun": False}
        for number, content_type in enumerate(CONTENT_TYPES, start=1):
            headers = dict(session.licence)
            if content_type:
                headers["Content-Type"] = content_type
            created = await session.http(
                "POST",
                JOBS,
                label=f"create-{number}",
                headers=headers,
                body=json.dumps(body).encode(),
            )
            await session.job_of(created).delete(label=f"delete-{number}")

    def judge(self, transcript: Transcript) -> None:
        """A pending job shows that the body was understood."""
        for number in range(1, len(CONTENT_TYPES) + 1):
            created = transcript[f"create-{number}"]
            expect_object(created, 201)
            status = expect_member(created, "status", str)
            expect_equal(created, status, "pending", what="status")


@check("HTTP-json-answer", after=("SERVER-settings",))
class JsonAnswer(Check):
    """Answers say that they are JSON."""

    async def stimulate(self, session: Session) -> None:
        """Ask for things that are answered by an object, an array and an error."""
        await session.http("GET", SERVER, label="json-1")
        await session.http("GET", VERSION, label="json-2")
        await session.http("GET", "/api/device/scanners", label="json-3")
        await session.http("PATCH", SERVER, label="json-4", json={})
        await session.http("PATCH", SERVER, label="json-5", body=b"{")
        await session.http("GET", f"{JOBS}/none", label="json-6")
        if "scanner" in session.target.capabilities:
            job = await session.create_job({"autoRun": False}, label="json-7")
            await job.status(label="json-8")
            await job.get("/scanner/capabilities", label="json-9")

    def judge(self, transcript: Transcript) -> None:
        """Look at the Content-Type of every body that is JSON."""
        seen = [each for each in transcript.series("json") if _is_json(each)]
        if not seen:
            raise Mismatch("an answer in JSON", "none", "json-1")
        for exchange in seen:
            value = expect_header(exchange, "Content-Type")
            media_type = value.partition(";")[0].strip().lower()
            expect(
                exchange, media_type == "application/json", "application/json", value
            )


@check("HTTP-malformed-json", after=("SERVER-settings",))
class MalformedJson(Check):
    """What is no JSON object is refused where one is expected."""

    async def stimulate(self, session: Session) -> None:
        """Send what is none to the settings and to the creation of a job."""
        async with kept_level(session):
            for number, body in enumerate(MALFORMED, start=1):
                await session.http(
                    "PATCH",
                    SERVER,
                    label=f"patch-{number}",
                    headers=JSON,
                    body=body,
                )
        for number, body in enumerate(MALFORMED, start=1):
            await session.http(
                "POST",
                JOBS,
                label=f"post-{number}",
                headers=JSON | session.licence,
                body=body,
            )

    def judge(self, transcript: Transcript) -> None:
        """Every one must be refused."""
        for number in range(1, len(MALFORMED) + 1):
            expect_error(transcript[f"patch-{number}"], 400, -2113)
            expect_error(transcript[f"post-{number}"], 400, -2113)


@check("HTTP-unknown-member", after=("SERVER-log-level", "JOBS-autorun"))
class UnknownMember(Check):
    """Members that nobody defined are as good as absent."""

    async def stimulate(self, session: Session) -> None:
        """Add such members to a change, and to a job at every depth."""
        odd = {"unheardOf": 1, "x-note": {"deep": [None]}}
        async with kept_level(session):
            body = {"logLevel": 30, **odd}
            await session.http("PATCH", SERVER, label="patch", json=body)
            await session.http("PATCH", SERVER, label="only-unknown", json=odd)
            await session.http("GET", SERVER, label="after")
        if "scanner" in session.target.capabilities:
            config = {"Resolution": 100, **odd}
            caps = {"exception": "fail", "capabilities": [], **odd}
            body = {"autoRun": False, "config": config, "caps": caps, **odd}
            await session.create_job(body, label="job")

    def judge(self, transcript: Transcript) -> None:
        """The known members must have had their effect."""
        for label in ("patch", "only-unknown", "after"):
            seen = transcript[label]
            expect_equal(seen, level_in(seen), 30, what="logLevel")
        if "job" in transcript:
            created = transcript["job"]
            expect_object(created, 201)
            status = expect_member(created, "status", str)
            expect_equal(created, status, "pending", what="status")


@check("HTTP-body-limit", after=("SERVER-settings",), deadline_s=60)
class BodyLimit(Check):
    """A body that no valid request has is refused, and does no harm."""

    async def stimulate(self, session: Session) -> None:
        """Send such a body at once, and after asking whether it may come."""
        padding = "x" * LIMIT_BYTES
        body = json.dumps({"padding": padding}).encode()
        # A service may close before it has read all, and so cut off its own answer;
        # then the polite way shows it (RFC 9110 section 10.1.1).
        await session.http("PATCH", SERVER, label="at-once", headers=JSON, body=body)
        polite = JSON | {"Expect": "100-continue"}
        await session.http("PATCH", SERVER, label="asked", headers=polite, body=body)
        await session.http("GET", SERVER, label="alive")

    def judge(self, transcript: Transcript) -> None:
        """Whatever was answered must be the refusal, with an error object."""
        sent = [transcript["at-once"], transcript["asked"]]
        answered = [each for each in sent if each.answer is not None]
        for exchange in answered or sent:
            expect_object(exchange, 413)
            expect_member(exchange, "code", int)
        expect_status(transcript["alive"], 200)


def _is_json(exchange: Exchange) -> bool:
    if exchange.answer is None or exchange.answer.body.size_bytes == 0:
        return False
    try:
        exchange.answer.json()
    except ValueError:
        return False
    return True
