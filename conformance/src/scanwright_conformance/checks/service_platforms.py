"""Checks of what the published pages say about one operating system alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.service import settled
from scanwright_conformance.checks.service_scan import ONE_PAGE
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.target import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

SERVICE_ACCOUNTS: Final = frozenset({"SYSTEM", "LOCAL SYSTEM", "LOCAL SERVICE"})
GLOBAL: Final = "Global\\"


class _Settled(Check):
    """What runs while no page is open."""

    async def stimulate(self, session: Session) -> None:
        """Wait until everything runs that always does, and look at it."""
        await settled(session, label="settled")
        await session.machine.until_running(Role.HELPER, label="helper")
        await session.machine.processes(label="processes")


@check("SERVICE-windows-events")
class WindowsEvents(_Settled):
    """The monitor's events can be opened by name from every session."""

    def judge(self, transcript: Transcript) -> None:
        """Look at the two names."""
        for monitor in _in_role(transcript, Role.MONITOR):
            names = monitor["arguments"][1:3]
            if len(names) < 2 or not all(name.startswith(GLOBAL) for name in names):
                wanted = f"two names that begin with {GLOBAL}"
                raise Mismatch(wanted, " ".join(names) or "none", "processes")


@check("SERVICE-windows-account")
class WindowsAccount(_Settled):
    """Main and monitor are the system's, the certificate helper is the user's."""

    def judge(self, transcript: Transcript) -> None:
        """Look at the accounts."""
        for role in (Role.MAIN, Role.MONITOR):
            for process in _in_role(transcript, role):
                if not _is_service_account(process):
                    raise Mismatch(
                        f"{role} as Local System or Local Service",
                        process["user"],
                        "processes",
                    )
        for process in _in_role(transcript, Role.HELPER):
            if _is_service_account(process):
                wanted = "the certificate helper as the user"
                raise Mismatch(wanted, process["user"], "processes")


@check("SERVICE-windows-scan-account")
class WindowsScanAccount(Check):
    """A scan process is the user's, and has the published arguments."""

    async def stimulate(self, session: Session) -> None:
        """Scan, and look at what runs."""
        job = await session.create_job(ONE_PAGE)
        await session.machine.until_running(Role.SCAN, label="process")
        await job.until("completed", "faulted")

    def judge(self, transcript: Transcript) -> None:
        """Look at the account, and at each argument."""
        process = transcript.fact("process")
        if _is_service_account(process):
            raise Mismatch("a scan process of the user", process["user"], "process")
        words = process["arguments"]
        are_published = (
            len(words) == 6
            and words[0] == "-scan"
            and all(words[n].isdigit() for n in (2, 4))
        )
        if not are_published:
            wanted = "-scan, pipe, number, event, number, module"
            raise Mismatch(wanted, " ".join(words), "process")


@check("SERVICE-macos-account")
class MacosAccount(Check):
    """Everything runs as the user who is there."""

    async def stimulate(self, session: Session) -> None:
        """Look at what runs, and at who is there."""
        await settled(session, label="settled")
        await session.machine.processes(label="processes")
        await session.machine.report("user", label="user")

    def judge(self, transcript: Transcript) -> None:
        """Compare the accounts."""
        user = transcript.fact("user")
        for process in transcript.fact("processes"):
            if process["role"] != Role.OTHER and process["user"] != user:
                seen = f"{process['role']} as {process['user']}"
                raise Mismatch(f"all processes as {user}", seen, "processes")


@check("SERVICE-windows-installer")
class WindowsInstaller(Check):
    """The installation for all users can be rolled out."""

    suffix = ".msi"

    async def stimulate(self, session: Session) -> None:
        """Ask the host how it was installed."""
        await session.machine.report("installation", label="installation")

    def judge(self, transcript: Transcript) -> None:
        """Look for the kind of file, and whether it asked anything."""
        installation = transcript.fact("installation")
        file = str(_member(installation, "file"))
        if not file.lower().endswith(self.suffix):
            raise Mismatch(f"a {self.suffix}", file, "installation")
        if _member(installation, "is_silent") is not True:
            raise Mismatch("an installation without a question", "one", "installation")


@check("SERVICE-macos-installer")
class MacosInstaller(WindowsInstaller):
    """The installation can be rolled out."""

    suffix = ".pkg"


def _in_role(transcript: Transcript, role: Role) -> Iterator[dict[str, Any]]:
    """Yield the processes in `role`; that there is none is a mismatch."""
    found = [each for each in transcript.fact("processes") if each["role"] == role]
    if not found:
        raise Mismatch(f"a {role}", "none", "processes")
    yield from found


def _is_service_account(process: dict[str, Any]) -> bool:
    account = str(process["user"]).rpartition("\\")[2]
    return account.upper() in SERVICE_ACCOUNTS


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None
