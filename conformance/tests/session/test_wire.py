"""Bytes on a socket, and answers read without a client's opinion."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

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
        (b"HTTP/1.1\r\n\r\n", True, "no answer: the answer begins with b'HTTP/1.1"),
        (b"HTTP/1.1 no\r\n\r\n", True, "no answer: the answer begins with b'HTTP/1.1"),
        (b"\r\n", True, "no answer: the answer begins with b'"),
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


async def trickled(url: str, within_s: float = 5.0) -> dict[str, object]:
    """Return what is recorded of a slow request."""
    recorder = Recorder()
    await Wire(recorder).trickle(url, label="slow", within_s=within_s)
    seen = recorder.transcript().fact("slow")
    assert isinstance(seen, dict)
    return seen


async def test_a_slow_request_tells_when_it_was_closed() -> None:
    """And what was answered before; a connection that stays has no time."""
    async with answering(b"HTTP/1.1 408 x\r\n\r\n", is_closing=True) as url:
        seen = await trickled(url)
        assert isinstance(seen["closed_after_s"], float)
        assert seen["answer"] == "HTTP/1.1 408 x\r\n\r\n"
    async with answering(b"", is_closing=False) as url:
        seen = await trickled(url, within_s=0.1)
    assert seen == {"closed_after_s": None, "answer": ""}


class Resetting(asyncio.Protocol):
    """Resets every connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Abort it with what makes that a reset."""
        assert isinstance(transport, asyncio.Transport)
        linger = struct.pack("ii", 1, 0)
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        transport.abort()


async def test_a_reset_closes_a_slow_request() -> None:
    """It need not be closed in an orderly way."""
    loop = asyncio.get_running_loop()
    async with await loop.create_server(Resetting, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        seen = await trickled(url)
    assert isinstance(seen["closed_after_s"], float)
    assert "problem" not in seen


async def test_who_is_not_let_in_was_not_closed() -> None:
    """A port that refuses, and one that speaks no TLS, say nothing of slowness."""
    refused = "no connection: Connection refused"
    assert await trickled("https://127.0.0.1:9") == {
        "closed_after_s": None,
        "answer": "",
        "problem": refused,
    }
    async with answering(b"HTTP/1.1 400 x\r\n\r\n", is_closing=True) as url:
        seen = await trickled(url.replace("http:", "https:"))
    assert seen["closed_after_s"] is None
    assert str(seen["problem"]).startswith("no connection: ")
    with silent() as url:
        seen = await trickled(url, within_s=0.1)
    assert seen["problem"] == "no connection was made in time"


@contextmanager
def silent() -> Iterator[str]:
    """Give the address of a TLS port that never shakes hands."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"


async def test_nobody_accepts() -> None:
    """A port where nobody listens does not accept."""
    assert not await accepts("127.0.0.1", 9)
