"""A managed target: a command that starts the service and says where it answers.

The command prints one JSON line on its standard output once everything answers, and
runs until it gets SIGINT. `_announcement.py` tells what is in the line.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final, Self

from scanwright_conformance.deadline import Expired, until
from scanwright_conformance.target._announcement import NoAnnouncement, announcement_in
from scanwright_conformance.target._belongings import (
    HOME,
    Belongings,
    kill_group,
    last_lines,
    text_of,
)
from scanwright_conformance.target._machine import Process, Role, send_signal
from scanwright_conformance.target._model import (
    Addresses,
    Manner,
    StartFailed,
    Stopping,
    Unsupported,
)

__all__ = ["CommandControl"]

STOP_TIMEOUT_S: Final = 10.0


class CommandControl:
    """Starts and ends a target by its command; as a context, nothing stays behind."""

    def __init__(
        self,
        command: tuple[str, ...],
        *,
        timeout_s: float,
        options: tuple[str, ...] = (),
        cache_options: tuple[str, ...] = (),
        full_options: tuple[str, ...] = (),
        home: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._manners = {
            Manner.BARE: command,
            Manner.USUAL: command + options,
            Manner.CACHING: command + options + cache_options,
            Manner.FULL: command + options + full_options,
        }
        self._timeout_s = timeout_s
        self._process: asyncio.subprocess.Process | None = None
        self._belongings = Belongings(environment)
        self._fixed_home = home
        self._said_home: Path | None = None

    async def __aenter__(self) -> Self:
        self._belongings.make()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        self._belongings.remove()

    @property
    def home(self) -> Path | None:
        """The folder of the service's files: described, fresh, or as it announced."""
        if self._fixed_home is not None or not self._takes_home:
            return self._fixed_home or self._said_home
        return self._belongings.home

    @property
    def version(self) -> str:
        """Nothing: a start command does not tell it."""
        return ""

    @property
    def temporary(self) -> Path:
        """The folder for temporary files that the service was given."""
        return self._belongings.temporary

    async def start(self, manner: Manner = Manner.USUAL) -> Addresses:
        """Run the command and return what its first line says, or raise StartFailed.

        Of a start that failed nothing stays, not even who left the family.
        """
        mark = secrets.token_hex(8)
        self._belongings.asked()
        # Files, not pipes: they never fill up. Without names: they never stay behind.
        with TemporaryFile() as output, TemporaryFile() as errors:
            try:
                self._process = await self._run(
                    manner, output.fileno(), errors.fileno(), mark
                )
                return self._read(await self._first_line(output.fileno()))
            except OSError as error:
                command = self._manners[manner][0]
                raise StartFailed(f"{command}: {error.strerror}") from error
            except StartFailed as failure:
                await self.stop()
                await self._belongings.end_marked(mark)
                lines = last_lines(errors.fileno())
                raise StartFailed(f"{failure}{lines}") from failure

    async def stop(self) -> Stopping:
        """Send SIGINT, as Ctrl-C does, and wait; who does not listen is killed."""
        process, began = self._process, time.monotonic()
        if process is None:
            return Stopping(0.0, (), is_by_itself=True)
        before = self._belongings.identities()
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
        is_by_itself = process.returncode is not None
        left = await self._belongings.outliving(before)
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
            service = self._service()
            for each in service:
                send_signal(each, number)
            # The number of a command that ended may be another's by now.
            if not service and process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, number)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
        await self._sweep()
        self._belongings.forget_temporary()

    async def start_second(self, within_s: float) -> int | None:
        """Run the command beside itself; return its exit status, None if it stays."""
        mark = secrets.token_hex(8)
        with TemporaryFile() as output:
            file = output.fileno()
            process = await self._run(Manner.USUAL, file, file, mark)
            try:
                return await asyncio.wait_for(process.wait(), within_s)
            except TimeoutError:
                return None
            finally:
                kill_group(process)
                await process.wait()
                await self._belongings.end_marked(mark)

    async def reset(self) -> None:
        """Raise Unsupported: only an adapter can."""
        raise Unsupported("a start command cannot reset the target; an adapter can")

    async def hook(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """Raise Unsupported: only an adapter has hooks."""
        del arguments
        raise Unsupported(f"a start command has no hook {name!r}; an adapter can")

    def processes(self) -> tuple[Process, ...]:
        """Return the processes of the target that run now, with their roles."""
        return self._belongings.processes()

    def is_alive(self) -> bool:
        """Whether the command runs, and the service that it started."""
        if self._process is None or self._process.returncode is not None:
            return False
        return not self._belongings.announced or self._belongings.has_main()

    @property
    def _takes_home(self) -> bool:
        return any(HOME in word for word in self._manners[Manner.CACHING])

    def _service(self) -> tuple[Process, ...]:
        return tuple(
            process for process in self.processes() if process.role is not Role.OTHER
        )

    async def _run(
        self,
        manner: Manner,
        output: int,
        errors: int,
        mark: str,
    ) -> asyncio.subprocess.Process:
        return await self._belongings.run(
            self._manners[manner],
            home=self.home,
            standard_input=asyncio.subprocess.DEVNULL,
            output=output,
            errors=errors,
            mark=mark,
        )

    async def _sweep(self) -> None:
        """Kill what is left of the command's process group, and of its family."""
        process = self._process
        if process is not None:
            kill_group(process)
            self._belongings.end_all()
            await process.wait()
        self._process = None

    async def _first_line(self, output: int) -> str:
        async def attempt() -> str | None:
            line, newline, _ = text_of(output).partition("\n")
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
            said = announcement_in(json.loads(line))
        except (ValueError, RecursionError, NoAnnouncement) as error:
            problem = f"its first line is {line[:200]!r}: {error}"
            raise StartFailed(problem) from error
        self._said_home = said.home
        command = self._process.pid if self._process else 0
        self._belongings.found(command, announced=said.pid)
        return said.addresses
