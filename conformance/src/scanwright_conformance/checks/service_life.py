"""Checks of a service's beginning and end: stop, second start, start after a crash."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.server import SERVER
from scanwright_conformance.expect import expect_status
from scanwright_conformance.judgement import Mismatch

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

END_S: Final = 5.0


@check("SERVICE-stop-complete", deadline_s=90)
class StopComplete(Check):
    """An orderly stop leaves nothing: no process, no open port, no temporary file."""

    async def stimulate(self, session: Session) -> None:
        """Stop it, try its ports, and start it again."""
        addresses = {
            port.value: urlsplit(url)
            for port, url in session.target.addresses.urls.items()
        }
        await session.machine.processes(label="before")
        await session.service.stop()
        session.fact("ports", sorted(addresses))
        for name, address in addresses.items():
            host, number = address.hostname or "127.0.0.1", address.port or 80
            await session.connect(host, number, label=f"port {name}")
        await session.service.start()

    def judge(self, transcript: Transcript) -> None:
        """Look at what was left, and at how long it took."""
        if not transcript.fact("before"):
            raise Mismatch("processes before the stop", "none", "before")
        stop = transcript.fact("stop")
        if not stop["is_by_itself"] or stop["seconds"] > END_S:
            wanted = f"an end within {END_S:g} s"
            raise Mismatch(wanted, f"{stop['seconds']:.2f} s", "stop")
        for what in ("left", "temporary"):
            if stop[what]:
                raise Mismatch("nothing to be left", _listed(stop[what]), "stop")
        for name in transcript.fact("ports"):
            if transcript.fact(f"port {name}"):
                raise Mismatch(f"{name} closed", "it is open", f"port {name}")


@check("SERVICE-one-instance", deadline_s=60)
class OneInstance(Check):
    """A second service on the same home gives way to the first."""

    async def stimulate(self, session: Session) -> None:
        """Start it beside itself, and ask the first one."""
        session.fact("home", str(session.home.path))
        await session.service.start_second(label="second")
        await session.http("GET", SERVER, label="first")

    def judge(self, transcript: Transcript) -> None:
        """The second must have ended with a status, and the first answer."""
        status = transcript.fact("second")
        if status is None or status == 0:
            seen = "it goes on" if status is None else "status 0"
            raise Mismatch("an end with another status than 0", seen, "second")
        expect_status(transcript["first"], 200)


@check("SERVICE-stale-lock", deadline_s=90)
class StaleLock(Check):
    """What a crash left behind keeps nobody from starting."""

    async def stimulate(self, session: Session) -> None:
        """Kill everything at once, look at what is left, and start again."""
        await session.service.kill()
        await session.home.listing(label="left")
        await session.service.start()
        await session.http("GET", SERVER, label="answer")

    def judge(self, transcript: Transcript) -> None:
        """It must answer."""
        expect_status(transcript["answer"], 200)


def _listed(value: list[Any]) -> str:
    return "; ".join(
        " ".join(map(str, each)) if isinstance(each, list) else str(each)
        for each in value
    )
