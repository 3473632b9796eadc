"""The processes of a target: found in /proc, told apart by their arguments.

What belongs to the target is what descends from its start command or from the process
that it announced, what is in their session, and what was seen to belong once: a parent
that dies takes nobody out of the family.
"""

from __future__ import annotations

import os
import pwd
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

__all__ = [
    "Family",
    "Limit",
    "Process",
    "Role",
    "ancestry",
    "cast",
    "read_limits",
    "read_marked",
    "read_processes",
    "send_signal",
    "user_name",
]

PROC: Final = Path("/proc")
LONGEST: Final = 4096
"""Bytes of a line of `stat` at most."""

LIMIT: Final = re.compile(r"Max (.+?) +(\d+|unlimited) +(\d+|unlimited)\b")
"""A line of `limits`: name, soft, hard."""

ENDED: Final = frozenset({"Z", "X"})
"""States of a process that only waits for its parent to notice that it ended."""


class Role(StrEnum):
    """What a process is within a service."""

    MAIN = "main"
    MONITOR = "monitor"
    HELPER = "certificate helper"
    SCAN = "scan process"
    ADDON = "add-on process"
    OTHER = "other"


ARGUMENTS: Final = {
    "-asmonitor": Role.MONITOR,
    "-certcheck": Role.HELPER,
    "-scan": Role.SCAN,
    "-addon": Role.ADDON,
}
"""The arguments that tell a role, in small letters."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What a process may take at most, in the kernel's unit; None is without end."""

    soft: int | None
    hard: int | None


@dataclass(frozen=True, slots=True)
class Process:
    """A process that runs. `started` tells two apart that had the same number."""

    pid: int
    parent: int
    session: int
    started: int
    state: str
    user: str
    command: tuple[str, ...]
    role: Role = Role.OTHER

    @property
    def program(self) -> tuple[str, ...]:
        """The words before its arguments: an interpreter may be among them."""
        return self.command[: self._place]

    @property
    def arguments(self) -> tuple[str, ...]:
        """The words from the one that tells its role on; else all but the first."""
        return self.command[self._place :]

    @property
    def _place(self) -> int:
        for place, word in enumerate(self.command):
            if word.lower() in ARGUMENTS:
                return place
        return 1


class Family:
    """The processes of one target, over its whole life.

    Numbers are used again: a stranger who got that of a root is not taken for it, and
    a root that is not there at the first look never comes.
    """

    def __init__(self, *roots: int) -> None:
        self._roots = {root for root in roots if root}
        self._started: dict[int, int | None] = {}
        self._known: set[tuple[int, int]] = set()

    def members(self, processes: Iterable[Process]) -> tuple[Process, ...]:
        """Return those of `processes` that belong, in the order of their numbers."""
        candidates = {process.pid: process for process in processes}
        roots = frozenset(self._true_roots(candidates))
        found = {
            process.pid: process
            for process in candidates.values()
            if process.pid in roots
            or process.session in roots
            or (process.pid, process.started) in self._known
        }
        while more := {
            process.pid: process
            for process in candidates.values()
            if process.pid not in found and process.parent in found
        }:
            found |= more
        self._known |= {(each.pid, each.started) for each in found.values()}
        return tuple(found[pid] for pid in sorted(found))

    def _true_roots(self, candidates: Mapping[int, Process]) -> Iterator[int]:
        """Yield the roots that run, and those that ended and whose number is free.

        While anybody is in a session the number of its leader is not given away. So
        once a stranger has it nobody of ours is in the session any more.
        """
        for root in tuple(self._roots):
            there = candidates.get(root)
            started = there.started if there else None
            first = self._started.setdefault(root, started)
            if there is None or first == started:
                yield root
            else:
                self._roots.discard(root)


