"""The gate on real sockets: who is let in, who is made to leave, and who notices."""

from __future__ import annotations

import asyncio
import json
import logging
import resource
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from aiohttp import web

from scanwright.certificates.authority import ensure_certificates
from scanwright.errors import ScanwrightError
from scanwright.http.answers import json_response
from scanwright.http.gate import PAUSE_S, Gate
from scanwright.http.limits import Limits
from scanwright.http.routes import Door, Endpoints, build_application

pytestmark = pytest.mark.slow

PATIENT = Limits(look_s=0.02)
GET = b"GET /good HTTP/1.1\r\nHost: localhost\r\n\r\n"
SLOW = b"GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n"
POST = b"POST /read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\n"
ANSWER_S = 10.0


@dataclass
class Served:
    """A gate with its addresses; requests to /slow are answered at `go`."""

    gate: Gate
    port: int
    tls_port: int
    trust: ssl.SSLContext
    at_work: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    go: asyncio.Event = field(default_factory=asyncio.Event)
    visitors: list[Visitor] = field(default_factory=list)

    async def connect(self, *, tls: bool = False) -> Visitor:
        """Connect without a word."""
        port = self.tls_port if tls else self.port
        context = self.trust if tls else None
        visitor = Visitor(
            *await asyncio.open_connection("127.0.0.1", port, ssl=context)
        )
        self.visitors.append(visitor)
        return visitor

    async def leave(self) -> None:
        """Let all visitors hang up."""
        for visitor in self.visitors:
            visitor.writer.close()
            with suppress(OSError):
                await visitor.writer.wait_closed()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something holds."""
        async with asyncio.timeout(ANSWER_S):
            while not condition():  # noqa: ASYNC110 - the gate has no event for tests
                await asyncio.sleep(0.005)


@dataclass
class Visitor:
    """The other side of a connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def ask(self, request: bytes) -> int:
        """Send a request; return the status of its answer."""
        self.writer.write(request)
        return (await self.answer())[0]

    async def answer(self) -> tuple[int, bytes]:
        """Read one answer: its status and its body."""
        async with asyncio.timeout(ANSWER_S):
            head = await self.reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line.partition(b":")[2])
                for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length")
            )
            return int(head.split()[1]), await self.reader.readexactly(length)

    async def end(self) -> bytes:
        """Read until the connection ends."""
        async with asyncio.timeout(ANSWER_S):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""


