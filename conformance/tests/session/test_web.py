"""Ordinary HTTP: nothing is done unasked, and a hang is evidence."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from scanwright_conformance.session._recorder import Recorder
from scanwright_conformance.session._web import Web
from scanwright_conformance.transcript import Exchange, Request

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]

PACKED = gzip.compress(b"{}", mtime=0)


@pytest.fixture
def recorder() -> Recorder:
    """Return an empty recorder."""
    return Recorder()


@pytest.fixture
async def client(recorder: Recorder) -> AsyncIterator[Web]:
    """Give a client that records there."""
    client = Web(recorder)
    yield client
    await client.close()


async def get(client: Web, url: str, timeout_s: float = 5.0) -> Exchange:
    """GET `url`."""
    return await client.exchange(Request("GET", url), label="get", timeout_s=timeout_s)


async def test_redirects_and_compression_stay_as_they_came(
    serve: Serve,
    client: Web,
) -> None:
    """What the target sent is what is judged."""

    async def handle(_: web.Request) -> web.Response:
        headers = {"Location": "/other", "Content-Encoding": "gzip"}
        return web.Response(status=302, headers=headers, body=PACKED)

    answer = (await get(client, await serve(handle))).answer
    assert answer is not None
    assert (answer.status, answer.body.data) == (302, PACKED)
    assert answer.header("location") == "/other"


async def test_a_path_is_sent_as_it_is_written(serve: Serve, client: Web) -> None:
    """Percent signs are not escaped again, dots are not resolved."""
    seen: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        seen.append(request.raw_path)
        return web.Response()

    await get(client, await serve(handle) + "/a%2Fb/%7Bx%7D")
    assert seen == ["/a%2Fb/%7Bx%7D"]


async def test_a_hang_ends_at_the_timeout(
    serve: Serve,
    client: Web,
    recorder: Recorder,
) -> None:
    """A target that does not answer is told with the time that it had."""
    exchange = await get(client, await serve(forever), timeout_s=0.1)
    assert exchange.problem == "no answer within 0.1 s"
    assert recorder.transcript()["get"] == exchange


class Dropping(asyncio.Protocol):
    """Hangs up on the first request, and counts."""

    count = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to answer."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, _: bytes) -> None:
        """Answer all but the first."""
        Dropping.count += 1
        if Dropping.count > 1:
            self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        self.transport.close()


async def test_a_dropped_request_is_not_sent_again(client: Web) -> None:
    """What the target did to it is what is recorded."""
    Dropping.count = 0
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Dropping, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        exchange = await get(client, f"http://127.0.0.1:{port}/")
    assert exchange.answer is None
    assert Dropping.count == 1


class Hasty(asyncio.Protocol):
    """Answers before the body has come, and hangs up."""

    def __init__(self) -> None:
        self.gone = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Answer while the request is still on its way."""
        assert isinstance(transport, asyncio.Transport)
        transport.pause_reading()
        transport.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
        transport.close()

    def connection_lost(self, _: Exception | None) -> None:
        """Tell the test that nothing is left."""
        self.gone.set()


async def test_an_answer_may_come_before_the_body_was_read(client: Web) -> None:
    """A target that refuses a large body at once has answered, or hung up."""
    hasty = Hasty()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: hasty, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    request = Request("PATCH", url, body=bytes(20_000_000))
    made = await client.exchange(request, label="large", timeout_s=5.0)
    server.close()
    await hasty.gone.wait()
    assert made.answer is not None or made.problem


async def test_an_abandoned_request_is_recorded(
    serve: Serve,
    client: Web,
    recorder: Recorder,
) -> None:
    """When the check's own deadline ends the wait, the wait is in the transcript."""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await get(client, await serve(forever))
    problem = recorder.transcript()["get"].problem
    assert problem == "given up by the client before an answer"


async def forever(_: web.Request) -> web.Response:
    """Never answer."""
    await asyncio.Event().wait()
    return web.Response()
