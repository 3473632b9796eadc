"""A connection, from the moment it is accepted to its end.

    IDLE      nothing of a request has come: a new one, or one between two requests
    ARRIVING  a TLS handshake, or the head of a request, has begun
    AT WORK   the application has the request, until the last byte of its answer
    CLOSING   it has been told why it ends, and may still read that

                 first byte            head complete
    ──> IDLE ───────────────> ARRIVING ─────────────> AT WORK
          ^                                              │ answer complete
          └──────────────────────────────────────────────┘

A new connection is a socket and a few hundred bytes; a handler, and all that TLS needs,
come with its first byte. The keeper is told of every change, and makes those that time
or lack of room demand; this module knows neither.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable
from enum import Enum, auto
from typing import Final, Protocol, cast

from aiohttp.web_protocol import RequestHandler

from scanwright.errors import ScanwrightError
from scanwright.http.answers import error_on_the_wire

__all__ = ["Connection", "Entrance", "Keeper", "State"]

TLS_SHUTDOWN_S: Final = 2.0
"""For the other side to say goodbye too."""


class State(Enum):
    """Where a connection is; see above."""

    IDLE = auto()
    ARRIVING = auto()
    AT_WORK = auto()
    CLOSING = auto()


class Keeper(Protocol):
    """Who has the connections."""

    def move(self, connection: Connection, state: State) -> None:
        """Take note that it is in another state, or begins the same one anew."""

    def has_room_for_tls(self, connection: Connection) -> bool:
        """Tell whether it may speak TLS, which takes ten times as much memory."""

    def opened(self, connection: Connection, handler: RequestHandler) -> None:
        """Take note of who handles its requests."""

    def gone(self, connection: Connection) -> None:
        """Forget it."""


class Entrance:
    """What makes handlers for connections, and the TLS that they speak, if any."""

    def __init__(
        self,
        make_handler: Callable[[], RequestHandler],
        tls: ssl.SSLContext | None,
    ) -> None:
        self.make_handler = make_handler
        self.tls = tls


class Connection(asyncio.Protocol):
    """One connection; `since` is the time at which it came into its state."""

    __slots__ = (
        "_entrance",
        "_keeper",
        "_opening",
        "_socket",
        "_transport",
        "handler",
        "received",
        "since",
        "state",
    )

    def __init__(
        self,
        sock: socket.socket,
        entrance: Entrance,
        keeper: Keeper,
    ) -> None:
        self.state = State.IDLE
        self.since = 0.0
        self.received = 0
        self._socket = sock
        self._entrance = entrance
        self._keeper = keeper
        self._opening: asyncio.Task[None] | None = None
        self.handler: RequestHandler | None = None
        self._transport: asyncio.Transport | None = None

    def await_first_byte(self, tasks: asyncio.TaskGroup) -> None:
        """Stay a mere socket until something comes."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self._socket, self._first_byte, tasks)

    def refuse(self, error: ScanwrightError) -> None:
        """Say why, if it is in a position to understand, and end it."""
        if self._transport is not None:
            self._keeper.move(self, State.CLOSING)
            if self.received:
                self._transport.write(error_on_the_wire(error))
            self._transport.close()
        elif self._opening is not None or self._entrance.tls is not None:
            self.abort()
        else:
            self._keeper.move(self, State.CLOSING)
            with contextlib.suppress(OSError):
                self._socket.send(error_on_the_wire(error))
                self._socket.shutdown(socket.SHUT_WR)

    def abort(self) -> None:
        """End it now."""
        self._keeper.gone(self)
        if self._transport is not None:
            self._transport.abort()
        elif self._opening is not None:
            self._opening.cancel()  # the socket is asyncio's meanwhile
        else:
            self._close_socket()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin with the head of a request; TLS is spoken by now."""
        self._transport = cast("asyncio.Transport", transport)
        self.handler = self._entrance.make_handler()
        self._keeper.move(self, State.ARRIVING)
        self._keeper.opened(self, self.handler)
        self.handler.connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Count, and pass on."""
        self.received += len(data)
        if self.state is State.IDLE:
            self._keeper.move(self, State.ARRIVING)
        if self.handler is not None and self.state is not State.CLOSING:
            self.handler.data_received(data)

    def eof_received(self) -> bool | None:
        """Let the connection end."""
        return None

    def pause_writing(self) -> None:
        """Pass on that the other side does not read."""
        if self.handler is not None:
            self.handler.pause_writing()

    def resume_writing(self) -> None:
        """Pass on that the other side reads again."""
        if self.handler is not None:
            self.handler.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """Pass on that it has ended."""
        if self.handler is not None:
            self.handler.connection_lost(exc)
        self._keeper.gone(self)

    def _first_byte(self, tasks: asyncio.TaskGroup) -> None:
        asyncio.get_running_loop().remove_reader(self._socket)
        if self._has_ended() or not self._may_speak():
            self.abort()
            return
        self._keeper.move(self, State.ARRIVING)
        self._opening = tasks.create_task(self._open())
        self._opening.add_done_callback(self._has_opened)

    def _has_ended(self) -> bool:
        try:
            return not self._socket.recv(1, socket.MSG_PEEK)
        except OSError:
            return True

    def _may_speak(self) -> bool:
        return self._entrance.tls is None or self._keeper.has_room_for_tls(self)

    async def _open(self) -> None:
        tls = self._entrance.tls
        # What is no TLS, or breaks off, needs no answer.
        with contextlib.suppress(OSError):
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: self,
                self._socket,
                ssl=tls,
                ssl_shutdown_timeout=TLS_SHUTDOWN_S if tls else None,
            )

    def _has_opened(self, _task: asyncio.Task[None]) -> None:
        self._opening = None
        if self._transport is None:  # nor will there be one
            self._keeper.gone(self)
            self._socket.close()

    def _close_socket(self) -> None:
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()