@asynccontextmanager
async def serving(limits: Limits, certificates: Path) -> AsyncIterator[Served]:
    """Serve three endpoints behind a gate, on a port of each kind."""
    files = ensure_certificates(certificates)
    trust = ssl.create_default_context(cafile=str(files.ca))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.leaf, files.key)
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    async with Gate(limits) as gate:
        plain, tls = listeners
        served = Served(gate, plain.getsockname()[1], tls.getsockname()[1], trust)

        async def slow(_request: web.Request) -> web.StreamResponse:
            served.at_work.release()
            await served.go.wait()
            return json_response({})

        async def good(_request: web.Request) -> web.StreamResponse:
            return json_response({})

        async def read(request: web.Request) -> web.StreamResponse:
            return json_response(len(await request.read()))

        endpoints: Endpoints = {
            "/good": {"GET": good},
            "/slow": {"GET": slow},
            "/read": {"POST": read},
        }
        application = build_application(endpoints, Door())
        await gate.serve(application, [([plain], None), ([tls], context)])
        async with AsyncExitStack() as stack:
            stack.push_async_callback(served.leave)
            stack.callback(served.go.set)
            yield served


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for a CA."""
    return tmp_path_factory.mktemp("cert")


@pytest.mark.parametrize("tls", [False, True])
async def test_requests_are_answered_one_after_the_other(
    certificates: Path,
    *,
    tls: bool,
) -> None:
    """A connection is kept for the next request, with and without TLS."""
    async with serving(PATIENT, certificates) as served:
        visitor = await served.connect(tls=tls)
        assert [await visitor.ask(GET) for _ in range(3)] == [200, 200, 200]
        assert await visitor.ask(POST + bytes(9000)) == 200
        assert len(served.gate) == 1
        visitor.writer.close()
        await served.until(lambda: len(served.gate) == 0)


async def test_nobody_listens_and_nothing_is_left_after_the_end(
    certificates: Path,
) -> None:
    """Whoever is idle, half-way or at work is disconnected."""
    async with serving(PATIENT, certificates) as served:
        visitors = [await served.connect() for _ in range(3)]
        visitors[1].writer.write(b"GET /go")
        visitors[2].writer.write(SLOW)
        await served.at_work.acquire()
    assert [(await visitor.end())[:12] for visitor in visitors[:2]] == [b"", b""]
    assert len(served.gate) == 0
    with pytest.raises(ConnectionRefusedError):
        await served.connect()


async def test_an_error_inside_comes_out_as_it_is() -> None:
    """Whoever starts a service can read its words."""
    with pytest.raises(ScanwrightError, match="words"):
        async with Gate(PATIENT):
            raise ScanwrightError("words")


@pytest.mark.parametrize("tls", [False, True])
async def test_half_a_head_is_ended_with_words(
    certificates: Path, *, tls: bool
) -> None:
    """Byte after byte does not help: the head as a whole has its time."""
    async with serving(replace(PATIENT, head_s=0.3), certificates) as served:
        slow, other = await served.connect(tls=tls), await served.connect()
        async with asyncio.TaskGroup() as tasks:

            async def trickle() -> None:
                for letter in GET[:-1]:
                    slow.writer.write(bytes([letter]))
                    await asyncio.sleep(0.02)

            trickling = tasks.create_task(trickle())
            status, body = await slow.answer()
            trickling.cancel()
        assert (status, json.loads(body)["statusCode"]) == (408, 408)
        assert await other.ask(GET) == 200


async def test_half_a_handshake_is_ended(certificates: Path) -> None:
    """A first byte of TLS begins the time that a head has."""
    async with serving(replace(PATIENT, head_s=0.2), certificates) as served:
        port, served.port = served.port, served.tls_port
        visitor = await served.connect()
        served.port = port
        visitor.writer.write(b"\x16")
        assert await visitor.end() == b""
        await served.until(lambda: len(served.gate) == 0)


async def test_silence_is_ended_without_words(certificates: Path) -> None:
    """Before the first request, and after one."""
    async with serving(replace(PATIENT, idle_s=0.2), certificates) as served:
        new, used = await served.connect(), await served.connect()
        assert await used.ask(GET) == 200
        assert [await new.end(), await used.end()] == [b"", b""]


async def test_waiting_for_an_answer_is_not_silence(certificates: Path) -> None:
    """Who waits for a page may wait for as long as that takes."""
    limits = replace(PATIENT, idle_s=0.1, head_s=0.1, body_s=0.1)
    async with serving(limits, certificates) as served:
        visitor = await served.connect()
        visitor.writer.write(SLOW)
        await served.at_work.acquire()
        silent, hesitant = await served.connect(), await served.connect()
        hesitant.writer.write(GET[:5])
        await silent.end()  # came later, and their time is over
        await hesitant.end()
        served.go.set()
        assert (await visitor.answer())[0] == 200


async def test_a_body_that_trickles_is_ended_with_words(certificates: Path) -> None:
    """The application's own refusal: it has begun with the request."""
    async with serving(replace(PATIENT, body_s=0.2), certificates) as served:
        visitor = await served.connect()
        visitor.writer.write(POST + b"x" * 100)
        status, body = await visitor.answer()
        assert (status, json.loads(body)["statusCode"]) == (408, 408)
        assert await visitor.end() == b""


async def test_a_body_that_flows_has_its_time(certificates: Path) -> None:
    """A kilobyte in each period is enough, however many periods there are."""
    limits = replace(PATIENT, body_s=0.5, body_bytes=100)
    async with serving(limits, certificates) as served:
        visitor = await served.connect()
        visitor.writer.write(POST)
        for _ in range(20):
            visitor.writer.write(bytes(450))
            await asyncio.sleep(0.06)
        assert (await visitor.answer())[0] == 200


async def test_the_oldest_idle_connection_makes_room(certificates: Path) -> None:
    """A newcomer is served; who is at work stays, and who came last among the idle."""
    async with serving(replace(PATIENT, connections=3), certificates) as served:
        worker, oldest, younger = [await served.connect() for _ in range(3)]
        worker.writer.write(SLOW)
        await served.at_work.acquire()
        assert await oldest.ask(GET) == 200
        assert await younger.ask(GET) == 200
        newcomer = await served.connect()
        assert await newcomer.ask(GET) == 200
        assert await oldest.end() == b""
        assert await younger.ask(GET) == 200
        served.go.set()
        assert (await worker.answer())[0] == 200


