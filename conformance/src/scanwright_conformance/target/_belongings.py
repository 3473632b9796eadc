"""What a control has while its target runs: a folder, and the processes of the target.

Everything is gone in the end: the folder is removed, and whatever runs is killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import shutil
import signal
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from scanwright_conformance.deadline import Expired, until
from scanwright_conformance.target._machine import (
    Family,
    Process,
    Role,
    ancestry,
    cast,
    read_marked,
    read_processes,
    send_signal,
    user_name,
)
from scanwright_conformance.target._model import StartFailed

__all__ = ["HOME", "Belongings", "kill_group", "last_lines", "text_of"]

HOME: Final = "{home}"
"""In the words of a command it stands for the folder of the service's files."""
LAST_WORDS_S: Final = 1.0
"""How long a process may outlive the command that started it."""
MARK: Final = "SCANWRIGHT_SECOND"
"""A variable in the environment of what must be found again when it detached."""
PR_SET_PDEATHSIG: Final = 1
LAST_LINES: Final = 8
HINT: Final = (
    "'pid' must be that of the service's main process on this machine; leave it out "
    "for a service on another machine, in a container, or of another user"
)
TEXT_LIMIT: Final = 1024 * 1024

Identity = tuple[int, int]


class Belongings:
    """The folder and the processes of one target."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = dict(environment or {})
        self._family = Family()
        self._announced = 0
        self._outsider = 0
        self._strangers: frozenset[Identity] = frozenset()
        self._folder = Path()

    def make(self) -> None:
        """Make the folder; who runs already is a stranger."""
        self.asked()
        # Short, for there are sockets below it, whose paths have 108 bytes at most.
        self._folder = Path(mkdtemp(prefix="swc-"))
        self.temporary.mkdir()

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def forget_temporary(self) -> None:
        """Remove the temporary files of those that were killed.

        Who is killed cannot clean up, nor can who would do it for them: none of these
        files may count against a later orderly stop.
        """
        for each in self.temporary.iterdir():
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each, ignore_errors=True)
            else:
                each.unlink(missing_ok=True)

    @property
    def home(self) -> Path:
        """A folder for the service's files; the service makes it."""
        return self._folder / "home"

    @property
    def temporary(self) -> Path:
        """A folder for temporary files."""
        return self._folder / "tmp"

    async def run(
        self,
        command: Iterable[str],
        *,
        home: Path | None,
        standard_input: int,
        output: int,
        errors: int,
        mark: str = "",
    ) -> asyncio.subprocess.Process:
        """Run `command` in a session of its own; it ends when the suite is killed.

        A `mark` is for `end_marked`.
        """
        marked = {MARK: mark} if mark else {}
        return await asyncio.create_subprocess_exec(
            *(word.replace(HOME, str(home)) for word in command),
            stdin=standard_input,
            stdout=output,
            stderr=errors,
            limit=TEXT_LIMIT,
            start_new_session=True,
            preexec_fn=_die_with_parent,
            env={
                **os.environ,
                **self._environment,
                "TMPDIR": str(self.temporary),
                **marked,
            },
        )

    def asked(self) -> None:
        """Take note that a start is asked for now: who runs already is a stranger."""
        self._strangers = frozenset(map(_identity, read_processes()))

    def found(self, root: int, *, announced: int, is_outsider: bool = False) -> None:
        """Learn of which processes the target's descend, and which one main is.

        An adapter is the root of them, and an outsider: no process of the target.
        All of them are killed in the end, so a process that cannot be the target's is
        refused: StartFailed. Then the root is known nevertheless.
        """
        running = tuple(read_processes())
        known = self._family.members(running)
        self._family, self._announced = Family(root), 0
        self._outsider = root if is_outsider else 0
        # The first look tells them from whoever gets one of their numbers later.
        known += self._family.members(running)
        if announced:
            self._expect_own(announced, running, known)
            self._family, self._announced = Family(root, announced), announced
            self._family.members(running)

    @property
    def announced(self) -> int:
        """The process that was said to be main, 0 for none."""
        return self._announced

    def processes(self) -> tuple[Process, ...]:
        """Return the processes that run now, with their roles."""
        return cast(self._members(), self._announced)

    def has_main(self) -> bool:
        """Whether one of them is main."""
        return any(process.role is Role.MAIN for process in self.processes())

    def identities(self) -> set[Identity]:
        """Return what tells the processes that run now from all that ever will."""
        return set(map(_identity, self._members()))

    async def outliving(self, before: set[Identity]) -> tuple[Process, ...]:
        """Give those `before` a last second, and return who runs even after it."""
        left: tuple[Process, ...] = ()

        async def attempt() -> bool | None:
            nonlocal left
            left = tuple(each for each in self._members() if _identity(each) in before)
            return None if left else True

        with contextlib.suppress(Expired):
            await until(attempt, within_s=LAST_WORDS_S)
        return left

    def end_all(self) -> None:
        """Kill what runs of the target, and forget who main was."""
        for each in self._members():
            send_signal(each, signal.SIGKILL)
        self._announced = 0

    async def end_marked(self, mark: str) -> None:
        """Kill who was run with this mark, and who descends from it, detached or not.

        Each of them may start another one meanwhile, so they are looked for until there
        is none.
        """

        async def attempt() -> bool | None:
            there = [send_signal(each, signal.SIGKILL) for each in read_marked(word)]
            return None if there else True

        word = f"{MARK}={mark}"
        with contextlib.suppress(Expired):
            await until(attempt, within_s=LAST_WORDS_S)

    def _expect_own(
        self,
        announced: int,
        running: tuple[Process, ...],
        known: tuple[Process, ...],
    ) -> None:
        """Raise StartFailed unless the announced process may be the target's."""
        is_root = os.geteuid() == 0
        problem = _objection(
            next((each for each in running if each.pid == announced), None),
            line=ancestry(os.getpid(), running),
            user="" if is_root else user_name(os.geteuid()),
            strangers=self._strangers - set(map(_identity, known)),
        )
        if problem:
            raise StartFailed(
                f"it announces the process {announced}, {problem}; {HINT}"
            )

    def _members(self) -> tuple[Process, ...]:
        running = tuple(read_processes())
        own = ancestry(os.getpid(), running)
        found = self._family.members(each for each in running if each.pid not in own)
        return tuple(each for each in found if each.pid != self._outsider)


