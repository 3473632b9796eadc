"""Checks of the four ports."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.server import VERSION
from scanwright_conformance.expect import (
    expect,
    expect_equal,
    expect_member,
    expect_object,
    expect_status,
)
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.target import Port, Unsupported

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

PENDING: Final = {"autoRun": False}


@check("PORTS-core-http")
class CoreHttp(Check):
    """The interface answers over HTTP."""

    async def stimulate(self, session: Session) -> None:
        """Ask the core port for the version."""
        await session.http("GET", VERSION, label="version")

    def judge(self, transcript: Transcript) -> None:
        """Look at the scheme and at the answer."""
        answer = transcript["version"]
        expect_equal(answer, urlsplit(answer.request.url).scheme, "http", what="scheme")
        _version(answer)


@check("PORTS-core-tls", after=("PORTS-core-http", "JOBS-status"))
class CoreTls(Check):
    """The interface answers over HTTPS, with the same jobs."""

    async def stimulate(self, session: Session) -> None:
        """Ask both ports for the version, and each for a job made by the other."""
        await session.http("GET", VERSION, label="plain")
        await session.http("GET", VERSION, label="tls", port=Port.API_TLS)
        if "scanner" not in session.target.capabilities:
            return
        job = await session.create_job(PENDING, label="by-tls", port=Port.API_TLS)
        await job.status(label="by-tls-seen")
        await job.delete(label="by-tls-deleted")
        job = await session.create_job(PENDING, label="by-plain")
        await session.http("GET", job.path, label="by-plain-seen", port=Port.API_TLS)

    def judge(self, transcript: Transcript) -> None:
        """Compare the versions, and look for the jobs."""
        answer = transcript["tls"]
        expect_equal(
            answer, urlsplit(answer.request.url).scheme, "https", what="scheme"
        )
        plain = _version(transcript["plain"])
        expect_equal(answer, _version(answer), plain, what="version")
        for label in ("by-tls", "by-plain"):
            if label in transcript:
                expect_status(transcript[f"{label}-seen"], 200)


@check("PORTS-manager-http")
class ManagerHttp(Check):
    """The manager port has a page for people."""

    port = Port.MANAGER

    async def stimulate(self, session: Session) -> None:
        """Open the page."""
        await session.http("GET", "/", label="page", port=self.port)

    def judge(self, transcript: Transcript) -> None:
        """Look for HTML."""
        page = transcript["page"]
        answer = expect_status(page, 200)
        media_type = _media_type(answer.header("Content-Type"))
        expect_equal(page, media_type, "text/html", what="media type")
        expect(page, answer.body.size_bytes > 0, "a page", "an empty body")


@check("PORTS-manager-tls")
class ManagerTls(ManagerHttp):
    """The manager TLS port has it too."""

    port = Port.MANAGER_TLS


@check("PORTS-core-only-rest", after=("PORTS-manager-http",))
class CoreOnlyRest(Check):
    """The manager ports have no REST interface."""

    async def stimulate(self, session: Session) -> None:
        """Ask the manager ports for the version."""
        await session.http("GET", VERSION, label="plain", port=Port.MANAGER)
        if "tls" in session.target.capabilities:
            await session.http("GET", VERSION, label="tls", port=Port.MANAGER_TLS)

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusals."""
        expect_status(transcript["plain"], 404)
        if "tls" in transcript:
            expect_status(transcript["tls"], 404)


@check("PORTS-loopback-only")
class LoopbackOnly(Check):
    """Nobody outside of this machine can connect."""

    async def stimulate(self, session: Session) -> None:
        """Connect to each port by each address that this machine has outside."""
        outside = await asyncio.to_thread(lambda: sorted(set(_outside_addresses())))
        if not outside:
            raise Unsupported("this machine has no address but those of the loopback")
        ports = {
            port.value: urlsplit(url)
            for port, url in session.target.addresses.urls.items()
        }
        session.fact("outside", outside)
        session.fact("ports", sorted(ports))
        for name, address in ports.items():
            number = address.port or 80
            await session.connect(
                address.hostname or "127.0.0.1", number, label=f"inside {name}"
            )
            for host in outside:
                await session.connect(host, number, label=f"{host} {name}")

    def judge(self, transcript: Transcript) -> None:
        """Each port must be open inside, and closed outside."""
        for name in transcript.fact("ports"):
            label = f"inside {name}"
            if not transcript.fact(label):
                raise Mismatch(f"{name} to be open inside", "it is closed", label)
            for host in transcript.fact("outside"):
                label = f"{host} {name}"
                if transcript.fact(label):
                    raise Mismatch(f"{name} closed to {host}", "it is open", label)


def _version(exchange: Exchange) -> str:
    expect_object(exchange, 200)
    return expect_member(exchange, "version", str)


def _media_type(content_type: str | None) -> str:
    return (content_type or "none").partition(";")[0].strip().lower()


def _outside_addresses() -> Iterator[str]:
    """Yield this machine's own addresses that others could reach it by."""
    # Nothing is sent: connecting a datagram socket only chooses the source address.
    # 192.0.2.1 and 2001:db8::1 are for documentation (RFC 5737, RFC 3849).
    for family, far in (
        (socket.AF_INET, "192.0.2.1"),
        (socket.AF_INET6, "2001:db8::1"),
    ):
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((far, 9))
                found = [probe.getsockname()[0]]
        except OSError:
            continue
        yield from filter(_is_outside, found)
    try:
        named = socket.getaddrinfo(socket.gethostname(), None)
    except OSError:
        return
    for *_, address in named:
        if isinstance(address[0], str) and _is_outside(address[0]):
            yield address[0]


def _is_outside(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    return not (parsed.is_loopback or parsed.is_link_local or parsed.is_unspecified)
