"""Checks of the Origin header: which pages may call, and what the others get."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks._secret_jobs import forbidden_job, try_scanner
from scanwright_conformance.checks.server import (
    SERVER,
    VERSION,
    kept_level,
    level_in,
    set_level,
)
from scanwright_conformance.expect import (
    expect,
    expect_answer,
    expect_equal,
    expect_error,
    expect_header,
    expect_status,
)
from scanwright_conformance.session import JOBS
from scanwright_conformance.target import Unsupported

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

__all__ = ["allowed_origin", "expect_no_permission", "preflight_headers"]

ALLOW_ORIGIN: Final = "Access-Control-Allow-Origin"

# One request for each kind of answer; the last are refused for other reasons.
REQUESTS: Final = (
    ("GET", VERSION),
    ("GET", SERVER),
    ("GET", "/api/device/scanners?type=none"),
    ("GET", f"{JOBS}/none"),
    ("GET", "/api/no/such/path"),
    ("PUT", SERVER),
)
LARGE: Final = 5 * 1024 * 1024
"""A body that a service may refuse before it looks at anything else."""
ANY_ORIGINS: Final = (
    "https://any.example.test",
    "http://any.example.test:8080",
    "http://localhost:3000",
    "null",
)


@check("ORIGIN-allowed")
class Allowed(Check):
    """Every answer to an allowed origin says that it may be read."""

    async def stimulate(self, session: Session) -> None:
        """Send each kind of request, and a preflight, from each allowed origin."""
        allowed_origin(session)
        for number, origin in enumerate(session.target.origins.allowed, start=1):
            await _ask_all(session, origin, label=f"origin-{number}")
            label = f"preflight-{number}"
            headers = preflight_headers(origin, "PATCH")
            await session.http("OPTIONS", SERVER, label=label, headers=headers)
            await session.http(
                "PATCH",
                SERVER,
                label=f"large-{number}",
                headers={"Origin": origin},
                body=b" " * LARGE,
            )
        session.fact("origins", list(session.target.origins.allowed))

    def judge(self, transcript: Transcript) -> None:
        """Look at the headers of every answer."""
        for number, origin in enumerate(transcript.fact("origins"), start=1):
            for request in range(1, len(REQUESTS) + 1):
                _expect_allowed(transcript[f"origin-{number}-{request}"], origin)
            _expect_allowed(transcript[f"preflight-{number}"], origin)
            # Who hangs up on it gives no answer that a page could read.
            large = transcript[f"large-{number}"]
            if large.answer is not None:
                _expect_allowed(large, origin)


@check("ORIGIN-default-open", after=("ORIGIN-allowed",))
class DefaultOpen(Check):
    """Without an allow list every origin is an allowed one."""

    async def stimulate(self, session: Session) -> None:
        """Ask from origins that nobody has told the target of."""
        for number, origin in enumerate(ANY_ORIGINS, start=1):
            label = f"origin-{number}"
            headers = {"Origin": origin}
            await session.http("GET", VERSION, label=label, headers=headers)

    def judge(self, transcript: Transcript) -> None:
        """Look for the permission in each answer."""
        for number, origin in enumerate(ANY_ORIGINS, start=1):
            answer = transcript[f"origin-{number}"]
            expect_status(answer, 200)
            _expect_allowed(answer, origin)


@check("ORIGIN-foreign-refused", after=("ORIGIN-allowed",))
class ForeignRefused(Check):
    """No answer to a foreign origin says that it may be read."""

    async def stimulate(self, session: Session) -> None:
        """Send each kind of request from a foreign origin, and from a lookalike."""
        await _ask_all(session, session.target.origins.foreign, label="foreign")
        lookalike = f"{allowed_origin(session)}.foreign.example.test"
        await _ask_all(session, lookalike, label="lookalike")

    def judge(self, transcript: Transcript) -> None:
        """Look for the permission in vain."""
        for number in range(1, len(REQUESTS) + 1):
            for label in ("foreign", "lookalike"):
                expect_no_permission(transcript[f"{label}-{number}"])


@check("ORIGIN-foreign-no-effect", after=("SERVER-log-level", "JOBS-lock-pending"))
class ForeignNoEffect(Check):
    """A foreign origin is refused before anything happens."""

    async def stimulate(self, session: Session) -> None:
        """Read, change and create from a foreign origin; look what came of it."""
        headers = {"Origin": session.target.origins.foreign}
        await session.http("GET", VERSION, label="read", headers=headers)
        async with kept_level(session):
            await set_level(session, 0, label="set")
            change = {"logLevel": 30}
            await session.http(
                "PATCH", SERVER, label="change", headers=headers, json=change
            )
            await session.http("GET", SERVER, label="after")
        # A page can send this without a preflight.
        headers |= session.licence | {"Content-Type": "text/plain"}
        body = forbidden_job(session)
        await session.http("POST", JOBS, label="job", headers=headers, json=body)
        if "scanner" in session.target.capabilities:
            await try_scanner(session, label="next-job")

    def judge(self, transcript: Transcript) -> None:
        """Everything must be refused, nothing changed, and the scanner free."""
        for label in ("read", "change", "job"):
            expect_error(transcript[label], 403, -2137)
        after = transcript["after"]
        expect_equal(after, level_in(after), 0, what="logLevel still")
        if "next-job" in transcript:
            expect_status(transcript["next-job"], 201)


def allowed_origin(session: Session) -> str:
    """Return an origin that may call, or raise Unsupported."""
    if not session.target.origins.allowed:
        raise Unsupported("the target's description names no allowed origin")
    return session.target.origins.allowed[0]


def preflight_headers(origin: str, method: str) -> dict[str, str]:
    """Return what a browser sends before it sends `method` for a page of `origin`."""
    return {
        "Origin": origin,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "content-type,dwt-product-key",
    }


def expect_no_permission(exchange: Exchange) -> None:
    """Object when the answer lets any page read it."""
    seen = expect_answer(exchange).header(ALLOW_ORIGIN)
    expect(exchange, seen is None, f"no {ALLOW_ORIGIN}", f"{ALLOW_ORIGIN}: {seen}")


async def _ask_all(session: Session, origin: str, *, label: str) -> None:
    headers = {"Origin": origin}
    for number, (method, path) in enumerate(REQUESTS, start=1):
        await session.http(method, path, label=f"{label}-{number}", headers=headers)


def _expect_allowed(exchange: Exchange, origin: str) -> None:
    seen = expect_header(exchange, ALLOW_ORIGIN)
    wanted = f"{ALLOW_ORIGIN}: {origin} or *"
    expect(exchange, seen in {origin, "*"}, wanted, f"{ALLOW_ORIGIN}: {seen}")
    if seen == origin:
        varies = expect_header(exchange, "Vary")
        names = {name.strip().lower() for name in varies.split(",")}
        expect(exchange, "origin" in names, "Vary: Origin", f"Vary: {varies}")
