"""The server of the backend that libsane loads: who may come in, who has what.

libsane's process and the simulation meet at a UNIX socket in a private folder. Only
processes of this user are answered. A device is open for one client at a time,
whatever process it is in; one whose client died is free again. Which status tells of
which fault is a table on top of `status.py`, what a client may ask on top of
`session.py`.
"""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import struct
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

from scanwright_simulators.device import Journal, VirtualScanner
from scanwright_simulators.errors import StartError
from scanwright_simulators.faces.sane.opened import address_of
from scanwright_simulators.faces.sane.pixels import PixelCache
from scanwright_simulators.faces.sane.session import SOURCE, Client, Session
from scanwright_simulators.faces.sane.status import Status
from scanwright_simulators.faces.sane.studio import Studio
from scanwright_simulators.faces.tasks import tasks_around

__all__ = ["SaneServer"]

BACKLOG: Final = 128
MAX_CLIENTS: Final = 256
RETRY_S: Final = 0.1
PASSING: Final = frozenset(
    {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ECONNABORTED}
)
"""Errors of accept that are over soon."""
CREDENTIALS: Final = struct.Struct("=iII")


class SaneServer:
    """Serves virtual scanners to libsane; belongs to the thread of the event loop."""

    def __init__(
        self,
        scanners: Iterable[VirtualScanner] = (),
        *,
        threads: Executor,
        journal: Journal,
        pixels: PixelCache | None = None,
    ) -> None:
        self._scanners = {address_of(scanner): scanner for scanner in scanners}
        self._studio = Studio(threads, pixels)
        self._journal = journal
        self._sessions: set[Session] = set()
        self._holders: dict[str, Session] = {}

    @asynccontextmanager
    async def serving(self, path: Path) -> AsyncIterator[None]:
        """Answer at the socket `path` for as long as the block lasts."""
        with _listening(path) as listener:
            async with tasks_around() as tasks:
                doorman = tasks.create_task(self._accept(listener, tasks))
                try:
                    yield
                finally:
                    doorman.cancel()
                    for session in tuple(self._sessions):
                        session.close("was cut off")

    # Who has what.

    def listed(self) -> Sequence[VirtualScanner]:
        """Return the devices that are there now."""
        return [s for s in self._scanners.values() if not s.is_offline]

    def claim(self, name: str, session: Session) -> VirtualScanner | Status:
        """Give a device to `session`, or say why not; no name means the first one."""
        listed = {address_of(scanner): scanner for scanner in self.listed()}
        name = name or next(iter(listed), "")
        if name not in listed:
            return Status.INVAL
        if holder := self._holders.get(name):
            # What it sent last may be that it closed, or died.
            holder.catch_up()
        if name in self._holders:
            return Status.DEVICE_BUSY
        self._holders[name] = session
        return listed[name]

    def release(self, session: Session) -> None:
        """Take back what `session` has open."""
        self._holders = {n: s for n, s in self._holders.items() if s is not session}

    # Who comes in.

    async def _accept(
        self,
        listener: socket.socket,
        tasks: asyncio.TaskGroup,
    ) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(listener)
            except OSError as error:
                if error.errno not in PASSING:
                    raise
                self._tell("refused", f"a client: {error.strerror}")
                await asyncio.sleep(RETRY_S)
                continue
            if session := self._welcome(connection, tasks):
                self._sessions.add(session)
                tasks.create_task(self._serve(session))

    async def _serve(self, session: Session) -> None:
        try:
            await session.serve()
        finally:
            self._sessions.discard(session)

    def _welcome(
        self,
        connection: socket.socket,
        tasks: asyncio.TaskGroup,
    ) -> Session | None:
        pid, uid = _credentials(connection)
        client = Client(pid, _program(pid))
        if uid != os.geteuid() or len(self._sessions) >= MAX_CLIENTS:
            reason = "too many" if uid == os.geteuid() else f"user {uid}"
            self._tell("refused", f"{client}: {reason}")
            connection.close()
            return None
        connection.settimeout(0)
        return Session(
            connection,
            client,
            devices=self,
            studio=self._studio,
            journal=self._journal,
            tasks=tasks,
        )

    def _tell(self, what: str, text: str) -> None:
        self._journal.add(SOURCE, what, text)


@contextmanager
def _listening(path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        try:
            listener.settimeout(0)
            listener.bind(os.fspath(path))
            path.chmod(0o600)
            listener.listen(BACKLOG)
        except OSError as error:
            message = f"the socket of the SANE devices cannot be at {path}: {error}"
            raise StartError(message) from error
        try:
            yield listener
        finally:
            path.unlink(missing_ok=True)


def _credentials(connection: socket.socket) -> tuple[int, int]:
    """Return the process and the user at the other end."""
    raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size)
    pid, uid, _ = CREDENTIALS.unpack(raw)
    return pid, uid


def _program(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text("utf-8", "replace").strip()
    except OSError:
        return "a program"
