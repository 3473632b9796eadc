"""A page as a contender: the channel spoken plainly, and nothing checked on the way."""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp

__all__ = ["Page", "open_page"]


@dataclass(slots=True)
class Page:
    """An open page; one call at a time."""

    api: str
    client: aiohttp.ClientSession
    socket: aiohttp.ClientWebSocketResponse
    base: str = ""
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    async def call(self, method: str, **params: object) -> Any:
        """Ask, pass over what is told meanwhile, and return the result."""
        number = next(self._numbers)
        frame = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        await self.socket.send_str(json.dumps(frame))
        while True:
            told = json.loads(await self.socket.receive_str())
            if told.get("id") == number:
                assert "result" in told, told
                return told["result"]

    async def get(self, path: str) -> bytes:
        """Fetch what lies below the session's base."""
        async with self.client.get(f"{self.api}{self.base}{path}") as answer:
            assert answer.status == 200, await answer.text()
            return await answer.read()


@contextlib.asynccontextmanager
async def open_page(api: str) -> AsyncIterator[Page]:
    """Open a session; it ends with the block."""
    async with (
        aiohttp.ClientSession() as client,
        client.ws_connect(f"{api}/channel", max_msg_size=0) as socket,
    ):
        page = Page(api, client, socket)
        page.base = (await page.call("session.open", protocols=[1]))["base"]
        yield page
        if not socket.closed:
            await page.call("session.close")
