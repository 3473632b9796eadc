"""A managed target: a command that starts the service and says where it answers.

The command prints one JSON line on its standard output once everything answers, and
runs until it gets SIGINT. The line has `api` and, as far as there are any, `api_tls`,
`manager`, `manager_tls`, `ca`, `home`, and `pid`, the process that main is.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import os
import shutil
import signal
import time
from pathlib import Path
from tempfile import TemporaryFile, mkdtemp
from typing import Any, Final, Self

from scanwright_conformance.deadline import Expired, until
from scanwright_conformance.target._machine import (
    Family,
    Process,
    Role,
    cast,
    read_processes,
)
from scanwright_conformance.target._model import (
    Addresses,
    Manner,
    Port,
    StartFailed,
    Stopping,
)

__all__ = ["CommandControl"]

STOP_TIMEOUT_S: Final = 10.0
LAST_WORDS_S: Final = 1.0
"""How long a process may outlive the command that started it."""
PR_SET_PDEATHSIG: Final = 1
LAST_LINES: Final = 8
TEXT_LIMIT: Final = 1024 * 1024
HOME: Final = "{home}"


class CommandControl:
    """Starts and ends a target by its command; as a context, nothing stays behind."""

    def __init__(
        self,
        command: tuple[str, ...],
        *,
        timeout_s: float,
        options: tuple[str, ...] = (),
        cache_options: tuple[str, ...] = (),
        home: Path | None = None,
    ) -> None:
        self._manners = {
            Manner.BARE: command,
            Manner.USUAL: command + options,
            Manner.CACHING: command + options + cache_options,
        }
        self._timeout_s = timeout_s
        self._process: asyncio.subprocess.Process | None = None
        self._service_pid = 0
        self._family = Family()
        self._folder = Path()
        self._fixed_home = home
        self._said_home: Path | None = None

    async def __aenter__(self) -> Self:
        # Short, for there are sockets below it, whose paths have 108 bytes at most.
        self._folder = Path(mkdtemp(prefix="swc-"))
        self.temporary.mkdir()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def home(self) -> Path | None:
        """The folder of the service's files: described, fresh, or as it announced."""
        if self._fixed_home is not None or not self._takes_home:
            return self._fixed_home or self._said_home
        return self._folder / "home"

    @property
    def temporary(self) -> Path:
        """The folder for temporary files that the service was given."""
        return self._folder / "tmp"

    async def start(self, manner: Manner = Manner.USUAL) -> Addresses:
        """Run the command and return what its first line says, or raise StartFailed."""
        # Files, not pipes: they never fill up. Without names: they never stay behind.
        with TemporaryFile() as output, TemporaryFile() as errors:
            try:
                self._process = await self._run(
                    manner, output.fileno(), errors.fileno()
                )
                return self._read(await self._first_line(output.fileno()))
            except OSError as error:
                command = self._manners[manner][0]
                raise StartFailed(f"{command}: {error.strerror}") from error
            except StartFailed as failure:
                await self.stop()
                raise StartFailed(f"{failure}{_tail(errors.fileno())}") from failure

    async def stop(self) -> Stopping:
        """Send SIGINT, as Ctrl-C does, and wait; who does not listen is killed."""
        process, began = self._process, time.monotonic()
        if process is None:
            return Stopping(0.0, (), is_by_itself=True)
        before = {(each.pid, each.started) for each in self.processes()}
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
        is_by_itself = process.returncode is not None
        left = await self._outliving(before)
        seconds = time.monotonic() - began
        await self._sweep()
        return Stopping(seconds, left, is_by_itself=is_by_itself)

    async def kill(self) -> None:
        """Kill the service's processes, let the command notice, end what remains."""
        process = self._process
        if process is None:
            return
        # First all of them are stopped: they would start each other again.
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in self._service_pids() or (process.pid,):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
        await self._sweep()

    async def start_second(self, within_s: float) -> int | None:
        """Run the command beside itself; return its exit status, None if it stays."""
        with TemporaryFile() as output:
            file = output.fileno()
            process = await self._run(Manner.USUAL, file, file)
            try:
                return await asyncio.wait_for(process.wait(), within_s)
            except TimeoutError:
                return None
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()

    def processes(self) -> tuple[Process, ...]:
        """Return the processes of the target that run now, with their roles."""
        members = self._family.members(read_processes())
        return cast(members, self._service_pid)

    def is_alive(self) -> bool:
        """Whether the command runs, and the service that it started."""
        if self._process is None or self._process.returncode is not None:
            return False
        if not self._service_pid:
            return True
        return any(process.role is Role.MAIN for process in self.processes())

    @property
    def _takes_home(self) -> bool:
        return any(HOME in word for word in self._manners[Manner.CACHING])

    def _service_pids(self) -> tuple[int, ...]:
        return tuple(
            process.pid
            for process in self.processes()
            if process.role is not Role.OTHER
        )

    async def _run(
        self,
        manner: Manner,
        output: int,
        errors: int,
    ) -> asyncio.subprocess.Process:
        home = str(self.home)
        return await asyncio.create_subprocess_exec(
            *(word.replace(HOME, home) for word in self._manners[manner]),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
            start_new_session=True,
            preexec_fn=_die_with_parent,
            env={**os.environ, "TMPDIR": str(self.temporary)},
        )

    async def _outliving(self, before: set[tuple[int, int]]) -> tuple[Process, ...]:
        """Give those `before` a last second, and return who runs even after it."""
        left: tuple[Process, ...] = ()

        async def attempt() -> bool | None:
            nonlocal left
            running = self._family.members(read_processes())
            left = tuple(each for each in running if (each.pid, each.started) in before)
            return None if left else True

        with contextlib.suppress(Expired):
            await until(attempt, within_s=LAST_WORDS_S)
        return left

    async def _sweep(self) -> None:
        """Kill what is left of the command's process group, and of its family."""
        process = self._process
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            for each in self._family.members(read_processes()):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(each.pid, signal.SIGKILL)
            await process.wait()
        self._process = None
        self._service_pid = 0

    async def _first_line(self, output: int) -> str:
        async def attempt() -> str | None:
            line, newline, _ = _text(output).partition("\n")
            if newline:
                return line
            if self._process is None or self._process.returncode is not None:
                raise StartFailed("the start command ended before it was ready")
            return None

        try:
            return await until(attempt, within_s=self._timeout_s)
        except Expired:
            raise StartFailed(f"not ready within {self._timeout_s:g} s") from None

    def _read(self, line: str) -> Addresses:
        try:
            said: Any = json.loads(line)
            urls = {
                port: said[port.value].rstrip("/").removesuffix("/api")
                for port in Port
                if said.get(port.value)
            }
            ca = Path(said["ca"]) if said.get("ca") else None
            self._said_home = Path(said["home"]) if said.get("home") else None
            self._service_pid = int(said.get("pid") or 0)
        except (ValueError, TypeError, AttributeError) as error:
            raise StartFailed(f"its first line is {line[:200]!r}") from error
        self._family = Family(
            self._process.pid if self._process else 0, self._service_pid
        )
        return Addresses(urls, ca)


_libc = ctypes.CDLL(None)


def _die_with_parent() -> None:
    """Runs in the child: SIGTERM for it when the suite is killed."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _text(file: int) -> str:
    """Return what the command wrote so far; its position in the file stays."""
    return os.pread(file, TEXT_LIMIT, 0).decode("utf-8", "replace")


def _tail(errors: int) -> str:
    lines = _text(errors).splitlines()
    return "".join(f"\n  {line}" for line in lines[-LAST_LINES:])
