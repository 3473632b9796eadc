"""HTTP/1.1 for the tiny service: requests are read, and answers written.

What cannot be a request is refused with an error object, like everything else that is
refused. A client that is slow, silent or gone costs nothing but its connection.
"""
# ruff: noqa: INP001 - part of a script, and no package

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

BODY_LIMIT: Final = 4 * 1024 * 1024
HEAD_LIMIT: Final = 64 * 1024
DISCARD_LIMIT: Final = 64 * 1024 * 1024
REQUEST_TIMEOUT_S: Final = 25.0
"""For the head of a request from its first byte on, and for its body."""
IDLE_TIMEOUT_S: Final = 120.0
PARTING_S: Final = 2.0

REQUEST_LINE: Final = re.compile(r"([!-~]+) ([!-~]+) HTTP/(1\.[01])")
HEADER: Final = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*")

GENERAL_FAILURE: Final = -1001
INVALID_PARAMETER: Final = -2113


@dataclass
class Request:
    """A request whose head is complete; `problem` is what is wrong with its body."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    version: str
    headers: Mapping[str, list[str]]
    host: str
    body: bytes = b""
    problem: Refusal | None = None

    def header(self, name: str) -> str | None:
        """Return the first value of a header, which is asked for in small letters."""
        values = self.headers.get(name)
        return values[0] if values else None

    def json(self) -> dict[str, Any]:
        """Return the body as an object; an empty body is an empty object."""
        if not self.body:
            return {}
        try:
            parsed = json.loads(self.body.decode("utf-8"), parse_constant=_no_json)
        except (ValueError, RecursionError):
            raise invalid("The body is not JSON.") from None
        if not isinstance(parsed, dict):
            raise invalid("The body is not a JSON object.")
        return parsed


@dataclass
class Answer:
    """What is sent back."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """An answer with an error object."""

    def __init__(self, status: int, code: int, message: str, **headers: str) -> None:
        super().__init__(message)
        body = {"statusCode": status, "code": code, "message": message}
        self.answer = Answer(status, body, dict(headers))


def invalid(message: str) -> Refusal:
    """Return the refusal of a body or a parameter."""
    return Refusal(400, INVALID_PARAMETER, message)


def read_head(head: bytes) -> Request:
    """Return the request whose head these bytes are, or raise Refusal."""
    lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
    first = REQUEST_LINE.fullmatch(lines[0])
    if first is None:
        raise invalid("The request line is malformed.")
    headers: dict[str, list[str]] = {}
    for line in lines[1:]:
        found = HEADER.fullmatch(line)
        if found is None or "\0" in line or "\r" in line or "\n" in line:
            raise invalid("A header line is malformed.")
        headers.setdefault(found[1].lower(), []).append(found[2])
    method, target, version = first.groups()
    hosts = headers.get("host", [])
    if len(hosts) > 1 or (not hosts and version == "1.1"):
        raise invalid("Send one Host header.")
    try:
        parts = urlsplit(target if "://" in target else f"http://x{target}")
        query = parse_qs(parts.query, keep_blank_values=True)
    except ValueError:
        raise invalid("The target of the request is malformed.") from None
    # The target's own host is in place of the header's: RFC 9112 section 3.2.2.
    host = parts.netloc if "://" in target else (hosts or ["127.0.0.1"])[0]
    return Request(method, unquote(parts.path), query, version, headers, host)


class Connection:
    """One client. `answer` is asked for the answer to each request."""

    def __init__(
        self,
        answer: Callable[[Request], Answer],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.answer = answer
        self.reader = reader
        self.writer = writer

    async def serve(self) -> None:
        """Answer one request after the other until either side has enough."""
        try:
            while await self.serve_one():
                pass
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            pass  # the client is gone, or was silent for too long
        finally:
            self.writer.close()

    async def serve_one(self) -> bool:
        """Answer a request; return whether there may be another one."""
        async with asyncio.timeout(IDLE_TIMEOUT_S):
            first = await self.reader.readexactly(1)
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT_S):
                request = read_head(await self.read_head(first))
                try:
                    request.body = await self.read_body(request)
                except Refusal as refusal:
                    request.problem = refusal
        except TimeoutError:
            late = Refusal(408, GENERAL_FAILURE, "The request came too slowly.")
            await self.send(late.answer, is_last=True)
            return False
        except Refusal as refusal:
            await self.send(refusal.answer, is_last=True)
            await self.part()
            return False
        answer = self.answer(request)
        is_last = request.problem is not None or self.is_last(request)
        await self.send(answer, is_last=is_last, is_head=request.method == "HEAD")
        if request.problem is not None:
            await self.part()
        return not is_last

    async def read_head(self, first: bytes) -> bytes:
        """Read up to the empty line."""
        try:
            return first + await self.reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            raise invalid("The head of the request is too long.") from None

    async def read_body(self, request: Request) -> bytes:
        """Read the body, of known length or in chunks."""
        coding = request.header("transfer-encoding")
        lengths = set(request.headers.get("content-length", []))
        if coding is not None:
            if coding.lower() != "chunked" or lengths:
                raise invalid("Send a length, or chunks.")
            await self.encourage(request)
            return await self.read_chunks()
        if not lengths:
            return b""
        length = lengths.pop()
        if lengths or not re.fullmatch("[0-9]{1,18}", length):
            raise invalid("Content-Length is no length.")
        if int(length) > BODY_LIMIT:
            raise Refusal(413, INVALID_PARAMETER, "Send at most 4 MiB.")
        await self.encourage(request)
        return await self.reader.readexactly(int(length))

    async def read_chunks(self) -> bytes:
        """Read chunk after chunk, and the trailer."""
        body = b""
        while True:
            line = await self.read_line()
            size = re.fullmatch(rb"([0-9A-Fa-f]{1,8})[ \t]*(;.*)?\r\n", line)
            if size is None:
                raise invalid("The size of a chunk is malformed.")
            length = int(size[1], 16)
            if len(body) + length > BODY_LIMIT:
                raise Refusal(413, INVALID_PARAMETER, "Send at most 4 MiB.")
            if not length:
                break
            body += await self.reader.readexactly(length)
            if await self.reader.readexactly(2) != b"\r\n":
                raise invalid("A chunk does not end where it should.")
        while await self.read_line() != b"\r\n":
            pass
        return body

    async def read_line(self) -> bytes:
        """Read a line of the framing of chunks."""
        try:
            return await self.reader.readuntil(b"\r\n")
        except asyncio.LimitOverrunError:
            raise invalid("A line between chunks is too long.") from None

    async def encourage(self, request: Request) -> None:
        """Tell a client that waits for leave to send its body that it may."""
        if (request.header("expect") or "").lower() == "100-continue":
            self.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            await self.writer.drain()

    def is_last(self, request: Request) -> bool:
        """Tell whether the client will send no more on this connection."""
        options = (request.header("connection") or "").lower()
        if request.version == "1.0":
            return "keep-alive" not in options
        return "close" in options

    async def send(
        self,
        answer: Answer,
        *,
        is_last: bool,
        is_head: bool = False,
    ) -> None:
        """Send an answer."""
        body = b"" if answer.body is None else json.dumps(answer.body).encode()
        headers = dict(answer.headers)
        if body:
            headers["Content-Type"] = "application/json"
        if answer.status != HTTPStatus.NO_CONTENT:
            headers["Content-Length"] = str(len(body))
        headers["Connection"] = "close" if is_last else "keep-alive"
        lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        self.writer.write(head if is_head else head + body)
        async with asyncio.timeout(REQUEST_TIMEOUT_S):
            await self.writer.drain()

    async def part(self) -> None:
        """Read on for a moment: a reset would take the answer from the client."""
        if self.writer.can_write_eof():
            self.writer.write_eof()
        left = DISCARD_LIMIT
        async with asyncio.timeout(PARTING_S):
            while left > 0 and (data := await self.reader.read(65536)):
                left -= len(data)


def _no_json(constant: str) -> Any:
    raise ValueError(constant)
