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
    read_processes,
)
from scanwright_conformance.target._model import StartFailed

__all__ = ["HOME", "Belongings", "kill_group", "last_lines", "text_of"]

HOME: Final = "{home}"
"""In the words of a command it stands for the folder of the service's files."""
LAST_WORDS_S: Final = 1.0
"""How long a process may outlive the command that started it."""
PR_SET_PDEATHSIG: Final = 1
LAST_LINES: Final = 8
TEXT_LIMIT: Final = 1024 * 1024

Identity = tuple[int, int]


class Belongings:
    """The folder and the processes of one target."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = dict(environment or {})
        self._family = Family()
        self._announced = 0
        self._outsider = 0
        self._folder = Path()

    def make(self) -> None:
        """Make the folder."""
        # Short, for there are sockets below it, whose paths have 108 bytes at most.
        self._folder = Path(mkdtemp(prefix="swc-"))
        self.temporary.mkdir()

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self._folder, ignore_errors=True)

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
    ) -> asyncio.subprocess.Process:
        """Run `command` in a session of its own; it ends when the suite is killed."""
        return await asyncio.create_subprocess_exec(
            *(word.replace(HOME, str(home)) for word in command),
            stdin=standard_input,
            stdout=output,
            stderr=errors,
            limit=TEXT_LIMIT,
            start_new_session=True,
            preexec_fn=_die_with_parent,
            env={**os.environ, **self._environment, "TMPDIR": str(self.temporary)},
        )

    def found(self, root: int, *, announced: int, is_outsider: bool = False) -> None:
        """Learn of which processes the target's descend, and which one main is.

        An adapter is the root of them, and an outsider: no process of the target.
        All of them are killed in the end, so the suite and whoever it descends from
        cannot be one: StartFailed.
        """
        if announced in _own_line():
            raise StartFailed(
                f"it announces the process {announced}, from which the suite descends; "
                "'pid' must be that of the service's main process"
            )
        self._family = Family(root, announced)
        self._announced = announced
        self._outsider = root if is_outsider else 0
        self._members()  # to know them again, whatever number comes later

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
        return {(each.pid, each.started) for each in self._members()}

    async def outliving(self, before: set[Identity]) -> tuple[Process, ...]:
        """Give those `before` a last second, and return who runs even after it."""
        left: tuple[Process, ...] = ()

        async def attempt() -> bool | None:
            nonlocal left
            left = tuple(
                each for each in self._members() if (each.pid, each.started) in before
            )
            return None if left else True

        with contextlib.suppress(Expired):
            await until(attempt, within_s=LAST_WORDS_S)
        return left

    def end_all(self) -> None:
        """Kill what runs of the target, and forget who main was."""
        for each in self._members():
            with contextlib.suppress(ProcessLookupError):
                os.kill(each.pid, signal.SIGKILL)
        self._announced = 0

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


def _own_line() -> frozenset[int]:
    return ancestry(os.getpid(), read_processes())


_libc = ctypes.CDLL(None)


def _die_with_parent() -> None:
    """Runs in the child: SIGTERM for it when the suite is killed."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
