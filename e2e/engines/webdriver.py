"""W3C WebDriver: the older way to drive a browser, by one request for each command."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import aiohttp

__all__ = ["ELEMENT", "Driver", "DriverError", "driving"]

ELEMENT: Final = "element-6066-11e4-a52e-4f735466cecf"
"""The name under which the standard hides the id of an element."""


class DriverError(Exception):
    """The driver refuses a command: its code, then its words."""


class Driver:
    """One session with one window."""

    def __init__(self, http: aiohttp.ClientSession, base: str) -> None:
        """Send commands below this address."""
        self._http = http
        self._base = base

    async def get(self, path: str) -> Any:
        """Ask for something."""
        return await _value(self._http, "GET", self._base + path)

    async def post(self, path: str, **parameters: object) -> Any:
        """Do something."""
        return await _value(self._http, "POST", self._base + path, parameters)

    async def end(self) -> None:
        """End the session, and the browser with it."""
        await _value(self._http, "DELETE", self._base)


@contextlib.asynccontextmanager
async def driving(
    port: int, capabilities: Mapping[str, object], *, within_s: float
) -> AsyncIterator[Driver]:
    """Begin a session as soon as the driver listens on this port; end it at last."""
    root = f"http://127.0.0.1:{port}"
    wanted = {"capabilities": {"alwaysMatch": capabilities}}
    async with aiohttp.ClientSession() as http:
        async with asyncio.timeout(within_s):
            await _until_ready(http, root)
            begun = await _value(http, "POST", f"{root}/session", wanted)
        driver = Driver(http, f"{root}/session/{begun['sessionId']}")
        try:
            yield driver
        finally:
            await driver.end()


async def _until_ready(http: aiohttp.ClientSession, root: str) -> None:
    while True:
        with contextlib.suppress(aiohttp.ClientError):
            if (await _value(http, "GET", f"{root}/status"))["ready"]:
                return
        await asyncio.sleep(0.1)


async def _value(
    http: aiohttp.ClientSession,
    method: str,
    url: str,
    body: Mapping[str, object] | None = None,
) -> Any:
    async with http.request(method, url, json=body) as response:
        value = (await response.json(content_type=None))["value"]
    if response.status != 200:
        raise DriverError(f"{value['error']}: {value['message']}")
    return value
