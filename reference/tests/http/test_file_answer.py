"""Files in memory as answers."""

from __future__ import annotations

import asyncio
import os

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from scanwright.http.answers import SLICE_BYTES
from scanwright.http.file_answer import file_response, memory_file


@pytest.mark.parametrize("size", [0, 1, SLICE_BYTES, 2 * SLICE_BYTES + 1])
async def test_the_whole_file_is_sent(size: int) -> None:
    """With its length and type, wherever its offset is."""
    data = os.urandom(size)

    async def handler(request: web.Request) -> web.StreamResponse:
        with memory_file("test") as fd:
            os.write(fd, data)
            return await file_response(request, fd, "image/tiff")

    app = web.Application()
    app.router.add_get("/", handler)
    async with TestClient(TestServer(app)) as client:
        answer = await client.get("/")
        assert await answer.read() == data
        assert (answer.content_type, answer.content_length) == ("image/tiff", size)
        assert answer.headers["Cache-Control"] == "no-store"


async def test_a_client_that_takes_nothing_is_given_up() -> None:
    """Its file does not stay in memory for as long as it likes."""
    ended = asyncio.get_running_loop().create_future()

    async def handler(request: web.Request) -> web.StreamResponse:
        with memory_file("test") as fd:
            os.truncate(fd, 64 << 20)
            try:
                return await file_response(request, fd, "image/tiff", stalled_s=0.05)
            except ConnectionResetError as error:
                ended.set_result(str(error))
                raise

    app = web.Application()
    app.router.add_get("/", handler)
    async with TestServer(app) as server:
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        async with asyncio.timeout(30):
            assert await ended == "the client takes nothing"
        writer.close()


def test_a_memory_file_is_closed_afterwards() -> None:
    """Its descriptor is not left over."""
    with memory_file("test") as fd:
        assert os.fstat(fd).st_size == 0
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(fd)
