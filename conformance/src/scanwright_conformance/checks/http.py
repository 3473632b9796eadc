"""Checks of how the service bears what no client should send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.server import SERVER
from scanwright_conformance.expect import expect_status
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.target import Port, Role

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

MALFORMED: Final = (
    b"\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
    b"GET /api/server SPDY/9\r\n\r\n",
    b"GET /api/server HTTP/1.1\r\nHost 127.0.0.1\r\n\r\n",
    b"POST /api/server HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n",
    b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
)
UNFINISHED: Final = (
    b"GET /api/ser",
    b"PATCH /api/server HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{",
)
BEFORE: Final = "processes"
AFTER: Final = "processes after"


@check("HTTP-no-crash", after=("SERVER-settings",))
class NoCrash(Check):
    """No input ends the service."""

    async def stimulate(self, session: Session) -> None:
        """Send what no client would, and an ordinary request after each."""
        can_see_main = "processes" in session.target.capabilities
        if can_see_main:
            await session.machine.processes(label=BEFORE)
        for number, data in enumerate(MALFORMED, start=1):
            # Whatever it answers to these, or nothing: the clause only says "after".
            await session.raw(data, label=f"malformed-{number}", timeout_s=1.0)
            await session.http("GET", SERVER, label=f"alive-{number}")
        for number, data in enumerate(UNFINISHED, start=len(MALFORMED) + 1):
            await session.abort(data, label=f"aborted-{number}")
            await session.http("GET", SERVER, label=f"alive-{number}")
        if "tls" in session.target.capabilities:
            for number, data in enumerate(UNFINISHED, start=1):
                label, port = f"aborted-tls-{number}", Port.API_TLS
                await session.abort(data, label=label, port=port)
                label = f"alive-tls-{number}"
                await session.http("GET", SERVER, label=label, port=port)
        if can_see_main:
            await session.machine.processes(label=AFTER)

    def judge(self, transcript: Transcript) -> None:
        """Look at the ordinary requests, and whether main is the one that it was."""
        for number in range(1, len(MALFORMED) + len(UNFINISHED) + 1):
            expect_status(transcript[f"alive-{number}"], 200)
        for alive in transcript.series("alive-tls"):
            expect_status(alive, 200)
        if BEFORE in transcript:
            # A monitor may start it so fast that no request is left without an answer.
            before, after = _mains(transcript, BEFORE), _mains(transcript, AFTER)
            if before != after:
                raise Mismatch(f"main {before} still", f"main {after}", AFTER)


def _mains(transcript: Transcript, label: str) -> list[int]:
    return [each["pid"] for each in transcript.fact(label) if each["role"] == Role.MAIN]
