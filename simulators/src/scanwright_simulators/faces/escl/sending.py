"""How a page goes out: at the speed of the scanner, whole or broken off. No decisions.

`Outgoing` is one answer to NextDocument. Nothing is said before the first byte of the
page is there, so that until then the device can still answer something else.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Final

from aiohttp import web

from scanwright_simulators.device import Capture
from scanwright_simulators.faces.escl.quirks import Wire

__all__ = ["Outgoing", "hang_up", "reset", "share", "spoiled", "until_next_slice_s"]

SLICE: Final = 256 * 1024
STEPS: Final = 50
"""A page that takes its time goes out in so many pieces."""

NO_IMAGE: Final = b"this is no image, whatever its type says. "


class Outgoing:
    """A page on its way to one host; `sent` counts the bytes of its body."""

    def __init__(
        self,
        request: web.Request,
        body: bytes,
        *,
        mime: str,
        wire: Wire,
        patience_s: float,
    ) -> None:
        self._request = request
        self._body = memoryview(body)
        self._patience_s = patience_s
        self._response = web.StreamResponse()
        self._response.content_type = wire.mime or mime
        if wire.has_length:
            self._response.content_length = len(body)
        if wire.closes:
            self._response.force_close()
        if wire.server:
            self._response.headers["Server"] = wire.server
        self.sent = 0

    @property
    def size(self) -> int:
        """Bytes of the whole body."""
        return len(self._body)

    @property
    def step(self) -> int:
        """Bytes for which it is worth to send while more are to come."""
        return max(1, self.size // STEPS)

    @property
    def has_begun(self) -> bool:
        """Whether the host has been told anything."""
        return self._response.prepared

    async def send(self, up_to: int) -> None:
        """Send the next slice of the body, not beyond `up_to`.

        Raises TimeoutError when the host does not take it.
        """
        end = min(up_to, self.sent + SLICE)
        async with asyncio.timeout(self._patience_s):
            await self.begin()
            await self._response.write(self._body[self.sent : end])
        self.sent = end

    async def send_all(self) -> None:
        """Send what is left of the body."""
        while self.sent < self.size:
            await self.send(self.size)

    async def begin(self) -> None:
        """Send the status and the headers, once."""
        if not self.has_begun:
            await self._response.prepare(self._request)

    async def finish(self) -> web.StreamResponse:
        """End the answer as it should end."""
        await self.begin()
        await self._response.write_eof()
        return self._response

    async def hang_up(self) -> web.StreamResponse:
        """End it by closing the connection after what was sent."""
        await self.begin()
        hang_up(self._request.transport)
        return self._response

    def reset(self) -> web.StreamResponse:
        """End it by cutting the connection."""
        reset(self._request.transport)
        return self._response


def hang_up(transport: asyncio.BaseTransport | None) -> None:
    """Close a connection in order, after what was sent."""
    if transport is not None:
        transport.close()


def reset(transport: asyncio.BaseTransport | None) -> None:
    """Cut a connection so that its peer sees a reset, and no orderly end."""
    if not isinstance(transport, asyncio.WriteTransport):
        return
    connection = transport.get_extra_info("socket")
    if connection.fileno() >= 0:
        at_once = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    transport.abort()


def share(raw_bytes: int, capture: Capture, size: int) -> int:
    """Return how many of `size` encoded bytes `raw_bytes` of the pixels stand for."""
    return raw_bytes * size // capture.size_bytes


def until_next_slice_s(capture: Capture, now_s: float) -> float:
    """Return when more of the page is there, in seconds from now."""
    if now_s < capture.begins_s:
        return capture.begins_s - now_s
    step_s = (capture.ready_s - capture.begins_s) / STEPS
    return max(0.001, min(step_s, capture.limit_s - now_s))


def spoiled(body: bytes, start: int) -> bytes:
    """Return `body` with nothing of an image in it from `start` on."""
    missing = len(body) - start
    return body[:start] + (NO_IMAGE * (missing // len(NO_IMAGE) + 1))[:missing]
