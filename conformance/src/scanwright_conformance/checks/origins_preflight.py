"""Checks of preflights: what a browser asks before it lets a page ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks._paths import generation_2
from scanwright_conformance.checks.origins import (
    allowed_origin,
    expect_no_permission,
    preflight_headers,
)
from scanwright_conformance.checks.server import SERVER
from scanwright_conformance.expect import (
    expect,
    expect_equal,
    expect_header,
    expect_status,
)
from scanwright_conformance.session import JOBS

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

HEADERS: Final = frozenset(
    {
        "content-type",
        "dwt-product-key",
        "dwt-doc-password",
        "x-dics-license-key",
        "x-dics-doc-password",
    },
)


@check("ORIGIN-preflight", after=("ORIGIN-allowed",))
class Preflight(Check):
    """A page of an allowed origin may use each path in each of its ways."""

    async def stimulate(self, session: Session) -> None:
        """Send a preflight for every path that there is now."""
        origin = allowed_origin(session)
        paths = await generation_2(session)
        for known in paths:
            headers = preflight_headers(origin, known.methods[0])
            label = known.template
            await session.http("OPTIONS", known.path, label=label, headers=headers)
        session.fact("paths", {known.template: known.methods for known in paths})

    def judge(self, transcript: Transcript) -> None:
        """Look for the methods of each path, and for the headers of the interface."""
        for template, methods in transcript.fact("paths").items():
            answer = transcript[template]
            expect_status(answer, 200, 204)
            _expect_all(answer, "Access-Control-Allow-Methods", frozenset(methods))
            _expect_all(answer, "Access-Control-Allow-Headers", HEADERS)


@check("ORIGIN-preflight-foreign", after=("ORIGIN-preflight",))
class PreflightForeign(Check):
    """A page of a foreign origin may not."""

    async def stimulate(self, session: Session) -> None:
        """Send preflights from a foreign origin."""
        origin = session.target.origins.foreign
        for path, method in ((SERVER, "PATCH"), (JOBS, "POST")):
            headers = preflight_headers(origin, method)
            await session.http("OPTIONS", path, label=path, headers=headers)

    def judge(self, transcript: Transcript) -> None:
        """Look for the permission in vain."""
        for path in (SERVER, JOBS):
            expect_no_permission(transcript[path])


@check("ORIGIN-private-network", after=("ORIGIN-preflight",))
class PrivateNetwork(Check):
    """A page of a public site may call into this machine."""

    async def stimulate(self, session: Session) -> None:
        """Send a preflight that asks for it."""
        headers = preflight_headers(allowed_origin(session), "POST")
        headers["Access-Control-Request-Private-Network"] = "true"
        await session.http("OPTIONS", JOBS, label="preflight", headers=headers)

    def judge(self, transcript: Transcript) -> None:
        """Look for the permission."""
        name = "Access-Control-Allow-Private-Network"
        answer = transcript["preflight"]
        expect_equal(answer, expect_header(answer, name), "true", what=name)


def _expect_all(exchange: Exchange, name: str, wanted: frozenset[str]) -> None:
    """Object unless the list in header `name` has all of `wanted`, or is a star."""
    value = expect_header(exchange, name)
    listed = {item.strip().lower() for item in value.split(",")}
    missing = {item for item in wanted if item.lower() not in listed}
    holds = not missing or "*" in listed
    expect(exchange, holds, f"{name} with {', '.join(sorted(missing))}", value)
