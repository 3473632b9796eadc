"""Bytes on a socket, and answers read without a client's opinion."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from scanwright_conformance.session._recorder import Recorder
from scanwright_conformance.session._wire import Wire, accepts
from scanwright_conformance.transcript import Exchange

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


class Scripted(asyncio.Protocol):
    """Answers the first bytes of a request with fixed ones."""

    def __init__(self, data: bytes, *, is_closing: bool) -> None:
        self.data = data
        self.is_closing = is_closing
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection, to end it with the test."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, _: bytes) -> None:
        """Answer."""
        assert self.transport is not None
        self.transport.write(self.data)
        if self.is_closing:
            self.transport.close()


@asynccontextmanager
async def answering(data: bytes, *, is_closing: bool) -> AsyncIterator[str]:
    """Serve `data` to one client, at the base URL given."""
    scripted = Scripted(data, is_closing=is_closing)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: scripted, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        if scripted.transport is not None:
            scripted.transport.abort()


async def exchange(
    data: bytes,
    *,
    request: bytes = REQUEST,
    is_closing: bool = False,
) -> Exchange:
    """Return the exchange with a server that sends `data`."""
    async with answering(data, is_closing=is_closing) as url:
        wire = Wire(Recorder())
        return await wire.exchange(url, request, label="raw", timeout_s=1.0)


@pytest.mark.parametrize(
    ("data", "is_closing", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}tail", False, b"{}"),
        (CHUNKED + b"2;x=y\r\n{}\r\n1\r\n!\r\n0\r\n\r\n", False, b"{}!"),
        (b"HTTP/1.0 200 OK\r\n\r\nto the end", True, b"to the end"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", False, b""),
    ],
)
async def test_an_answer_ends_where_it_says(
    data: bytes,
    is_closing: bool,  # noqa: FBT001 - a parameter of the table
    body: bytes,
) -> None:
    """By length, by chunks, by the end of the connection, or without a body."""
    answer = (await exchange(data, is_closing=is_closing)).answer
    assert answer is not None
    assert answer.body.data == body


async def test_the_answer_to_head_has_no_body() -> None:
    """A length that is told in answer to HEAD is not waited for."""
    data = b"HTTP/1.1 405 No\r\nContent-Length: 50\r\nAllow: GET\r\n\r\n"
    answer = (await exchange(data, request=b"HEAD / HTTP/1.1\r\n\r\n")).answer
    assert answer is not None
    assert (answer.status, answer.header("Allow")) == (405, "GET")


@pytest.mark.parametrize(
    ("data", "is_closing", "problem"),
    [
        (b"", True, "the connection closed without a complete answer"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}",
            True,
            "the connection closed without a complete answer",
        ),
        (b"SSH-2.0\r\n", True, "no answer: the answer begins with b'SSH-2.0"),
        (b"", False, "no answer within 1 s"),
    ],
)
async def test_what_is_no_answer_is_a_problem(
    data: bytes,
    is_closing: bool,  # noqa: FBT001 - a parameter of the table
    problem: str,
) -> None:
    """The reason is told, nothing is raised."""
    made = await exchange(data, is_closing=is_closing)
    assert made.answer is None
    assert made.problem.startswith(problem)


async def test_raw_bytes_are_in_the_record() -> None:
    """What was sent can be sent again."""
    made = await exchange(b"HTTP/1.1 204 x\r\n\r\n", request=b"\x00\x01 odd\r\n\r\n")
    assert made.request.raw == b"\x00\x01 odd\r\n\r\n"


def drain(peer: socket.socket) -> None:
    """Read to the end."""
    while peer.recv(10):
        pass


async def test_an_abort_is_a_reset() -> None:
    """The peer sees a reset, not an orderly end."""
    recorder = Recorder()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number = listener.getsockname()[1]
        url = f"http://127.0.0.1:{number}"
        await Wire(recorder).abort(url, b"GET /", label="abort")
        peer, _ = listener.accept()
        peer.settimeout(5)
        with peer, pytest.raises(ConnectionResetError):
            drain(peer)
    outcome = recorder.transcript().fact("abort")
    assert outcome == {"sent": "GET /", "outcome": "reset"}


async def test_an_abort_with_nobody_is_told() -> None:
    """A refused connection is the outcome."""
    recorder = Recorder()
    await Wire(recorder).abort("http://127.0.0.1:9", b"x", label="abort")
    assert recorder.transcript().fact("abort")["outcome"] == "Connection refused"


async def test_nobody_accepts() -> None:
    """A port where nobody listens does not accept."""
    assert not await accepts("127.0.0.1", 9)
