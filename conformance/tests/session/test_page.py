"""A page talks over its channel, and records all of it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import WSMsgType, web

from scanwright_conformance.session import Session, Stopped
from scanwright_conformance.session._page import SUBPROTOCOL
from scanwright_conformance.target import (
    Addresses,
    Origins,
    Port,
    Target,
    Unsupported,
)
from scanwright_conformance.transcript import Channel

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]

ORIGIN = "https://one.example.test"
OPENED = {"session": "s" * 24, "holder": "h" * 24, "base": "/page/b/", "buffer": {}}


@dataclass
class Service:
    """Answers a few calls, and keeps what it was sent."""

    status: int = 101
    opened: Any = field(default_factory=lambda: dict(OPENED))
    images: Any = field(default_factory=lambda: ["a" * 12])
    said: list[dict[str, Any]] = field(default_factory=list)
    sent: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve the channel, and what lies below the base."""
        if request.path == "/channel":
            return await self._serve(request)
        body = await request.read()
        headers = dict(request.headers)
        self.sent.append((request.method, request.path_qs, headers, body))
        if request.method == "POST":
            return web.json_response({"upload": "u" * 24, "bytes": 1}, status=201)
        return web.Response(body=b"page")

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if self.status != 101:
            return web.Response(status=self.status)
        socket = web.WebSocketResponse(protocols=[SUBPROTOCOL])
        await socket.prepare(request)
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                call = json.loads(message.data)
            except ValueError:
                await self._tell(socket, id=None, error={"code": -32700})
                continue
            self.said.append(call)
            await self._answer(socket, call)
        return socket

    async def _answer(
        self, socket: web.WebSocketResponse, call: dict[str, Any]
    ) -> None:
        number = call["id"]
        match call["method"]:
            case "session.open":
                await self._tell(socket, id=number, result=self.opened)
            case "session.close":
                await self._tell(socket, id=number, result={})
                await socket.close(code=4002)
            case "buffer.undo":
                await self._tell(socket, id=number, error={"code": -1011})
            case "file.load":
                await self._tell(socket, id=number, result={"images": self.images})
            case "buffer.state":
                images = [{"id": "a" * 12, "path": "images/a/1"}, 7]
                await self._tell(socket, id=number, result={"images": images})
            case "scan.start":
                await socket.send_str("no JSON")
                await self._tell(socket, method="progress", params={"done": 1})
                await self._tell(socket, method="progress", params={"done": 2})

    async def _tell(self, socket: web.WebSocketResponse, **members: Any) -> None:
        await socket.send_str(json.dumps({"jsonrpc": "2.0", **members}))


@pytest.fixture
def service() -> Service:
    """Return a service that answers."""
    return Service()


@pytest.fixture
async def session(serve: Serve, service: Service) -> AsyncIterator[Session]:
    """Give a session with that service."""
    url = await serve(service.handle)
    async with Session(target_at(url)) as session:
        yield session


def target_at(url: str, **more: Any) -> Target:
    """Return a target with a page channel."""
    return Target(
        "t",
        Addresses({Port.API: url}),
        frozenset({"page-channel"}),
        origins=Origins(allowed=(ORIGIN,)),
        **more,
    )


async def recorded(session: Session, label: str = "page") -> Channel:
    """End the session; return what is recorded of a page."""
    await session.close()
    return session.recorder.transcript().channel(label)


def frames_of(channel: Channel) -> list[dict[str, Any]]:
    """Return what was said and told, in their order."""
    return [json.loads(frame.text) for frame in channel.frames]


async def test_a_page_opens_its_session_and_ends_it(
    session: Session, service: Service
) -> None:
    """All that is said and told is in the transcript, with times, up to the close."""
    page = await session.page()
    assert page.opened == OPENED
    assert page.secrets == {"session": "s" * 24, "holder": "h" * 24}
    channel = await recorded(session)
    assert [each["method"] for each in service.said] == [
        "session.open",
        "session.close",
    ]
    assert (channel.status, channel.problem) == (101, "")
    assert channel.headers == (("Origin", ORIGIN),)
    assert channel.url.startswith("ws://127.0.0.1:")
    assert [frame.is_sent for frame in channel.frames] == [True, False, True, False]
    times = [frame.at_s for frame in channel.frames]
    assert times == sorted(times)
    assert frames_of(channel)[0]["id"] == "open"


async def test_a_page_can_take_a_session_up(session: Session, service: Service) -> None:
    """What it is taken up by is sent as it is."""
    await session.page(resume={"session": "x"}, origin="https://two.example.test")
    assert service.said[0]["params"]["resume"] == {"session": "x"}
    channel = await recorded(session)
    assert channel.headers == (("Origin", "https://two.example.test"),)


