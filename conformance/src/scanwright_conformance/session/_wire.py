"""Bytes on a socket: for requests that no HTTP client would send."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from http.client import HTTPException, parse_headers
from io import BytesIO
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from scanwright_conformance.deadline import pace
from scanwright_conformance.session._web import body_of, reason, trusting
from scanwright_conformance.transcript import Answer, Exchange, Fact, Request

if TYPE_CHECKING:
    from scanwright_conformance.session._recorder import Recorder

__all__ = ["Wire", "accepts"]

HEAD_LIMIT: Final = 1024 * 1024
CONNECT_TIMEOUT_S: Final = 2.0
TRICKLE_S: Final = 1.0
NO_BODY: Final = frozenset({204, 304})


class Wire:
    """Raw conversations of one check."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    async def exchange(
        self,
        url: str,
        data: bytes,
        *,
        label: str,
        timeout_s: float,
    ) -> Exchange:
        """Send `data` on a connection of its own and record the answer to it."""
        started = self._recorder.now()
        answer: Answer | None = None
        problem = "given up by the client before an answer"
        timeout_s = pace.scaled(timeout_s)
        try:
            async with asyncio.timeout(timeout_s):
                answer = await _converse(url, data)
            problem = ""
        except TimeoutError:
            problem = f"no answer within {timeout_s:g} s"
        except (EOFError, ConnectionResetError, BrokenPipeError):
            problem = "the connection closed without a complete answer"
        except (OSError, ValueError, HTTPException) as error:
            problem = f"no answer: {reason(error)}"
        finally:
            method = data.split(b" ", 1)[0][:20].decode("latin-1")
            seconds = self._recorder.now() - started
            request = Request(method, url, raw=data)
            exchange = Exchange(label, request, answer, problem, started, seconds)
            self._recorder.add(exchange)
        return exchange

    async def trickle(self, url: str, *, label: str, within_s: float) -> None:
        """Send a request that never gets complete, a byte now and then; record a fact.

        The fact has `closed_after_s`, the time until the peer closed, None if it did
        not, and `answer`, the beginning of what it said before. Where there was no
        connection that could be closed it has a `problem`.
        """
        started = self._recorder.now()
        closed_after_s: float | None = None
        received = b""
        problem = "no connection was made in time"
        try:
            async with asyncio.timeout(within_s):
                reader, writer = await _connect(url)
                problem = ""
                received = await _trickle(reader, writer)
            closed_after_s = self._recorder.now() - started
        except TimeoutError:
            closed_after_s = None
        except OSError as error:
            if problem:
                problem = f"no connection: {reason(error)}"
            else:
                closed_after_s = self._recorder.now() - started
        finally:
            head = received[:20].decode("latin-1")
            value: dict[str, object] = {
                "closed_after_s": closed_after_s,
                "answer": head,
            }
            if problem:
                value["problem"] = problem
            self._recorder.add(Fact(label, value, started))

    async def abort(self, url: str, data: bytes, *, label: str) -> None:
        """Send `data`, then reset the connection without reading; record a fact."""
        started = self._recorder.now()
        outcome = "reset"
        try:
            _, writer = await _connect(url)
            writer.write(data)
            await writer.drain()
            sock = writer.get_extra_info("socket")
            linger = struct.pack("ii", 1, 0)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
        except OSError as error:
            outcome = reason(error)
        value = {"sent": data.decode("latin-1"), "outcome": outcome}
        self._recorder.add(Fact(label, value, started))


async def accepts(host: str, number: int) -> bool:
    """Tell whether TCP port `number` of `host` accepts a connection."""
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            _, writer = await asyncio.open_connection(host, number)
    except OSError:
        return False
    writer.transport.abort()
    return True


async def _connect(url: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    parts = urlsplit(url)
    return await asyncio.open_connection(
        parts.hostname,
        parts.port,
        ssl=trusting() if parts.scheme == "https" else None,
        limit=HEAD_LIMIT,
    )


async def _converse(url: str, data: bytes) -> Answer:
    reader, writer = await _connect(url)
    try:
        writer.write(data)
        return await _read_answer(reader, is_head=data.startswith(b"HEAD "))
    finally:
        # abort, for an orderly close would wait for a peer that may hang
        writer.transport.abort()


async def _trickle(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> bytes:
    """Send byte after byte until the peer closes; return what it said."""
    received = bytearray()
    try:
        writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        while not reader.at_eof():
            writer.write(b"x")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TRICKLE_S):
                    received += await reader.read(1024)
        return bytes(received)
    finally:
        writer.transport.abort()


async def _read_answer(reader: asyncio.StreamReader, *, is_head: bool) -> Answer:
    status_line = await reader.readline()
    if not status_line:
        raise EOFError
    status = _status_in(status_line)
    head = b""
    while (line := await reader.readline()).strip():
        head += line
    fields = parse_headers(BytesIO(head + b"\r\n"))
    headers = tuple(fields.items())
    if is_head or status in NO_BODY:
        body = b""
    elif "chunked" in fields.get("Transfer-Encoding", "").lower():
        body = await _read_chunks(reader)
    elif "Content-Length" in fields:
        body = await reader.readexactly(int(fields["Content-Length"]))
    else:
        body = await reader.read()
    return Answer(status, headers, body_of(body))


def _status_in(line: bytes) -> int:
    """Return the status that a status line tells, or raise ValueError."""
    version, *words = line.split() or [b""]
    if not version.startswith(b"HTTP/1.") or not words or not words[0].isdigit():
        raise ValueError(f"the answer begins with {line[:60]!r}")
    return int(words[0])


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int((await reader.readline()).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readline()
    return body
