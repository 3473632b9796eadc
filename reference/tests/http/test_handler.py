"""The handler: what is no HTTP, and what is ours."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest
from aiohttp import web

from scanwright.errors import Code
from scanwright.http.handler import Handler


@asynccontextmanager
async def serving() -> AsyncIterator[int]:
    """Serve an application without the middlewares of the service; yield its port."""

    async def broken(_request: web.Request) -> web.StreamResponse:
        raise RuntimeError("of ours")

    application = web.Application()
    application.router.add_get("/broken", broken)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    assert runner.server is not None
    loop = asyncio.get_running_loop()
    make = partial(Handler, runner.server)
    async with await loop.create_server(make, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]
        await runner.cleanup()


async def answer_to(sent: bytes) -> tuple[bytes, bytes]:
    """Return the head and the body of what is answered before the connection ends."""
    async with serving() as port, asyncio.timeout(10):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
    return head, body


@pytest.mark.parametrize(
    ("sent", "what"),
    [
        (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\n\r\n", "more than 8190 bytes"),
        (b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "Content-Length"),
        (b"\x16\x03\x01\x02\x00\x01\r\n\r\n", "HTTPS traffic"),
    ],
)
async def test_what_is_no_http_is_told_as_other_errors_are(
    caplog: pytest.LogCaptureFixture, sent: bytes, what: str
) -> None:
    """In JSON; and a line of the log is enough for what anybody can send."""
    caplog.set_level(logging.INFO, "scanwright")
    head, body = await answer_to(sent)
    assert head.split()[1] == b"400"
    assert b"Content-Type: application/json" in head
    said = json.loads(body)
    assert (said["statusCode"], said["code"]) == (400, Code.INVALID_PARAMETER)
    assert what in said["message"]
    assert [each.levelname for each in caplog.records] == ["INFO"]
    assert "\n" not in caplog.records[0].getMessage()


async def test_what_is_ours_stays_an_error(caplog: pytest.LogCaptureFixture) -> None:
    """Told with its traceback in the log, and without it to the client."""
    head, body = await answer_to(
        b"GET /broken HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    )
    assert head.split()[1] == b"500"
    assert b"of ours" not in body
    assert caplog.records[-1].exc_info
