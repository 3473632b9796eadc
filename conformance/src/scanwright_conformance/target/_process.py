"""A managed target: a command that starts the service and says where it answers.

The command prints one JSON line on its standard output once everything answers, and
runs until it gets SIGINT. The line has `api` and, as far as there are any, `api_tls`,
`manager`, `manager_tls`, `ca`, `pid`, which is the process that `kill` ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import os
import signal
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final, Self

from scanwright_conformance.deadline import Expired, until
from scanwright_conformance.target._model import Addresses, Port, StartFailed

__all__ = ["CommandControl"]

STOP_TIMEOUT_S: Final = 10.0
PR_SET_PDEATHSIG: Final = 1
LAST_LINES: Final = 8
TEXT_LIMIT: Final = 1024 * 1024


class CommandControl:
    """Starts and ends a target by its command; as a context, nothing stays behind."""

    def __init__(self, command: tuple[str, ...], *, timeout_s: float) -> None:
        self._command = command
        self._timeout_s = timeout_s
        self._process: asyncio.subprocess.Process | None = None
        self._service_pid = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> Addresses:
        """Run the command and return what its first line says, or raise StartFailed."""
        # Files, not pipes: they never fill up. Without names: they never stay behind.
        with TemporaryFile() as output, TemporaryFile() as errors:
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *self._command,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=output,
                    stderr=errors,
                    start_new_session=True,
                    preexec_fn=_die_with_parent,
                )
                return self._read(await self._first_line(output.fileno()))
            except OSError as error:
                raise StartFailed(f"{self._command[0]}: {error.strerror}") from error
            except StartFailed as failure:
                await self.stop()
                raise StartFailed(f"{failure}{_tail(errors.fileno())}") from failure

    async def stop(self) -> None:
        """Send SIGINT, as Ctrl-C does, and wait; who does not listen is killed."""
        process = self._process
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
        await self._sweep()

    async def kill(self) -> None:
        """Kill the service's process, let the command notice, end what remains."""
        process = self._process
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._service_pid or process.pid, signal.SIGKILL)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), STOP_TIMEOUT_S)
        await self._sweep()

    def is_alive(self) -> bool:
        """Whether the command runs, and the service that it started."""
        if self._process is None or self._process.returncode is not None:
            return False
        return not self._service_pid or Path(f"/proc/{self._service_pid}").exists()

    async def _sweep(self) -> None:
        """Kill what is left of the command's process group, which is its session."""
        process = self._process
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
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
            self._service_pid = int(said.get("pid") or 0)
        except (ValueError, TypeError, AttributeError) as error:
            raise StartFailed(f"its first line is {line[:200]!r}") from error
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
