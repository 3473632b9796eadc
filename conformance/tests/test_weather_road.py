"""One connection: what gets across, how it ends, and what a mishap does to it."""

from __future__ import annotations

import asyncio
import socket
import struct
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import repeat

import pytest

from scanwright_conformance.weather import Direction, Fault, Mishap
from scanwright_conformance.weather_road import Road, Side, carry

AT_ONCE = struct.pack("ii", 1, 0)
MUCH = 32 * 1024 * 1024


@dataclass
class Route:
    """The two ends of a connection, and what was told of what is between them."""

    client: tuple[StreamReader, StreamWriter]
    target: tuple[StreamReader, StreamWriter]
    suffered: list[Mishap] = field(default_factory=list)
    passed: int = 0


def tcp_pair() -> tuple[socket.socket, socket.socket]:
    """Return two sockets that are connected: a UNIX pair would know no reset."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        one = socket.create_connection(listener.getsockname())
        return one, listener.accept()[0]


def reset(writer: StreamWriter) -> None:
    """End a connection as a crash does."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
    writer.transport.abort()


@asynccontextmanager
async def route(
    mishap: Mishap | None = None,
    *,
    delay_s: float = 0.0,
    slices: Iterable[int] = (),
) -> AsyncIterator[Route]:
    """Give a client and a target with a road between them; it must end by itself."""
    loop = asyncio.get_running_loop()
    (one, client_end), (other, target_end) = tcp_pair(), tcp_pair()
    made = Route(
        await asyncio.open_connection(sock=one),
        await asyncio.open_connection(sock=other),
    )
    _, client = await loop.create_connection(Side, sock=client_end)
    _, target = await loop.create_connection(Side, sock=target_end)

    def count(_: Direction, number: int) -> None:
        made.passed += number

    there, back = (
        Road(
            direction,
            repeat(delay_s),
            iter(slices),
            mishap if mishap and mishap.direction is direction else None,
            made.suffered.append,
            count,
        )
        for direction in Direction
    )
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        group.create_task(carry(client, target, there, back))
        yield made
        for _, writer in (made.client, made.target):
            writer.transport.abort()


async def test_a_half_close_is_passed_on() -> None:
    """Who has said all can still be answered."""
    async with route(slices=[1, 2, 3]) as made:
        (reader, writer), (target_reader, target_writer) = made.client, made.target
        writer.write(b"question")
        writer.write_eof()
        assert await target_reader.read() == b"question"
        target_writer.write(b"reply")
        target_writer.write_eof()
        assert await reader.read() == b"reply"
        assert made.passed == len(b"questionreply")


async def test_a_reset_is_passed_on() -> None:
    """In both directions, and after what was said before it."""
    async with route() as made:
        reader, target_writer = made.client[0], made.target[1]
        target_writer.write(b"last words")
        assert await reader.readexactly(10) == b"last words"
        reset(target_writer)
        with pytest.raises(ConnectionResetError):
            await reader.read()
    async with route() as made:
        reset(made.client[1])
        with pytest.raises(ConnectionResetError):
            await made.target[0].read()


async def test_last_words_come_before_the_reset() -> None:
    """An answer of who resets at once is not lost on the way."""
    async with route(delay_s=0.02) as made:
        made.target[1].write(b"413")
        reset(made.target[1])
        assert await made.client[0].readexactly(3) == b"413"


@pytest.mark.parametrize("at", [0, 3])
async def test_a_planned_reset_lets_so_many_bytes_through(at: int) -> None:
    """Both ends see a reset, and the target what came before."""
    async with route(Mishap(Fault.RESET, Direction.REQUEST, at)) as made:
        made.client[1].write(b"question")
        assert await made.target[0].readexactly(at) == b"question"[:at]
        for reader, _ in (made.target, made.client):
            with pytest.raises(ConnectionResetError):
                await reader.read()
        assert [each.at for each in made.suffered] == [at]


async def test_a_planned_half_close_cuts_one_direction() -> None:
    """The answer ends too early; the target can still be spoken to."""
    async with route(Mishap(Fault.HALF_CLOSE, Direction.ANSWER, 3)) as made:
        made.target[1].write(b"reply")
        assert await made.client[0].read() == b"rep"
        made.client[1].write(b"more")
        assert await made.target[0].readexactly(4) == b"more"


async def test_a_stall_is_silence_until_somebody_leaves() -> None:
    """Nothing passes any more in either direction, and neither end is told."""
    async with route(Mishap(Fault.STALL, Direction.ANSWER, 3)) as made:
        made.target[1].write(b"reply")
        assert await made.client[0].readexactly(3) == b"rep"
        made.client[1].write(b"hello?")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(made.client[0].read(1), 0.05)
        made.target[1].write_eof()
        assert await made.client[0].read() == b""
        assert made.passed == 3


async def test_what_comes_in_a_stall_is_forgotten() -> None:
    """It is taken and goes nowhere; when one end goes the other is let go."""
    async with route(Mishap(Fault.STALL, Direction.REQUEST, 0)) as made:
        made.client[1].write(bytes(MUCH // 8))
        await made.client[1].drain()
        reset(made.target[1])
        with suppress(ConnectionError):
            assert await made.client[0].read() == b""
        assert made.passed == 0


async def test_what_comes_after_a_half_close_is_forgotten() -> None:
    """Who goes on talking in the direction that has ended talks to nobody."""
    async with route(Mishap(Fault.HALF_CLOSE, Direction.REQUEST, 1)) as made:
        made.client[1].write(bytes(MUCH // 8))
        await made.client[1].drain()
        made.client[1].write_eof()
        assert await made.target[0].read() == b"\0"
        assert made.passed == 1


async def test_who_leaves_ends_what_is_written_to_him() -> None:
    """A target that goes on writing to nobody is told by a reset."""
    async with route(slices=[1] * 100_000) as made:
        made.target[1].write(bytes(MUCH // 8))
        assert await made.client[0].readexactly(1) == b"\0"
        reset(made.client[1])
        with pytest.raises(ConnectionError):
            await made.target[0].read()


async def test_a_mishap_that_is_not_reached_does_not_happen() -> None:
    """A connection that ends before its byte has got away."""
    async with route(Mishap(Fault.RESET, Direction.REQUEST, 8)) as made:
        made.client[1].write(b"question")
        made.client[1].write_eof()
        assert await made.target[0].read() == b"question"
        assert made.suffered == []


async def test_a_burst_is_late() -> None:
    """What follows in the same burst is not late once more."""
    loop = asyncio.get_running_loop()
    async with route(delay_s=0.05) as made:
        began = loop.time()
        made.client[1].write(b"question")
        await made.target[0].readexactly(8)
        assert loop.time() - began >= 0.05


@pytest.mark.slow
async def test_who_does_not_read_is_not_written_to() -> None:
    """Between the two is room for little, and all of it arrives in the end."""
    async with route() as made:
        made.client[1].write(bytes(MUCH))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(made.client[1].drain(), 0.5)
        assert made.passed < MUCH
        assert len(await made.target[0].readexactly(MUCH)) == MUCH
