"""Checks of scan processes: they come, they die alone, and they go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.expect import expect, expect_equal, expect_member
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.target import Role

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

__all__ = ["ONE_PAGE"]

ONE_PAGE: Final = {"config": {"Resolution": 100, "XferCount": 1}}
SEVERAL: Final = {"config": {"Resolution": 100, "IfFeederEnabled": True}}
FAULT_S: Final = 10.0


@check("SERVICE-scan-comes", after=("JOBS-completes",))
class ScanComes(Check):
    """A job that scans has a process that scans."""

    async def stimulate(self, session: Session) -> None:
        """Scan, and look at what runs."""
        job = await session.create_job(ONE_PAGE)
        await session.machine.until_running(Role.SCAN, label="process")
        await job.until("completed", "faulted")

    def judge(self, transcript: Transcript) -> None:
        """It must have been there."""
        transcript.fact("process")


@check("SERVICE-arguments-scan", after=("SERVICE-scan-comes",))
class ScanArguments(ScanComes):
    """A scan process is known by its arguments."""

    def judge(self, transcript: Transcript) -> None:
        """Look for the first argument, and for the channel."""
        arguments = transcript.fact("process")["arguments"]
        if len(arguments) < 2 or arguments[0] != "-scan":
            raise Mismatch("-scan and a channel", " ".join(arguments), "process")


@check("SERVICE-scan-crash", after=("SERVICE-scan-comes",), deadline_s=90)
class ScanCrash(Check):
    """A scan process that dies takes its job along, and nothing else."""

    async def stimulate(self, session: Session) -> None:
        """Kill what scans for a job on the slow scanner, and scan there again."""
        machine = session.machine
        before = {
            process.pid: process for process in await machine.processes(label="before")
        }
        job = await session.create_job(SEVERAL, role="slow")
        await job.until("running", label="scans")
        main = await machine.until_running(Role.MAIN, label="main before")
        scanning = [
            process
            for process in await machine.processes(label="scanning")
            if process.role is Role.SCAN
        ]
        fresh = [process for process in scanning if process.pid not in before]
        for number, process in enumerate(fresh or scanning):
            await machine.signal(process, "SIGKILL", label=f"kill {number}")
        await job.until("faulted", "completed", "canceled", within_s=FAULT_S)
        await machine.until_running(Role.MAIN, label="main after")
        session.fact("main is", main.pid)
        again = await session.create_job(ONE_PAGE, label="again", role="slow")
        await again.until("completed", "faulted", label="again-ended")

    def judge(self, transcript: Transcript) -> None:
        """The job is faulted, main is the same, and the next job completes."""
        if "kill 0" not in transcript:
            raise Mismatch("a scan process to kill", "none", "scanning")
        ended = transcript["ended"]
        status = expect_member(ended, "status", str)
        expect_equal(ended, status, "faulted", what="status")
        code = expect_member(ended, "code", int)
        expect(ended, code < 0, "a code below 0", code)
        now, before = transcript.fact("main after")["pid"], transcript.fact("main is")
        if now != before:
            raise Mismatch(f"main {before} still", f"main {now}", "main after")
        again = transcript["again-ended"]
        status = expect_member(again, "status", str)
        expect_equal(again, status, "completed", what="status")
