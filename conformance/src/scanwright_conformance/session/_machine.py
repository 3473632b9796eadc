"""The processes of the target in the hands of a stimulus: seen, signalled, awaited."""

from __future__ import annotations

import asyncio
import os
import signal as signals
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from scanwright_conformance.deadline import Expired, until
from scanwright_conformance.session._means import require
from scanwright_conformance.session._recorder import Stopped
from scanwright_conformance.target import (
    Process,
    Role,
    Unsupported,
    cast,
    processes_in,
    read_limits,
    read_report,
    send_signal,
)
from scanwright_conformance.transcript import Fact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanwright_conformance.session._recorder import Recorder
    from scanwright_conformance.target import Limit, Target

__all__ = ["Machine"]


class Machine:
    """What runs for the target. Facts have a process as `_as_json` makes it."""

    def __init__(self, recorder: Recorder, target: Target) -> None:
        self._recorder = recorder
        self._target = target
        self._signalled: dict[tuple[int, int], int] = {}

    async def processes(self, *, label: str) -> tuple[Process, ...]:
        """Record the processes that run now."""
        started = self._recorder.now()
        processes = await self._processes()
        self._recorder.add(Fact(label, list(map(_as_json, processes)), started))
        return processes

    async def report(self, member: str, *, label: str) -> Any:
        """Record what the host's report says under `member`."""
        report = await self._report()
        if member not in report:
            raise Unsupported(f"the host's report has no {member!r}")
        self._recorder.add(Fact(label, report[member], self._recorder.now()))
        return report[member]

    async def until_running(
        self,
        role: Role,
        *,
        label: str,
        instead_of: Process | None = None,
        within_s: float = 10.0,
    ) -> Process:
        """Wait for a process in `role`, another one than `instead_of`; record it.

        Who takes the place of one that was killed began after that: a child that this
        one just forked still has its command line. Stopped when none comes.
        """
        started = self._recorder.now()
        former = instead_of and (instead_of.pid, instead_of.started)
        since = self._signalled.get(former, 0) if former else 0

        async def attempt() -> Process | None:
            for each in await self._processes():
                is_another = (each.pid, each.started) != former
                if each.role is role and is_another and each.started >= since:
                    return each
            return None

        try:
            process = await until(attempt, within_s=within_s)
        except Expired:
            which = "another " if instead_of else ""
            raise Stopped(f"no {which}{role.value} within {within_s:g} s") from None
        value = {**_as_json(process), "at_s": self._recorder.now()}
        self._recorder.add(Fact(label, value, started))
        return process

    async def until_limited(
        self, role: Role, most: Mapping[str, int], *, label: str, within_s: float
    ) -> None:
        """Wait for a process in `role` with these limits, or lower ones.

        One that has only begun may have none yet. Recorded is the process, and its
        `limits` by their names: also of who was there last without them. Stopped when
        there was nobody.
        """
        started = self._recorder.now()
        if self._target.report:
            raise Unsupported("a report does not tell the limits of processes")
        last: dict[str, Any] = {}

        async def attempt() -> bool | None:
            for each in await self._processes():
                if each.role is role and (limits := read_limits(each)):
                    told = {name: asdict(limit) for name, limit in limits.items()}
                    last.update({**_as_json(each), "limits": told})
                    if _are_within(limits, most):
                        return True
            return None

        try:
            await until(attempt, within_s=within_s)
        except Expired:
            if not last:
                raise Stopped(f"no {role.value} within {within_s:g} s") from None
        finally:
            if last:  # the judge sees by the record which limits are higher
                self._recorder.add(Fact(label, last, started))

    async def until_none(self, role: Role, *, label: str, within_s: float) -> None:
        """Wait until no process is in `role`; record those that stay."""
        started = self._recorder.now()
        last: list[dict[str, Any]] = []

        async def attempt() -> bool | None:
            last[:] = [_as_json(p) for p in await self._processes() if p.role is role]
            return None if last else True

        try:
            await until(attempt, within_s=within_s)
        except Expired:
            pass  # the judge sees by the record that they stayed
        finally:
            self._recorder.add(Fact(label, list(last), started))

    async def signal(self, process: Process, name: str, *, label: str) -> None:
        """Send the signal `name`; unless it is SIGSTOP wait for the process to end."""
        number = signals.Signals[name]
        if self._target.report:
            raise Unsupported("the target's processes are out of reach")
        self._signalled[process.pid, process.started] = _ticks()
        if not send_signal(process, number):
            raise Stopped(f"{process.role.value} {process.pid} is gone")
        value = {**_as_json(process), "signal": name, "at_s": self._recorder.now()}
        self._recorder.add(Fact(label, value, self._recorder.now()))
        if number is not signals.SIGSTOP:
            await self._until_gone(process)

    async def _until_gone(self, process: Process) -> None:
        async def attempt() -> bool | None:
            there = {(each.pid, each.started) for each in await self._processes()}
            return None if (process.pid, process.started) in there else True

        try:
            await until(attempt, within_s=10.0)
        except Expired:
            raise Stopped(f"{process.role.value} {process.pid} does not end") from None

    async def _processes(self) -> tuple[Process, ...]:
        require(self._target, "processes")
        if self._target.report:
            return cast(processes_in(await self._report()))
        control = self._target.control
        if control is None:
            raise Unsupported("the target's processes are not known")
        return await asyncio.to_thread(control.processes)

    async def _report(self) -> Mapping[str, Any]:
        if not self._target.report:
            raise Unsupported("the target's description names no report")
        return await read_report(self._target.report)


def _ticks() -> int:
    """Return the time since the machine's start, as it tells that of processes."""
    seconds = time.clock_gettime(time.CLOCK_BOOTTIME)
    return int(seconds * os.sysconf("SC_CLK_TCK"))


def _are_within(limits: Mapping[str, Limit], most: Mapping[str, int]) -> bool:
    """Tell whether each limit that is named in `most` is there, and no higher."""
    return all(
        value is not None and value <= highest
        for name, highest in most.items()
        for value in (limits[name].soft, limits[name].hard)
    )


def _as_json(process: Process) -> dict[str, Any]:
    return {
        "role": process.role.value,
        "pid": process.pid,
        "parent": process.parent,
        "state": process.state,
        "user": process.user,
        "command": list(process.command),
        "arguments": list(process.arguments),
    }