def cast(processes: Sequence[Process], announced: int = 0) -> tuple[Process, ...]:
    """Return `processes` with their roles.

    Main has no argument to be known by: it is the announced process, and once that is
    gone the one that runs the program of the others without an argument of theirs.
    """
    known = tuple(replace(process, role=_role_of(process)) for process in processes)
    main = _main_of(known, announced)
    return tuple(
        replace(process, role=Role.MAIN) if process.pid == main else process
        for process in known
    )


def ancestry(pid: int, processes: Iterable[Process]) -> frozenset[int]:
    """Return `pid`, whoever it descends from, and 1: whom a target cannot be."""
    parents = {process.pid: process.parent for process in processes}
    found = {1}
    while pid and pid not in found:
        found.add(pid)
        pid = parents.get(pid, 0)
    return frozenset(found)


def read_processes() -> Iterator[Process]:
    """Yield every process of this machine; one that ends meanwhile is left out."""
    for name in os.listdir(PROC):  # noqa: PTH208 # a Path for each takes longer
        if name.isdigit():
            try:
                process = _read(int(name))
            except OSError:
                continue
            if process.state not in ENDED:
                yield process


def read_marked(mark: str) -> Iterator[Process]:
    """Yield who was started with `mark`, a NAME=value, in its environment."""
    for process in read_processes():
        try:
            environment = (PROC / str(process.pid) / "environ").read_bytes()
        except OSError:  # it ended, or is somebody's whom the suite did not start
            continue
        if mark.encode() in environment.split(b"\0"):
            yield process


def read_limits(process: Process) -> dict[str, Limit]:
    """Return the limits of a process by their names; of one that ended there are none.

    Names are as in proc(5), without the word before them: "open files".
    """
    try:
        lines = (PROC / str(process.pid) / "limits").read_text().splitlines()
        if _read(process.pid).started != process.started:
            return {}
    except OSError:
        return {}
    found = (LIMIT.match(line) for line in lines)
    return {
        each[1]: Limit(_number(each[2]), _number(each[3])) for each in found if each
    }


def send_signal(process: Process, number: int) -> bool:
    """Send `number` to a process unless it ended; return whether it was there.

    The start is looked at again: since `process` was read its number may have become
    another's.
    """
    try:
        there = _read(process.pid)
        if there.started != process.started or there.state in ENDED:
            return False
        os.kill(process.pid, number)
    except (FileNotFoundError, ProcessLookupError):
        return False
    return True


@cache
def user_name(number: int) -> str:
    """Return the name of a user as `user` of a process has it."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def _read(pid: int) -> Process:
    # All processes are read many times a second, so with few steps.
    file = os.open(f"{PROC}/{pid}/stat", os.O_RDONLY)
    try:
        # The name in the second field may have blanks and brackets of its own.
        stat = os.read(file, LONGEST).rpartition(b")")[2].split()
        user = user_name(os.fstat(file).st_uid)
    finally:
        os.close(file)
    return Process(
        pid=pid,
        parent=int(stat[1]),
        session=int(stat[3]),
        started=int(stat[19]),
        state=stat[0].decode(),
        user=user,
        command=_words(Path(f"{PROC}/{pid}/cmdline").read_bytes()),
    )


def _number(word: str) -> int | None:
    return None if word == "unlimited" else int(word)


def _words(command_line: bytes) -> tuple[str, ...]:
    """Split a command line; a title that a process gave itself is one with blanks."""
    parts = command_line.decode("utf-8", "replace").rstrip("\0").split("\0")
    return tuple(parts[0].split() if len(parts) == 1 else parts)


def _role_of(process: Process) -> Role:
    first = next(iter(process.arguments), "").lower()
    return ARGUMENTS.get(first, Role.OTHER)


def _main_of(processes: Sequence[Process], announced: int) -> int:
    """Return the number of main, 0 when it is not there."""
    others = [process for process in processes if process.role is Role.OTHER]
    if announced in {process.pid for process in others}:
        return announced
    programs = {
        process.program
        for process in processes
        if process.role in {Role.MONITOR, Role.HELPER}
    }
    for process in others:
        if any(process.command[: len(program)] == program for program in programs):
            return process.pid
    return 0
