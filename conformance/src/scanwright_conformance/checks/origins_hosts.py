"""Checks of the Host header: it tells whether a name was rebound to this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.server import (
    SERVER,
    VERSION,
    kept_level,
    level_in,
    set_level,
)
from scanwright_conformance.expect import (
    expect_equal,
    expect_error,
    expect_member,
    expect_object,
    expect_status,
)
from scanwright_conformance.target import Port

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")
FOREIGN: Final = (
    "rebound.example.test",
    "192.0.2.1",
    "[2001:db8::1]",
    "localhost.example.test",
    "127.0.0.1.example.test",
    "example.test:80",
)
REQUESTS: Final = (
    ("GET", SERVER),
    ("GET", "/api/device/scanners"),
    ("DELETE", "/api/device/scanners/jobs/none"),
    ("PUT", SERVER),
    ("GET", "/api/no/such/path"),
    ("GET", "/"),
)


@check("ORIGIN-host-loopback", after=("SERVER-version",))
class HostLoopback(Check):
    """Each name of the loopback interface is served, with a port and without."""

    async def stimulate(self, session: Session) -> None:
        """Ask for the version under each name."""
        port = session.host().rpartition(":")[2]
        for name in LOOPBACK:
            for label, host in ((name, name), (f"{name} and port", f"{name}:{port}")):
                headers = {"Host": host}
                await session.http("GET", VERSION, label=label, headers=headers)

    def judge(self, transcript: Transcript) -> None:
        """Look for the version."""
        for name in LOOPBACK:
            for label in (name, f"{name} and port"):
                expect_object(transcript[label], 200)
                expect_member(transcript[label], "version", str)


@check("ORIGIN-host-foreign", after=("SERVER-log-level", "ORIGIN-host-loopback"))
class HostForeign(Check):
    """Under any other name nothing is served, whatever is asked for."""

    async def stimulate(self, session: Session) -> None:
        """Ask many things under one name, one thing under many, and change nothing."""
        rebound = {"Host": FOREIGN[0]}
        async with kept_level(session):
            await set_level(session, 0, label="set")
            await session.http(
                "PATCH",
                SERVER,
                label="change",
                headers=rebound,
                json={"logLevel": 30},
            )
            await session.http("GET", SERVER, label="after")
        for number, host in enumerate(FOREIGN, start=1):
            headers = {"Host": host}
            await session.http("GET", VERSION, label=f"host-{number}", headers=headers)
        for number, (method, path) in enumerate(REQUESTS, start=1):
            label = f"request-{number}"
            await session.http(method, path, label=label, headers=rebound)
        await session.http("HEAD", SERVER, label="head", headers=rebound)
        for number, port in enumerate(_other_ports(session), start=1):
            label = f"port-{number}"
            await session.http("GET", "/", label=label, headers=rebound, port=port)

    def judge(self, transcript: Transcript) -> None:
        """Every one must be refused, and the change not made."""
        expect_error(transcript["change"], 403, -2909)
        after = transcript["after"]
        expect_equal(after, level_in(after), 0, what="logLevel still")
        for number in range(1, len(FOREIGN) + 1):
            expect_error(transcript[f"host-{number}"], 403, -2909)
        for number in range(1, len(REQUESTS) + 1):
            expect_error(transcript[f"request-{number}"], 403, -2909)
        expect_status(transcript["head"], 403)
        for refused in transcript.series("port"):
            expect_error(refused, 403, -2909)


def _other_ports(session: Session) -> tuple[Port, ...]:
    urls = session.target.addresses.urls
    return tuple(port for port in Port if port is not Port.API and port in urls)