async def test_half_requests_make_room_for_newcomers(certificates: Path) -> None:
    """Who fills the gate with unfinished requests does not close it to others."""
    async with serving(replace(PATIENT, connections=3), certificates) as served:
        slow = [await served.connect() for _ in range(3)]
        for visitor in slow:
            visitor.writer.write(b"GET /go")
        await served.until(lambda: _arrived(served.gate) == 3)
        newcomer = await served.connect()
        assert await newcomer.ask(GET) == 200
        assert await (await served.connect()).ask(GET) == 200
        assert [await visitor.end() for visitor in slow[:2]] == [b"", b""]
        assert await newcomer.ask(GET) == 200


async def test_a_newcomer_is_refused_when_all_are_at_work(certificates: Path) -> None:
    """With words; and served as soon as there is room."""
    async with serving(replace(PATIENT, connections=2), certificates) as served:
        workers = [await served.connect() for _ in range(2)]
        for worker in workers:
            worker.writer.write(SLOW)
            await served.at_work.acquire()
        newcomer = await served.connect()
        status, body = await newcomer.answer()
        assert (status, json.loads(body)["statusCode"]) == (503, 503)
        served.go.set()
        for worker in workers:
            assert (await worker.answer())[0] == 200
        assert await (await served.connect()).ask(GET) == 200


async def test_the_tls_of_the_longest_idle_makes_room(certificates: Path) -> None:
    """TLS takes much memory, so there is less of it; plain HTTP does not notice."""
    async with serving(replace(PATIENT, tls_connections=2), certificates) as served:
        plain = await served.connect()
        secure = [await served.connect(tls=True) for _ in range(2)]
        statuses = [await visitor.ask(GET) for visitor in (plain, *secure, secure[0])]
        newcomer = await served.connect(tls=True)
        statuses += [await visitor.ask(GET) for visitor in (newcomer, secure[0], plain)]
        assert set(statuses) == {200}
        assert await secure[1].end() == b""


async def test_tls_is_refused_when_all_of_it_is_at_work(certificates: Path) -> None:
    """Nobody at work is ended for a newcomer."""
    async with serving(replace(PATIENT, tls_connections=1), certificates) as served:
        worker = await served.connect(tls=True)
        worker.writer.write(SLOW)
        await served.at_work.acquire()
        with pytest.raises((ConnectionResetError, ssl.SSLError)):
            await served.connect(tls=True)
        served.go.set()
        assert (await worker.answer())[0] == 200


@contextmanager
def descriptors_left(count: int) -> Iterator[None]:
    """Let this process open only a few more files."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    with socket.socket() as probe:
        first_free = probe.fileno()
    resource.setrlimit(resource.RLIMIT_NOFILE, (first_free + count, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


def counted(gate: Gate) -> list[float]:
    """Return when the gate has found no room, as long as it goes on."""
    times: list[float] = []
    wait_for_room = gate._wait_for_room

    def wait(listener: socket.socket, error: OSError) -> None:
        times.append(asyncio.get_running_loop().time())
        wait_for_room(listener, error)

    gate._wait_for_room = wait  # type: ignore[method-assign]  # a spy, for one gate
    return times


async def test_no_descriptors_left_is_said_once_and_passes(
    certificates: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Accepting pauses without spinning, and goes on by itself."""
    async with serving(replace(PATIENT, look_s=60), certificates) as served:
        pauses = counted(served.gate)
        waiting = []
        for _ in range(6):
            client = socket.socket()
            client.settimeout(0)
            waiting.append(client)
        with caplog.at_level(logging.WARNING), descriptors_left(0):
            loop = asyncio.get_running_loop()
            for client in waiting:
                await loop.sock_connect(client, ("127.0.0.1", served.port))
            await served.until(lambda: len(pauses) > 2)
        assert caplog.text.count("no more connections") == 1
        assert pauses[2] - pauses[0] >= 1.5 * PAUSE_S
        for client in waiting:
            reader, writer = await asyncio.open_connection(sock=client)
            assert await Visitor(reader, writer).ask(GET) == 200
            writer.close()


async def test_many_visitors_at_once_are_all_served(certificates: Path) -> None:
    """Two hundred connections, each with its own answers."""
    async with serving(PATIENT, certificates) as served:

        async def visit(number: int) -> list[int]:
            visitor = await served.connect(tls=number % 10 == 0)
            statuses = [await visitor.ask(GET) for _ in range(3)]
            visitor.writer.close()
            return statuses

        async with asyncio.TaskGroup() as tasks:
            visits = [tasks.create_task(visit(number)) for number in range(200)]
        assert all(visit.result() == [200, 200, 200] for visit in visits)
        await served.until(lambda: len(served.gate) == 0)


def _arrived(gate: Gate) -> int:
    """How many connections have begun with a head."""
    table = gate._table
    return sum(c.received > 0 for state in table.values() for c in state)
