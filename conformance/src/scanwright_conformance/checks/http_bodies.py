"""Checks of JSON bodies: how they are read, and how answers carry them."""

from __future__ import annotations

import contextlib
import json
import secrets
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.server import SERVER, VERSION, kept_level, level_in
from scanwright_conformance.deadline import Expired, until
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
LOGGED_S: Final = 2.0
"""A log may be written a little later than the answer."""


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
    """Members that nobody defined are as good as absent, but for a line in the log."""

    async def stimulate(self, session: Session) -> None:
        """Add such members to a change, and to a job at every depth; read the log."""
        # A log of former runs must not count for this one.
        mark = secrets.token_hex(4)
        names = [f"change-{mark}"]
        async with kept_level(session):
            body = {"logLevel": 30, **_odd(names[0])}
            await session.http("PATCH", SERVER, label="patch", json=body)
            odd = _odd(names[0])
            await session.http("PATCH", SERVER, label="only-unknown", json=odd)
            await session.http("GET", SERVER, label="after")
            if "scanner" in session.target.capabilities:
                names += [f"{place}-{mark}" for place in ("job", "config", "caps")]
                in_job, in_config, in_caps = map(_odd, names[1:])
                config = {"Resolution": 100, **in_config}
                caps = {"exception": "fail", "capabilities": [], **in_caps}
                body = {"autoRun": False, "config": config, "caps": caps, **in_job}
                await session.create_job(body, label="job")
            if "home" in session.target.capabilities:
                session.fact("unknown", names)
                session.fact("log", await _logged(session, names))

    def judge(self, transcript: Transcript) -> None:
        """The known members must have had their effect, the others be in the log."""
        for label in ("patch", "only-unknown", "after"):
            seen = transcript[label]
            expect_equal(seen, level_in(seen), 30, what="logLevel")
        if "job" in transcript:
            created = transcript["job"]
            expect_object(created, 201)
            status = expect_member(created, "status", str)
            expect_equal(created, status, "pending", what="status")
        if "log" in transcript:
            log = "\n".join(transcript.fact("log"))
            for name in transcript.fact("unknown"):
                if name not in log:
                    raise Mismatch(f"{name} in the log", log or "none of them", "log")


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


def _odd(name: str) -> dict[str, Any]:
    """Return a member `name` that no interface defines, and another."""
    return {name: 1, "x-note": {"deep": [None]}}


async def _logged(session: Session, names: list[str]) -> list[str]:
    """Return the lines of the log that have some of `names`, once all of them have."""
    lines: list[str] = []

    async def attempt() -> bool | None:
        session.recorder.drop("log files")
        lines.clear()
        for each in await session.home.listing("log", label="log files"):
            if each["kind"] == "file":
                text = (await session.home.content(each["path"])).decode(
                    "utf-8", "replace"
                )
                lines.extend(
                    line
                    for line in text.splitlines()
                    if any(name in line for name in names)
                )
        return True if all(any(n in line for line in lines) for n in names) else None

    with contextlib.suppress(Expired):  # the judge sees what is not there
        await until(attempt, within_s=LOGGED_S)
    return lines


def _is_json(exchange: Exchange) -> bool:
    if exchange.answer is None or exchange.answer.body.size_bytes == 0:
        return False
    try:
        exchange.answer.json()
    except ValueError:
        return False
    return True
