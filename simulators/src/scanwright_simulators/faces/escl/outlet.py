"""The outlet: a device's ports, and what becomes of them when it loses power.

The ports of a device are its own from beginning to end: a socket that never listens
holds each, and refuses all who come while the device is unplugged. Plugged in, another
socket listens beside it. Unplugging cuts every connection at once, in the very call
that tells of the change; saying goodbye by mDNS follows.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from typing import Final

from aiohttp import web

from scanwright_simulators.errors import StartError
from scanwright_simulators.faces.escl.device import EsclDevice
from scanwright_simulators.faces.escl.malformed import sorting_logger
from scanwright_simulators.faces.escl.mdns import Announcement, Announcer
from scanwright_simulators.faces.escl.sending import reset

__all__ = ["LOOPBACK", "Outlet", "Port", "bound"]

LOOPBACK: Final = "127.0.0.1"
BACKLOG: Final = 128
SEND_BUFFER: Final = 256 * 1024

SHUTDOWN_S: Final = 0.1
"""What a page in transit gets when the simulation ends."""


def bound(name: str, port: int) -> socket.socket:
    """Return a socket that holds `port` for the device `name`, and does not listen.

    Raises StartError when the port cannot be had; port 0 is any.
    """
    with ExitStack() as undo:
        holder = undo.enter_context(socket.socket())
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            holder.bind((LOOPBACK, port))
        except OSError as error:
            message = (
                f"port {port} for {name} cannot be had: "
                f"{error.strerror}; choose another, or 0 for any"
            )
            raise StartError(message) from error
        undo.pop_all()
    return holder


class Port:
    """One port of a device, held for as long as it lives; with `tls` it speaks TLS."""

    def __init__(
        self,
        name: str,
        number: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._name = name
        self._holder = bound(name, number)
        self._tls = tls
        self._listener: socket.socket | None = None
        self._server: asyncio.Server | None = None

    @property
    def number(self) -> int:
        """The port, which is known even while nobody listens there."""
        number: int = self._holder.getsockname()[1]
        return number

    def open(self) -> None:
        """Let connections queue from now on."""
        if self._listener is None:
            self._listener = bound(self._name, self.number)
            # Connections inherit it. A page that lies in buffers has reached nobody.
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
            self._listener.listen(BACKLOG)

    async def serve(self, server: web.Server) -> None:
        """Answer those who have queued, and all who come."""
        if self._listener is None or self._server is not None:
            return
        self._server = await asyncio.get_running_loop().create_server(
            server,
            sock=self._listener,
            ssl=self._tls,
            backlog=BACKLOG,
            start_serving=False,  # so nothing is awaited, and nobody unplugs meanwhile
        )
        await self._server.start_serving()

    def close(self) -> None:
        """Refuse all who come from now on."""
        if self._server is not None:
            self._server.close()
        elif self._listener is not None:
            self._listener.close()
        self._server = self._listener = None

    def release(self) -> None:
        """Give the port up."""
        self.close()
        self._holder.close()


class Outlet:
    """Powers one device: follows whether it is plugged in."""

    def __init__(
        self,
        device: EsclDevice,
        ports: tuple[Port, ...],
        *,
        announcer: Announcer,
        announcement: Announcement | None,
    ) -> None:
        self._device = device
        self._ports = ports
        self._announcer = announcer
        self._announcement = announcement
        self._changed = asyncio.Event()
        self._runner = web.AppRunner(
            device.application(),
            access_log=None,
            logger=sorting_logger(device.tell_malformed),
            handler_cancellation=True,  # a host that hangs up in mid-page is noticed
            shutdown_timeout=SHUTDOWN_S,
        )

    @asynccontextmanager
    async def powered(self) -> AsyncIterator[None]:
        """Serve for as long as the block lasts, whenever the device is plugged in."""
        await self._runner.setup()
        forget = self._device.scanner.subscribe(self._look)
        try:
            self._look()
            await self._settle()
            yield
        finally:
            forget()
            for port in self._ports:
                port.close()
            self._device.close()
            await self._runner.cleanup()

    async def follow(self) -> None:
        """Do what a change of power asks for, until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._settle()

    def _look(self) -> None:
        """Open or close the ports at once; the rest may take its time."""
        if self._device.scanner.is_offline:
            for port in self._ports:
                port.close()
            self._cut()
        else:
            for port in self._ports:
                port.open()
        self._changed.set()

    def _cut(self) -> None:
        server = self._runner.server
        for connection in server.connections if server else ():
            reset(connection.transport)

    async def _settle(self) -> None:
        is_offline = self._device.scanner.is_offline
        if self._runner.server is not None and not is_offline:
            for port in self._ports:
                await port.serve(self._runner.server)
        if self._announcement is None:
            return
        if is_offline:
            await self._announcer.withdraw(self._announcement)
        else:
            await self._announcer.announce(self._announcement)
