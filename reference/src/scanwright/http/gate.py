"""The gate: accepts connections on all ports, and ends those that take too long.

Time in the states IDLE and ARRIVING (see scanwright.http.connection) is limited, and
so is the time that a body takes. When there are too many connections, the one that has
been in such a state for longest is closed; those at work are left alone, and when there
is nobody else, the new one is refused. So whoever opens thousands of connections, or
sends byte after byte, disturbs nobody.

Implements: HTTP-slow-client, HTTP-many-connections.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
import ssl
from asyncio import sslproto
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Final, Self, cast

from aiohttp import StreamReader, web
from aiohttp.web_protocol import RequestHandler

from scanwright.errors import RequestTooSlow, TooManyConnections
from scanwright.http.connection import Connection, Entrance, State
from scanwright.http.handler import Handler
from scanwright.http.limits import Limits

__all__ = ["Gate", "Site"]

Site = tuple[Sequence[socket.socket], ssl.SSLContext | None]
"""Listening sockets, and what they need for TLS."""

ACCEPTS_AT_ONCE: Final = 64
"""Then the event loop looks after those that are there already."""
EXHAUSTED: Final = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
PAUSE_S: Final = 0.2
"""After the system had nothing left for one more connection."""
FAREWELL_S: Final = 2.0
SHUTDOWN_S: Final = 0.5
TLS_BUFFER_BYTES: Final = 16 * 1024

CROWDED: Final = (
    "The service has as many connections as it can hold. Close some, or come back."
)
HEAD_TOO_SLOW: Final = "The head of the request did not come in time."
BODY_TOO_SLOW: Final = "The body of the request came too slowly."

Next = Callable[[web.Request], Awaitable[web.StreamResponse]]

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Body:
    """A body that is not complete, and how much had come at the last look."""

    content: StreamReader
    looked_at: float
    received: int
    is_too_slow: bool = False


class Gate:
    """Serves applications on listening sockets; leaving its context ends all that."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._table: dict[State, dict[Connection, None]] = {s: {} for s in State}
        self._secure: dict[Connection, None] = {}
        self._by_handler: dict[RequestHandler, Connection] = {}
        self._bodies: dict[Connection, Body] = {}
        self._listeners: dict[socket.socket, Entrance] = {}
        self._stack = contextlib.AsyncExitStack()
        self._timer: asyncio.TimerHandle | None = None
        self._is_exhausted = False

    async def __aenter__(self) -> Self:
        # asyncio reserves 256 KiB for each TLS connection: too much for thousands.
        sslproto.SSLProtocol.max_size = TLS_BUFFER_BYTES
        self._loop = asyncio.get_running_loop()
        self._tasks = await self._stack.enter_async_context(asyncio.TaskGroup())
        self._look()
        return self

    async def __aexit__(self, *ended_by: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
        for listener in self._listeners:
            self._loop.remove_reader(listener)
            listener.close()
        self._listeners.clear()
        for state in (State.IDLE, State.ARRIVING, State.CLOSING):
            for connection in list(self._table[state]):
                connection.abort()
        # What has ended the context goes its way as it is, and not as a group.
        await self._stack.aclose()

    def __len__(self) -> int:
        """How many connections there are."""
        return sum(map(len, self._table.values()))

    async def serve(self, application: web.Application, sites: Sequence[Site]) -> None:
        """Serve an application; the sockets are the gate's from now on."""
        application.middlewares.insert(0, self._watch)
        runner = web.AppRunner(
            application,
            # A reader that goes away must not take the next page with it.
            handler_cancellation=True,
            shutdown_timeout=SHUTDOWN_S,
        )
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        server = cast("web.Server", runner.server)  # it is set up
        for listeners, tls in sites:
            entrance = Entrance(partial(Handler, server), tls)
            for listener in listeners:
                listener.settimeout(0)
                self._listeners[listener] = entrance
                self._loop.add_reader(listener, self._accept, listener)

    def move(self, connection: Connection, state: State) -> None:
        """Take note of a change; see `Keeper`."""
        if connection in self._table[connection.state]:
            del self._table[connection.state][connection]
            self._enter(connection, state)
        if connection in self._secure:
            del self._secure[connection]
            self._secure[connection] = None

    def has_room_for_tls(self, connection: Connection) -> bool:
        """Make room for one more that speaks TLS; see `Keeper`."""
        if len(self._secure) >= self._limits.tls_connections:
            waiting = (c for c in self._secure if c.state is not State.AT_WORK)
            if (oldest := next(waiting, None)) is None:
                return False
            oldest.abort()
        self._secure[connection] = None
        return True

    def opened(self, connection: Connection, handler: RequestHandler) -> None:
        """Take note of its handler; see `Keeper`."""
        self._by_handler[handler] = connection

    def gone(self, connection: Connection) -> None:
        """Forget a connection; see `Keeper`."""
        self._table[connection.state].pop(connection, None)
        self._secure.pop(connection, None)
        self._bodies.pop(connection, None)
        if connection.handler is not None:
            self._by_handler.pop(connection.handler, None)

    def _enter(self, connection: Connection, state: State) -> None:
        connection.state = state
        connection.since = self._loop.time()
        self._table[state][connection] = None

    def _accept(self, listener: socket.socket) -> None:
        for _ in range(ACCEPTS_AT_ONCE):
            try:
                sock, _address = listener.accept()
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno in EXHAUSTED:
                    self._wait_for_room(listener, error)
                    return
                continue  # one that has gone before its turn came
            sock.settimeout(0)
            self._admit(Connection(sock, self._listeners[listener], self))

    def _admit(self, connection: Connection) -> None:
        has_room = self._has_room()
        self._enter(connection, State.IDLE)
        if has_room:
            connection.await_first_byte(self._tasks)
        else:
            connection.refuse(TooManyConnections(CROWDED))

    def _has_room(self) -> bool:
        """Make room for one more if there is none; tell whether there is now."""
        while len(self) >= self._limits.connections:
            if not self._end_one():
                return False
        return True

    def _end_one(self) -> bool:
        """End the connection that is missed least; tell whether there was one."""
        for states in ((State.CLOSING,), (State.IDLE, State.ARRIVING)):
            firsts = [next(iter(self._table[state]), None) for state in states]
            if waiting := [first for first in firsts if first is not None]:
                min(waiting, key=attrgetter("since")).abort()
                return True
        return False

    def _wait_for_room(self, listener: socket.socket, error: OSError) -> None:
        if not self._is_exhausted:
            self._is_exhausted = True
            logger.warning("no more connections for now: %s", error.strerror)
        if not self._end_one():
            self._loop.remove_reader(listener)
            self._loop.call_later(PAUSE_S, self._resume, listener)

    def _resume(self, listener: socket.socket) -> None:
        if listener in self._listeners:
            self._loop.add_reader(listener, self._accept, listener)

    def _look(self) -> None:
        """Look at the clock, and end what has taken too long."""
        limits = self._limits
        for connection in self._older(State.CLOSING, FAREWELL_S):
            connection.abort()
        for connection in self._older(State.IDLE, limits.idle_s):
            connection.abort()
        for connection in self._older(State.ARRIVING, limits.head_s):
            connection.refuse(RequestTooSlow(HEAD_TOO_SLOW))
        for connection, body in self._bodies.items():
            self._look_at(body, connection.received)
        self._is_exhausted = False
        self._timer = self._loop.call_later(limits.look_s, self._look)

    def _older(self, state: State, age_s: float) -> list[Connection]:
        """Return those that have been in a state for so long; the table is in order."""
        begin = self._loop.time() - age_s
        found = []
        for connection in self._table[state]:
            if connection.since > begin:
                break
            found.append(connection)
        return found

    def _look_at(self, body: Body, received: int) -> None:
        now = self._loop.time()
        if body.content.is_eof() or now - body.looked_at < self._limits.body_s:
            return
        if received - body.received < self._limits.body_bytes:
            body.is_too_slow = True
            body.content.set_exception(RequestTooSlow(BODY_TOO_SLOW))
        body.looked_at, body.received = now, received

    @web.middleware
    async def _watch(self, request: web.Request, handler: Next) -> web.StreamResponse:
        """Know for how long the application is at work on a connection."""
        connection = self._by_handler.get(request.protocol)
        if connection is None:
            return await handler(request)  # it has ended already
        self.move(connection, State.AT_WORK)
        body = Body(request.content, self._loop.time(), connection.received)
        if not body.content.is_eof():
            self._bodies[connection] = body
        try:
            response = await handler(request)
            with contextlib.suppress(ConnectionError):
                await response.prepare(request)
                await response.write_eof()
        finally:
            self._bodies.pop(connection, None)
            self.move(connection, State.IDLE)
        if body.is_too_slow:
            request.protocol.force_close()
        return response
