"""One connection in the weather: what its two sides are, and how bytes get across.

A side that ends, or is reset, ends or resets the other one in the same manner, after
what it had said before. Who cannot be written to is not read from.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from scanwright_conformance.weather import Direction, Fault, Mishap

__all__ = ["Road", "Side", "carry"]

UNREAD_LIMIT: Final = 65536
AT_ONCE: Final = struct.pack("ii", 1, 0)
"""A socket that lingers for no time is reset when it is closed."""


class Side(asyncio.Protocol):
    """One end of a connection: what it sent and is not read yet, and how it is.

    A stream would do, but for one thing: it forgets what came before a reset.
    """

    def __init__(self, arrived: Callable[[Side], None] = lambda _: None) -> None:
        self._arrived = arrived
        self._unread = bytearray()
        self._news = asyncio.Event()
        self._may_write = asyncio.Event()
        self._may_write.set()
        self._is_ended = False
        self._is_lost = False
        self._gone: Callable[[], None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; the buffer is the kernel's alone, so that who is slow is felt."""
        if not isinstance(transport, asyncio.Transport):
            raise TypeError("a stream has a transport to write to")
        transport.set_write_buffer_limits(0)
        self._transport = transport
        self._arrived(self)

    def data_received(self, data: bytes) -> None:
        """Keep it until it is read."""
        if self._gone is not None:
            return
        self._unread += data
        if len(self._unread) > UNREAD_LIMIT:
            self._transport.pause_reading()
        self._news.set()

    def eof_received(self) -> bool:
        """Remember that no more comes, and go on being written to."""
        self._is_ended = True
        self._tell()
        return True

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Remember that nobody is there."""
        self._is_lost = True
        self._may_write.set()
        self._tell()

    def pause_writing(self) -> None:
        """Make who writes wait."""
        self._may_write.clear()

    def resume_writing(self) -> None:
        """Let who writes go on."""
        self._may_write.set()

    async def read(self) -> bytes:
        """Return what came, b"" at the end, or raise ConnectionError after a reset."""
        while not self._unread:
            if self._is_ended:
                return b""
            if self._is_lost:
                raise ConnectionResetError
            self._news.clear()
            await self._news.wait()
        data = bytes(self._unread)
        self._unread.clear()
        if not self._is_lost:
            self._transport.resume_reading()
        return data

    async def write(self, data: bytes) -> None:
        """Send `data`, or raise ConnectionError when nobody takes it."""
        if self._is_lost or self._transport.is_closing():
            raise ConnectionResetError
        self._transport.write(data)
        await self._may_write.wait()

    def end(self) -> None:
        """Say that no more comes."""
        # a peer that is gone needs not be told
        with suppress(OSError):
            if not self._is_lost and not self._transport.is_closing():
                self._transport.write_eof()

    def close(self) -> None:
        """Hang up; nothing waits to be sent."""
        self._transport.abort()

    def reset(self) -> None:
        """Hang up as a crash does."""
        if not self._is_lost:
            sock = self._transport.get_extra_info("socket")
            with suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self._transport.abort()

    def ignore(self, gone: Callable[[], None]) -> None:
        """Take what comes and forget it; `gone` is called at the end."""
        self._gone = gone
        self._unread.clear()
        if self._is_ended or self._is_lost:
            gone()
        else:
            self._transport.resume_reading()

    def _tell(self) -> None:
        self._news.set()
        if self._gone is not None:
            self._gone()


@dataclass(slots=True)
class Road:
    """One direction of a connection, and what was decided about it.

    `suffered` is called when `mishap` happens, `passed` with each number of bytes.
    """

    direction: Direction
    delays: Iterator[float]
    slices: Iterator[int]
    mishap: Mishap | None
    suffered: Callable[[Mishap], None]
    passed: Callable[[Direction, int], None]

    async def travel(self, source: Side, sink: Side) -> None:
        """Pass bytes until there are no more; raise what ends both directions."""
        loop = asyncio.get_running_loop()
        total, sent_at = 0, 0.0
        while data := await self._next(source):
            delay_s = next(self.delays)
            # what came while the last bytes were sent belongs to the same burst
            if loop.time() - sent_at >= delay_s:
                await asyncio.sleep(delay_s)
            left = self._left(total)
            try:
                await self._send(sink, data if left is None else data[:left])
            except ConnectionError:
                # what the sink said before it went is still on its way back, and the
                # road that it takes notices the end
                return
            if left is not None and len(data) > left and self.mishap is not None:
                await self._suffer(self.mishap, source, sink)
                return
            total, sent_at = total + len(data), loop.time()
        sink.end()

    async def _next(self, source: Side) -> bytes:
        try:
            return await source.read()
        except ConnectionError as error:
            raise _Reset from error

    async def _send(self, sink: Side, data: bytes) -> None:
        start = 0
        while start < len(data):
            end = min(len(data), start + next(self.slices, len(data)))
            await sink.write(data[start:end])
            self.passed(self.direction, end - start)
            start = end
            # whoever reads gets a chance to see this slice alone
            await asyncio.sleep(0)

    def _left(self, total: int) -> int | None:
        """Return how many bytes may still pass, None for any number."""
        return None if self.mishap is None else self.mishap.at - total

    async def _suffer(self, mishap: Mishap, source: Side, sink: Side) -> None:
        self.suffered(mishap)
        match mishap.fault:
            case Fault.RESET:
                raise _Reset
            case Fault.STALL:
                raise _Stall
            case Fault.HALF_CLOSE:
                sink.end()
                while await self._next(source):
                    pass


class _Reset(Exception):
    """The connection is to be reset at both ends."""


class _Stall(Exception):
    """Nothing passes any more, in either direction."""


async def carry(client: Side, target: Side, there: Road, back: Road) -> None:
    """Pass bytes there and back until both directions have ended; then hang up."""
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(there.travel(client, target))
            group.create_task(back.travel(target, client))
    except* _Reset:
        client.reset()
        target.reset()
    except* _Stall:
        gone = asyncio.Event()
        client.ignore(gone.set)
        target.ignore(gone.set)
        await gone.wait()
    finally:
        client.close()
        target.close()
