"""WebDriver BiDi: a conversation with a Firefox as it is installed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp

__all__ = ["BidiError", "Link", "connected"]

Answer = dict[str, Any]
Listener = Callable[[Answer], None]

LARGEST_MESSAGE = 64 << 20
"""A screenshot comes as one message."""


class BidiError(Exception):
    """The browser refuses a command: its code, then its words."""


class Link:
    """Questions and answers, one at a time; events are told as they pass by."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Speak on this socket."""
        self._socket = socket
        self._asked = 0
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Tell this one all events, from now on."""
        self._listeners.append(listener)

    async def ask(self, method: str, **parameters: object) -> Answer:
        """Return the result of a command.

        Raises:
            BidiError: the browser refuses it.
        """
        self._asked += 1
        number = self._asked
        question = {"id": number, "method": method, "params": parameters}
        await self._socket.send_json(question)
        while (answer := await self.read()).get("id") != number:
            pass
        if answer["type"] == "error":
            raise BidiError(f"{answer['error']}: {answer['message']}")
        result: Answer = answer["result"]
        return result

    async def read(self) -> Answer:
        """Take the next message, and tell it to the listeners when it is an event."""
        message: Answer = await self._socket.receive_json()
        if message.get("type") == "event":
            for listener in self._listeners:
                listener(message)
        return message


@contextlib.asynccontextmanager
async def connected(port: int, *, within_s: float) -> AsyncIterator[Link]:
    """Begin a session as soon as the browser listens on this port.

    Raises:
        TimeoutError: it does not in time.
    """
    async with aiohttp.ClientSession() as session:
        async with asyncio.timeout(within_s):
            socket = await _connect(session, f"ws://127.0.0.1:{port}/session")
        async with socket:
            link = Link(socket)
            await link.ask("session.new", capabilities={})
            yield link


async def _connect(
    session: aiohttp.ClientSession, url: str
) -> aiohttp.ClientWebSocketResponse:
    while True:
        try:
            return await session.ws_connect(url, max_msg_size=LARGEST_MESSAGE)
        except aiohttp.ClientError:
            await asyncio.sleep(0.1)
