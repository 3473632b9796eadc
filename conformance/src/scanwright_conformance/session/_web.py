"""Ordinary HTTP: aiohttp with everything switched off that it does unasked.

No redirects, no decompression, no cookies, no connection reuse: what a check asks for
is what is sent, and what is recorded is what came.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import ssl
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Final

import aiohttp
from yarl import URL

from scanwright_conformance.deadline import pace
from scanwright_conformance.transcript import Answer, Body, Exchange, Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanwright_conformance.session._recorder import Recorder

__all__ = ["Web", "body_of", "reason", "trusting"]

BODY_LIMIT: Final = 512 * 1024 * 1024
AUTOMATIC: Final = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


class Web:
    """One HTTP client for one check; closes with its session."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._client = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, force_close=True, ssl=trusting()),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=AUTOMATIC,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=None),
        )
        # Else aiohttp repeats a request that the target dropped, once and in silence.
        self._client._retry_connection = False  # noqa: SLF001 - there is no other way

    async def close(self) -> None:
        """End all connections."""
        await self._client.close()

    async def exchange(
        self,
        request: Request,
        *,
        label: str,
        timeout_s: float,
    ) -> Exchange:
        """Send `request`, record what happens, and return it; never raises for it."""
        started = self._recorder.now()
        answer: Answer | None = None
        problem = "given up by the client before an answer"
        timeout_s = pace.scaled(timeout_s)
        try:
            async with asyncio.timeout(timeout_s):
                answer = await self._answer(request)
            problem = ""
        except TimeoutError:
            problem = f"no answer within {timeout_s:g} s"
        except aiohttp.ServerDisconnectedError:
            problem = "the connection closed without an answer"
        except (aiohttp.ClientError, OSError, ValueError) as error:
            problem = f"no answer: {reason(error)}"
        finally:
            # Also when cancelled: a request that hung until the deadline is evidence.
            seconds = self._recorder.now() - started
            exchange = Exchange(label, request, answer, problem, started, seconds)
            self._recorder.add(exchange)
        return exchange

    async def websocket(
        self,
        url: str,
        *,
        protocol: str,
        headers: Mapping[str, str],
        largest_frame: int,
    ) -> aiohttp.ClientWebSocketResponse:
        """Open a WebSocket; raises what aiohttp does. Nothing is recorded here."""
        return await self._client.ws_connect(
            URL(url, encoded=True),
            protocols=(protocol,),
            headers=headers,
            max_msg_size=largest_frame,
            timeout=aiohttp.ClientWSTimeout(ws_close=1.0),
        )

    async def _answer(self, request: Request) -> Answer:
        response = await self._client.request(
            request.method,
            URL(request.url, encoded=True),
            headers=list(request.headers),
            data=BytesIO(request.body) if request.body else None,
            allow_redirects=False,
        )
        # closed, not released: a target may answer without reading what it is sent,
        # and aiohttp would wait for the rest of the request to be written
        with contextlib.closing(response):
            data = await _read(response)
            headers = tuple(
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in response.raw_headers
            )
            return Answer(response.status, headers, body_of(data))


def body_of(data: bytes) -> Body:
    """Return the record of a body's bytes."""
    return Body(len(data), sha256(data).hexdigest(), data)


def trusting() -> ssl.SSLContext:
    """Return a TLS client that trusts anybody.

    A broken chain has a clause of its own; it must not fail every other one.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def reason(error: Exception) -> str:
    """Return why, in the words of the operating system where it was asked."""
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return str(error)
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    return str(error) or type(error).__name__


async def _read(response: aiohttp.ClientResponse) -> bytes:
    parts = bytearray()
    async for part in response.content.iter_any():
        parts += part
        if len(parts) > BODY_LIMIT:
            raise ValueError(f"the body is longer than {BODY_LIMIT} bytes")
    return bytes(parts)
