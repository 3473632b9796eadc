"""A connection: what each state owes the other side."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from scanwright.errors import TooManyConnections
from scanwright.http.connection import Connection, Entrance, State

ERROR = TooManyConnections("Come back later.")
ANSWER_S = 5.0


class Book:
    """Keeps one connection, and writes down what it hears."""

    def __init__(self) -> None:
        self.states: list[State] = []
        self.handlers: list[RequestHandler] = []
        self.begin, self.end = asyncio.Event(), asyncio.Event()

    def move(self, connection: Connection, state: State) -> None:
        """Write down."""
        connection.state = state
        self.states.append(state)

    def has_room_for_tls(self, connection: Connection) -> bool:
        """There always is."""
        del connection
        return True

    def opened(self, connection: Connection, handler: RequestHandler) -> None:
        """Write down."""
        assert connection.handler is handler
        self.handlers.append(handler)
        self.begin.set()

    def gone(self, connection: Connection) -> None:
        """Write down."""
        del connection
        self.end.set()


class Line:
    """A connection that serves `pong`, and its other end."""

    def __init__(self, tasks: asyncio.TaskGroup, server: web.Server) -> None:
        self.book = Book()
        self.peer, ours = socket.socketpair()
        self.peer.settimeout(0)
        ours.settimeout(0)
        self.connection = Connection(ours, Entrance(server, None), self.book)
        self.connection.await_first_byte(tasks)

    async def say(self, words: bytes) -> None:
        """Send."""
        await asyncio.get_running_loop().sock_sendall(self.peer, words)

    async def hear(self) -> bytes:
        """Receive all there is until the end."""
        heard = b""
        async with asyncio.timeout(ANSWER_S):
            with suppress(ConnectionResetError):
                while piece := await asyncio.get_running_loop().sock_recv(
                    self.peer, 65536
                ):
                    heard += piece
        return heard


async def pong(_request: web.BaseRequest) -> web.StreamResponse:
    """Answer."""
    answer = web.Response(text="pong")
    answer.force_close()
    return answer


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    """A line; it ends with the test."""
    server = web.Server(pong)
    async with asyncio.TaskGroup() as tasks:
        made = Line(tasks, server)
        yield made
        made.peer.close()
        async with asyncio.timeout(ANSWER_S):
            await made.book.end.wait()
    await server.shutdown()


async def test_a_new_connection_has_no_handler_yet(line: Line) -> None:
    """Nothing is made for somebody who says nothing."""
    await asyncio.sleep(0)
    assert (line.book.states, line.book.handlers) == ([], [])
    assert line.connection.state is State.IDLE


async def test_the_first_byte_brings_a_handler_which_gets_all_bytes(line: Line) -> None:
    """The request is answered, its first byte included."""
    await line.say(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert (await line.hear()).endswith(b"pong")
    assert line.book.states[0] is State.ARRIVING
    assert len(line.book.handlers) == 1
    assert line.connection.received > 0


async def test_a_visitor_who_leaves_at_once_costs_nothing(line: Line) -> None:
    """An end without a byte makes no handler."""
    line.peer.close()
    async with asyncio.timeout(ANSWER_S):
        await line.book.end.wait()
    assert line.book.handlers == []


async def test_a_new_connection_can_read_why_it_is_refused(line: Line) -> None:
    """The error object, then the end, also before the first byte."""
    line.connection.refuse(ERROR)
    head, _, body = (await line.hear()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 503 ")
    assert json.loads(body)["statusCode"] == 503
    line.connection.abort()


async def test_half_a_request_can_read_why_it_is_refused(line: Line) -> None:
    """The answer comes in place of the application's."""
    await line.say(b"GET / HT")
    async with asyncio.timeout(ANSWER_S):
        await line.book.begin.wait()
    line.connection.data_received(b"T")
    line.connection.refuse(ERROR)
    assert (await line.hear()).startswith(b"HTTP/1.1 503 ")
    assert line.book.states[-1] is State.CLOSING


async def test_an_aborted_connection_is_gone(line: Line) -> None:
    """No word, no socket."""
    line.connection.abort()
    assert line.book.end.is_set()
    assert await line.hear() == b""
