"""A page of a web site, as a service sees it: one WebSocket, and HTTP below its base.

Calls go by the label that they are given: it is their id in JSON-RPC, so a transcript
says by itself what was asked and what answered it. Nothing is read but while something
is waited for, and whatever is read is recorded.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import aiohttp

from scanwright_conformance.deadline import pace
from scanwright_conformance.session._recorder import Stopped
from scanwright_conformance.session._web import reason
from scanwright_conformance.target import Port
from scanwright_conformance.transcript import Channel, Frame

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scanwright_conformance.session._session import Session
    from scanwright_conformance.transcript import Exchange

__all__ = ["CHANNEL", "SUBPROTOCOL", "Page"]

CHANNEL: Final = "/channel"
SUBPROTOCOL: Final = "scanwright.page.1"
PROTOCOL: Final = 1
ANSWER_S: Final = 15.0
FAREWELL_S: Final = 2.0
LARGEST_FRAME: Final = 16 * 1024 * 1024

Told = dict[str, Any]


class Page:
    """One page; `opened` is the result of its `session.open`, empty without one."""

    def __init__(self, session: Session, label: str, origin: str | None) -> None:
        self.label = label
        self.origin = origin
        self.opened: Told = {}
        self.close_code: int | None = None
        self._session = session
        self._url = ""
        self._status: int | None = None
        self._problem = ""
        self._frames: list[Frame] = []
        self._told: list[Told] = []
        self._started_s = session.recorder.now()
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._is_kept = False

    @property
    def headers(self) -> dict[str, str]:
        """What a browser would send with each request of this page."""
        return {} if self.origin is None else {"Origin": self.origin}

    @property
    def secrets(self) -> dict[str, str]:
        """What the session is taken up by: `session` and `holder`, or Stopped."""
        return {name: self._opened(name) for name in ("session", "holder")}

    async def connect(self, port: Port) -> None:
        """Shake hands; what comes of it is recorded, and not raised."""
        address = self._session.target.addresses.url(port)
        self._url = address.replace("http", "ws", 1) + CHANNEL
        try:
            async with asyncio.timeout(pace.scaled(ANSWER_S)):
                self._socket = await self._session.websocket(
                    f"{address}{CHANNEL}",
                    protocol=SUBPROTOCOL,
                    headers=self.headers,
                    largest_frame=LARGEST_FRAME,
                )
            self._status = 101
        except aiohttp.WSServerHandshakeError as error:
            self._status, self._problem = error.status, error.message
        except TimeoutError:
            self._problem = "no answer to the handshake"
        except (aiohttp.ClientError, OSError, ValueError) as error:
            self._problem = f"no answer: {reason(error)}"

    async def open(self, resume: Mapping[str, str] | None = None) -> Told:
        """Begin a session, or take one up; the result, empty when there is none."""
        params: Told = {"protocols": [PROTOCOL], "client": "conformance"}
        if resume is not None:
            params["resume"] = dict(resume)
        self.opened = await self.call("session.open", label="open", **params) or {}
        return self.opened

    async def call(
        self, method: str, *, label: str = "", within_s: float = ANSWER_S, **params: Any
    ) -> Told | None:
        """Ask, and return the result; None when there is an error, or no answer."""
        await self.ask(method, label=label, **params)
        return await self.answered(label or method, within_s=within_s)

    async def needed(self, method: str, *, label: str = "", **params: Any) -> Told:
        """Ask for what the conversation cannot go on without, or raise Stopped."""
        result = await self.call(method, label=label, **params)
        if result is None:
            raise Stopped(f"{label or method!r} has no result")
        return result

    async def ask(self, method: str, *, label: str = "", **params: Any) -> None:
        """Ask, and wait for nothing; the label is the method's name by default."""
        frame = {"jsonrpc": "2.0", "id": label or method, "method": method}
        await self.say(json.dumps({**frame, "params": params}))

    async def say(self, text: str) -> None:
        """Send a frame of any text."""
        if self._socket is None or self._socket.closed:
            raise Stopped(f"the channel {self.label!r} is not open")
        now = self._session.recorder.now()
        self._frames.append(Frame(now, text, is_sent=True))
        with suppress(ConnectionError):
            await self._socket.send_str(text)

    async def answered(
        self, label: str | None, *, within_s: float = ANSWER_S
    ) -> Told | None:
        """Return the result of the call `label`; None after an error, or the time.

        The label None is that of errors about frames that were no calls.
        """

        def is_it(told: Told) -> bool:
            return "method" not in told and told.get("id") == label

        answer = await self.until(is_it, within_s=within_s)
        result = None if answer is None else answer.get("result")
        return result if isinstance(result, dict) else None

    async def until_told(
        self, event: str, *, within_s: float = ANSWER_S, **members: Any
    ) -> Told | None:
        """Return the parameters of an event that has `members`, None after the time."""

        def is_it(told: Told) -> bool:
            params = told.get("params")
            return (
                told.get("method") == event
                and isinstance(params, dict)
                and members.items() <= params.items()
            )

        told = await self.until(is_it, within_s=within_s)
        return None if told is None else told["params"]

    async def until(
        self, is_it: Callable[[Told], bool], *, within_s: float = ANSWER_S
    ) -> Told | None:
        """Return the first frame that came and `is_it`, None when none does in time."""
        seen = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(pace.scaled(within_s)):
                while True:
                    for told in self._told[seen:]:
                        if is_it(told):
                            return told
                    seen = len(self._told)
                    if not await self._read():
                        break
        return None

    async def until_closed(self, *, within_s: float = ANSWER_S) -> None:
        """Read until the service hangs up, or the time is over."""
        await self.until(lambda _: False, within_s=within_s)

    async def fetch(
        self,
        path: str,
        *,
        label: str,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Exchange:
        """GET what lies below the base, as this page unless `headers` say another."""
        sent = self.headers if headers is None else headers
        below = self._opened("base") + path
        return await self._session.http(
            "GET", below, label=label, query=query, headers=sent
        )

    async def upload(self, data: bytes, *, label: str) -> str:
        """Send a file; return what `file.load` calls it by, or raise Stopped."""
        path = self._opened("base") + "uploads"
        exchange = await self._session.http(
            "POST", path, label=label, headers=self.headers, body=data
        )
        body = exchange.json_or_none()
        name = body.get("upload") if isinstance(body, dict) else None
        if not isinstance(name, str):
            raise Stopped(f"{label!r} was not taken")
        return name

    async def load(
        self, data: bytes, *, label: str = "load", **params: Any
    ) -> list[str]:
        """Bring a file into the open document; return its images, or raise Stopped."""
        name = await self.upload(data, label=f"{self.label}: {label}")
        result = await self.needed("file.load", label=label, upload=name, **params)
        images = result.get("images")
        if not isinstance(images, list) or not all(isinstance(i, str) for i in images):
            raise Stopped(f"{label!r} has no images")
        if not images:
            raise Stopped(f"{label!r} brought no image")
        return images

    async def state(self, label: str) -> Told:
        """Ask for the whole buffer; empty when there is no answer."""
        return await self.call("buffer.state", label=label) or {}

    async def path_of(self, image: str, *, label: str) -> str:
        """Return the path of an image by the buffer's state, or raise Stopped."""
        images = (await self.state(label)).get("images")
        for each in images if isinstance(images, list) else []:
            if isinstance(each, dict) and each.get("id") == image:
                return str(each.get("path"))
        raise Stopped(f"the state {label!r} does not have the image")

    async def leave(self) -> None:
        """Hang up and leave the session to itself, as a page that is gone."""
        if self._socket is not None:
            await self._socket.close()
        self.keep()

    async def finish(self) -> None:
        """End the session, and record what was said."""
        try:
            if self._socket is not None and not self._socket.closed and self.opened:
                with suppress(Stopped):
                    await self.call(
                        "session.close", label="cleanup", within_s=FAREWELL_S
                    )
            if self._socket is not None:
                await self._socket.close()
        finally:
            self.keep()

    def keep(self) -> None:
        """Record the channel; once."""
        if self._is_kept:
            return
        self._is_kept = True
        self._session.recorder.add(
            Channel(
                label=self.label,
                url=self._url,
                headers=tuple(self.headers.items()),
                status=self._status,
                frames=tuple(self._frames),
                close_code=self.close_code,
                problem=self._problem,
                started_s=self._started_s,
                pace=pace.factor,
            )
        )

    async def _read(self) -> bool:
        """Take one frame in; False when there will be no more."""
        if self._socket is None:
            return False
        message = await self._socket.receive()
        if message.type is aiohttp.WSMsgType.TEXT:
            self._take(message.data)
            return True
        if message.type is aiohttp.WSMsgType.CLOSE:
            self.close_code = message.data
        return message.type is aiohttp.WSMsgType.BINARY

    def _take(self, text: str) -> None:
        now = self._session.recorder.now()
        self._frames.append(Frame(now, text, is_sent=False))
        try:
            told = json.loads(text)
        except (ValueError, RecursionError):
            return
        if isinstance(told, dict):
            self._told.append(told)

    def _opened(self, name: str) -> str:
        value = self.opened.get(name)
        if not isinstance(value, str):
            raise Stopped(f"the channel {self.label!r} has no {name}")
        return value
