"""A worker's process as main sees it: started, spoken to, watched, killed.

Death is seen by the process descriptor, not by the end of the channel: a driver's own
child may hold that open. What it had sent before it died is read first. Workers handle
what strangers send: nothing that comes from them may block main or fill its memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import signal
import socket
import stat
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from scanwright.log import current_level, open_append
from scanwright.processes.channel import Channel, Message
from scanwright.supervision.dumps import Dumps
from scanwright.supervision.process import was_asked_for
from scanwright.supervision.program import SCAN_WORKER, daemon_command

__all__ = ["Child", "Program", "scan_program"]

LARGEST_ATTACHMENT_BYTES: Final = 1 << 28


@dataclass(frozen=True, slots=True)
class Program:
    """What a worker's process runs.

    Behind `command` come the channel's number, main's id, the level and the file of the
    log and the folder of dumps, and then `limits`.
    """

    role: str
    command: tuple[str, ...]
    limits: tuple[str, ...] = ()


def scan_program() -> Program:
    """Return the program of scan workers."""
    return Program(SCAN_WORKER, tuple(daemon_command("-scan")))


class Child:
    """A running worker; lives on the event loop that it was made on.

    `on_message` gets each message with what was attached to it; `on_death` is called
    once, after the last message.
    """

    def __init__(
        self,
        program: Program | None = None,
        *,
        log_path: Path | None = None,
        dumps: Dumps | None = None,
    ) -> None:
        self.program = program or scan_program()
        self.on_message: Callable[[Message, bytes | None], None] = _drop
        self.on_death: Callable[[], None] = _nothing
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = _start(self.program, theirs.fileno(), log_path, dumps)
        self.started = datetime.now(UTC)
        self._dumps = dumps
        self._is_doomed = False
        ours.settimeout(0)
        self._channel = Channel(ours)
        self._loop = asyncio.get_running_loop()
        self._dead = asyncio.Event()
        self._pidfd = os.pidfd_open(self._process.pid)
        self._loop.add_reader(self._pidfd, self._died)
        self._loop.add_reader(self._channel, self._readable)

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it has not been seen to die."""
        return not self._dead.is_set()

    @property
    def death(self) -> str:
        """What it died of: the signal's name, or its exit status."""
        status = self._process.returncode
        if status is not None and status < 0:
            return signal.Signals(-status).name
        return f"exit status {status}"

    def send(self, message: Message, *descriptors: int) -> None:
        """Send a message; a worker that does not read, or is gone, is killed."""
        try:
            self._channel.send(message, *descriptors)
        except OSError:
            self.kill()

    def has_exited(self) -> bool:
        """Whether it is dead, seen or not yet seen by the event loop."""
        if not self.is_alive:
            return True
        watch = select.poll()
        watch.register(self._pidfd, select.POLLIN)
        return bool(watch.poll(0))

    def kill(self) -> None:
        """Kill it and whatever its driver has started."""
        self._is_doomed = True
        if self.is_alive:
            # Not reaped yet, so the id of its group is still its own.
            os.killpg(self._process.pid, signal.SIGKILL)

    def detach(self) -> None:
        """Listen to it no more; it lives on."""
        self.on_message, self.on_death = _drop, _nothing

    async def died(self) -> None:
        """Wait until it is dead and reaped."""
        await self._dead.wait()

    def _readable(self) -> None:
        """Take in what has come, until there is no more at present."""
        while True:
            try:
                received = self._receive()
            except BlockingIOError:
                return
            except (OSError, ValueError):
                self.kill()
                received = None
            if received is None:  # its end, or gibberish: only its death can follow
                self._loop.remove_reader(self._channel)
                return
            self.on_message(*received)

    def _receive(self) -> tuple[Message, bytes | None] | None:
        received = self._channel.receive()
        if received is None:
            return None
        message, descriptors = received
        return message, _attachment(descriptors)

    def _died(self) -> None:
        is_doomed = self._is_doomed
        self.kill()  # the dead one's group: what its driver has left behind
        self._loop.remove_reader(self._pidfd)
        os.close(self._pidfd)
        status = self._process.wait()
        if self._dumps and (is_doomed or was_asked_for(status)):
            self._dumps.forget(self.program.role, self.pid)
        elif self._dumps:
            self._dumps.bury(self.program.role, self.pid, self.death)
        self._readable()
        self._loop.remove_reader(self._channel)
        self._channel.close()
        self._dead.set()
        self.on_death()


def _start(
    program: Program, channel: int, log_path: Path | None, dumps: Dumps | None
) -> subprocess.Popen[bytes]:
    level = int(current_level())
    words = (channel, os.getpid(), level, log_path or "", dumps.folder if dumps else "")
    command = [*program.command, *map(str, words), *program.limits]
    output = _output(log_path)
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=[channel],
            start_new_session=True,
        )
    finally:
        os.close(output)


def _output(log_path: Path | None) -> int:
    """Return where libraries may print; a full disk must not keep them from working."""
    if log_path:
        with contextlib.suppress(OSError):
            return open_append(log_path)
    return os.open(os.devnull, os.O_WRONLY)


def _attachment(descriptors: list[int]) -> bytes | None:
    """Return what the descriptor that came with a message holds; close them all.

    ValueError if it is too large, or no memory and no file, so that reading might wait.
    """
    try:
        if not descriptors:
            return None
        status = os.fstat(descriptors[0])
        is_file = stat.S_ISREG(status.st_mode)
        if not is_file or status.st_size > LARGEST_ATTACHMENT_BYTES:
            raise ValueError("an attachment that cannot be taken")
        return os.pread(descriptors[0], status.st_size, 0)
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def _drop(message: Message, attachment: bytes | None) -> None:
    del message, attachment


def _nothing() -> None:
    return
