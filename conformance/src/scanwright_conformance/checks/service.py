"""Checks of processes that replace each other: main, monitor, certificate helper."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.server import SERVER
from scanwright_conformance.expect import expect_status
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.session import Stopped
from scanwright_conformance.target import Port, Role

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

__all__ = ["expect_back_within", "settled"]

RETURN_S: Final = 5.0
THAW_S: Final = 10.0
WATCHERS: Final = (Role.MAIN, Role.MONITOR)
CORE: Final = (Port.API, Port.API_TLS)


@check("SERVICE-arguments-monitor")
class MonitorArguments(Check):
    """The monitor is known by its arguments."""

    role = Role.MONITOR
    word = "-asmonitor"
    least = 3
    """How many arguments there are at least."""

    async def stimulate(self, session: Session) -> None:
        """Wait for the process and look at what runs."""
        await session.machine.until_running(self.role, label="process")

    def judge(self, transcript: Transcript) -> None:
        """Look at the first argument, and count."""
        arguments = transcript.fact("process")["arguments"]
        if not arguments or not self._is_known_by(arguments[0]):
            raise Mismatch(f"{self.word} first", " ".join(arguments), "process")
        if len(arguments) < self.least:
            wanted = f"{self.least} arguments or more"
            raise Mismatch(wanted, " ".join(arguments), "process")

    def _is_known_by(self, argument: str) -> bool:
        return argument == self.word


@check("SERVICE-arguments-helper")
class HelperArguments(MonitorArguments):
    """The certificate helper is known by its arguments, in any letter case."""

    role = Role.HELPER
    word = "-certcheck"
    least = 2

    def _is_known_by(self, argument: str) -> bool:
        return argument.lower() == self.word


class _Deaths(Check):
    """Main, monitor and helper are killed, and main is frozen, one after the other.

    Who does not come back ends what is about it, and nothing else.
    """

    is_shared = True

    async def stimulate(self, session: Session) -> None:
        """Do it to each, and wait for those who take their places."""
        await _as_far_as_it_goes(session, self._kill_main)
        for role in (Role.MONITOR, Role.HELPER):
            await _as_far_as_it_goes(session, partial(self._kill, role=role))
        await _as_far_as_it_goes(session, self._freeze_main)

    async def _kill_main(self, session: Session) -> None:
        machine = session.machine
        await settled(session, label="settled")
        main = await machine.until_running(Role.MAIN, label="main before")
        await machine.signal(main, "SIGKILL", label="kill main")
        # raw: an HTTP client would ask again when its connection is closed on it
        line = f"GET {SERVER} HTTP/1.1\r\nHost: {session.host()}\r\n"
        data = f"{line}Connection: close\r\n\r\n".encode()
        await session.raw(data, label="between", timeout_s=15)
        await session.until_back(label="back")
        await machine.until_running(Role.MAIN, label="main after", instead_of=main)
        for port in session.target.addresses.urls:
            path = SERVER if port in CORE else "/"
            await session.http("GET", path, label=f"kept {port.value}", port=port)
        await settled(session, label="settled after main")

    async def _kill(self, session: Session, *, role: Role) -> None:
        machine = session.machine
        await machine.until_running(Role.MAIN, label=f"main before {role}")
        process = await machine.until_running(role, label=f"{role} before")
        await machine.signal(process, "SIGKILL", label=f"kill {role}")
        await machine.until_running(role, label=f"{role} after", instead_of=process)
        await session.until_back(label=f"good after {role}")
        await machine.until_running(Role.MAIN, label=f"main after {role}")

    async def _freeze_main(self, session: Session) -> None:
        machine = session.machine
        main = await machine.until_running(Role.MAIN, label="main to freeze")
        await machine.signal(main, "SIGSTOP", label="freeze main")
        await session.until_back(label="thawed")
        await settled(session, label="settled at last")


@check("SERVICE-main-returns", deadline_s=90)
class MainReturns(_Deaths):
    """A main that was killed is replaced."""

    def judge(self, transcript: Transcript) -> None:
        """Look for another main, and for its answer in time."""
        killed = transcript.fact("kill main")
        after = transcript.fact("main after")
        if after["pid"] == killed["pid"]:
            raise Mismatch("another main", f"still {killed['pid']}", "main after")
        expect_back_within(transcript["back"], killed["at_s"], RETURN_S)


@check("SERVICE-ports-kept", after=("SERVICE-main-returns",), deadline_s=90)
class PortsKept(_Deaths):
    """Who asks while there is no main waits a little, and is answered."""

    def judge(self, transcript: Transcript) -> None:
        """Look at the request in between; all went to the ports of the former main."""
        expect_status(transcript["between"], 200)
        expect_status(transcript["back"], 200)
        for port in Port:
            if (label := f"kept {port.value}") in transcript:
                expect_status(transcript[label], 200)


class _Replaced(_Deaths):
    """One of those who are not main was killed."""

    role = Role.MONITOR

    def judge(self, transcript: Transcript) -> None:
        """Look for another one in time, and for the same main."""
        killed = transcript.fact(f"kill {self.role}")
        after = transcript.fact(f"{self.role} after")
        seconds = after["at_s"] - killed["at_s"]
        if seconds > RETURN_S:
            wanted = f"another {self.role} within {RETURN_S:g} s"
            raise Mismatch(wanted, f"{seconds:.2f} s", after["role"])
        expect_status(transcript[f"good after {self.role}"], 200)
        main = transcript.fact(f"main before {self.role}")["pid"]
        now = transcript.fact(f"main after {self.role}")["pid"]
        if now != main:
            raise Mismatch(f"main {main} still", f"main {now}", f"kill {self.role}")


@check("SERVICE-monitor-returns", after=("SERVICE-main-returns",), deadline_s=90)
class MonitorReturns(_Replaced):
    """A monitor that was killed is replaced, and main is not."""


@check("SERVICE-helper-returns", after=("SERVICE-main-returns",), deadline_s=90)
class HelperReturns(_Replaced):
    """A certificate helper that was killed is replaced, and main is not."""

    role = Role.HELPER


@check("SERVICE-frozen-main-returns", after=("SERVICE-main-returns",), deadline_s=90)
class FrozenMainReturns(_Deaths):
    """A main that was stopped in mid-run answers again, itself or by another."""

    def judge(self, transcript: Transcript) -> None:
        """Look for the answer in time."""
        frozen = transcript.fact("freeze main")
        expect_back_within(transcript["thawed"], frozen["at_s"], THAW_S)


async def _as_far_as_it_goes(
    session: Session,
    part: Callable[[Session], Awaitable[None]],
) -> None:
    try:
        await part(session)
    except Stopped as reason:
        session.fact(f"stopped after {session.recorder.now():.3f} s", str(reason))


async def settled(session: Session, *, label: str) -> None:
    """Wait until those who watch over the others are there."""
    for role in WATCHERS:
        await session.machine.until_running(role, label=f"{label}: {role}")


def expect_back_within(answer: Exchange, since_s: float, limit_s: float) -> None:
    """Object when a good answer came later than `limit_s` after the time `since_s`."""
    expect_status(answer, 200)
    seconds: Any = answer.started_s + answer.seconds - since_s
    if seconds > limit_s:
        wanted = f"an answer within {limit_s:g} s"
        raise Mismatch(wanted, f"{seconds:.2f} s", answer.label)