async def test_a_call_returns_its_result_alone(session: Session) -> None:
    """After an error there is none, and who needs one is stopped."""
    page = await session.page()
    assert await page.call("file.load", upload="u") == {"images": ["a" * 12]}
    assert await page.call("buffer.undo") is None
    with pytest.raises(Stopped, match="again"):
        await page.needed("buffer.undo", label="again")


async def test_answers_are_waited_for_beside_each_other(session: Session) -> None:
    """One that came before it was asked for is found, too."""
    page = await session.page()
    await page.ask("buffer.state", label="one")
    await page.ask("file.load", label="two")
    assert await page.answered("two") == {"images": ["a" * 12]}
    assert (await page.answered("one") or {})["images"]
    assert await page.answered("three", within_s=0.02) is None


async def test_events_are_found_by_what_they_tell(session: Session) -> None:
    """A frame that is not JSON is recorded, and passed over."""
    page = await session.page()
    await page.ask("scan.start")
    assert await page.until_told("progress", done=2) == {"done": 2}
    assert await page.until_told("progress") == {"done": 1}
    assert await page.until_told("progress", within_s=0.02, done=3) is None
    channel = await recorded(session)
    assert "no JSON" in [frame.text for frame in channel.frames]


async def test_an_error_about_no_call_has_no_id(
    session: Session, service: Service
) -> None:
    """Text of any kind can be said."""
    page = await session.page()
    await page.say("{")
    assert await page.answered(None) is None
    channel = await recorded(session)
    assert [frame.text for frame in channel.frames][2] == "{"
    assert "-32700" in channel.frames[3].text
    assert len(service.said) == 2


async def test_files_and_images_lie_below_the_base(
    session: Session, service: Service
) -> None:
    """Requests are those of the page, unless another's headers are given."""
    page = await session.page()
    assert await page.load(b"TIFF", label="file") == ["a" * 12]
    path = await page.path_of("a" * 12, label="state")
    await page.fetch(path, label="image", query={"width": "3"})
    await page.fetch(path, label="other", headers={})
    assert [(method, path) for method, path, _, _ in service.sent] == [
        ("POST", "/page/b/uploads"),
        ("GET", "/page/b/images/a/1?width=3"),
        ("GET", "/page/b/images/a/1"),
    ]
    assert service.sent[0][3] == b"TIFF"
    assert [headers.get("Origin") for _, _, headers, _ in service.sent] == [
        ORIGIN,
        ORIGIN,
        None,
    ]
    with pytest.raises(Stopped, match="does not have the image"):
        await page.path_of("b" * 12, label="again")


@pytest.mark.parametrize("images", [[], [7], None, "x"])
async def test_a_file_that_brought_nothing_stops(
    session: Session, service: Service, images: Any
) -> None:
    """There is nothing to go on with."""
    service.images = images
    page = await session.page()
    with pytest.raises(Stopped):
        await page.load(b"TIFF")


async def test_a_handshake_that_is_refused_is_recorded(
    session: Session, service: Service
) -> None:
    """It is no exception; whoever wants to talk then is stopped."""
    service.status = 403
    page = await session.page(opens=False)
    assert await page.until(lambda _: True) is None
    with pytest.raises(Stopped, match="not open"):
        await page.call("buffer.state")
    with pytest.raises(Stopped, match="no base"):
        await page.fetch("x", label="x")
    channel = await recorded(session)
    assert (channel.status, channel.frames) == (403, ())


async def test_nobody_there_is_recorded() -> None:
    """A refused connection has no status."""
    async with Session(target_at("http://127.0.0.1:1")) as session:
        await session.page(opens=False)
        channel = await recorded(session)
    assert channel.status is None
    assert channel.problem.startswith("no answer")


async def test_what_the_service_closes_with_is_recorded(session: Session) -> None:
    """By its number; nothing more can be said then."""
    page = await session.page()
    await page.call("session.close")
    await page.until_closed()
    with pytest.raises(Stopped):
        await page.call("buffer.state")
    assert (await recorded(session)).close_code == 4002


async def test_a_page_that_leaves_does_not_close_its_session(
    session: Session, service: Service
) -> None:
    """Its channel is recorded at once, and once."""
    page = await session.page()
    await page.leave()
    assert session.recorder.transcript().channel("page").close_code is None
    await recorded(session)
    assert [each["method"] for each in service.said] == ["session.open"]


async def test_a_run_without_channels_has_none() -> None:
    """A check whose clause does not need one is refused it."""
    target = target_at("http://127.0.0.1:1", withheld=frozenset({"page-channel"}))
    async with Session(target) as session:
        with pytest.raises(Unsupported, match="page-channel"):
            await session.page()
