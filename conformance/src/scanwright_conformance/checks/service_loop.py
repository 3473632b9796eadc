"""Check of a crash loop: a main that cannot live is not started without a pause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.service import expect_back_within, settled
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.session import Stopped
from scanwright_conformance.target import Role

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.target import Process
    from scanwright_conformance.transcript import Transcript

LOOP_S: Final = 5.0
MOST_STARTS: Final = 8
FORGIVEN_S: Final = 40.0


@check("SERVICE-crash-loop", after=("SERVICE-main-returns",), deadline_s=120)
class CrashLoop(Check):
    """Mains that die at once come slower and slower, and the service gets over it."""

    async def stimulate(self, session: Session) -> None:
        """Kill each main as soon as it is there, and then leave it alone."""
        await settled(session, label="settled")
        began = session.recorder.now()
        killed: list[Process] = []
        while (left_s := began + LOOP_S - session.recorder.now()) > 0:
            main = await _next_main(session, killed, within_s=left_s)
            if main is None:
                break
            await session.machine.signal(main, "SIGKILL", label=f"kill {len(killed)}")
            killed.append(main)
        session.fact("end", {"starts": len(killed), "at_s": session.recorder.now()})
        await session.until_back(label="back", within_s=FORGIVEN_S + 5)
        await settled(session, label="settled again")

    def judge(self, transcript: Transcript) -> None:
        """Count the mains, and look for the answer in time."""
        end = transcript.fact("end")
        if end["starts"] > MOST_STARTS:
            wanted = f"at most {MOST_STARTS} mains in {LOOP_S:g} s"
            raise Mismatch(wanted, f"{end['starts']}", "end")
        expect_back_within(transcript["back"], end["at_s"], FORGIVEN_S)


async def _next_main(
    session: Session,
    killed: list[Process],
    *,
    within_s: float,
) -> Process | None:
    """Return the next main to kill, None when none comes in time."""
    try:
        return await session.machine.until_running(
            Role.MAIN,
            label=f"main {len(killed)}",
            instead_of=killed[-1] if killed else None,
            within_s=within_s,
        )
    except Stopped:
        return None