def kill_group(process: asyncio.subprocess.Process) -> None:
    """Kill a process with its group, unless it ended: the number may be another's."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def text_of(file: int) -> str:
    """Return what was written to `file` so far; its position in the file stays."""
    return os.pread(file, TEXT_LIMIT, 0).decode("utf-8", "replace")


def last_lines(file: int) -> str:
    """Return the end of what was written to `file`, to be put behind a message."""
    start = max(0, os.fstat(file).st_size - TEXT_LIMIT)
    lines = os.pread(file, TEXT_LIMIT, start).decode("utf-8", "replace").splitlines()
    return "".join(f"\n  {line}" for line in lines[-LAST_LINES:])


def _identity(process: Process) -> Identity:
    return process.pid, process.started


def _objection(
    process: Process | None,
    *,
    line: frozenset[int],
    user: str,
    strangers: frozenset[Identity],
) -> str:
    """Return why a process cannot be the target's, "" when it may.

    `line` is whom the suite descends from, `strangers` ran before the start was asked
    for, and `user` is the one whose processes can be killed, "" for everybody's.
    """
    if process is None:
        return "which does not run here"
    if process.pid in line:
        return "from which the suite descends"
    if user and process.user != user:
        return f"which is {process.user}'s, and {user} runs the suite"
    if _identity(process) in strangers:
        return "which ran before the start was asked for"
    return ""


_libc = ctypes.CDLL(None)


def _die_with_parent() -> None:
    """Runs in the child: SIGTERM for it when the suite is killed."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
