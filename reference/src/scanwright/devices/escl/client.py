"""HTTP to one eSCL scanner: a connection per request, every failure a `DeviceError`.

Scanners' web servers are small and odd, and keep-alive is among the first things that
they do wrong; a new connection costs a millisecond. Certificates are not verified:
they are self-signed by nature, and whoever could forge one could also just be the
scanner. TLS here keeps pages from being read along, no more.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from scanwright.devices.escl.address import EsclAddress
from scanwright.devices.port import Cancelled
from scanwright.errors import Code, DeviceError

__all__ = ["Answer", "EsclClient"]

PIECE_BYTES: Final = 1 << 16
LARGEST_ANSWER_BYTES: Final = 1 << 29
SILENCE_S: Final = 60.0
"""No answer for this long is none; main usually loses patience before."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the scanner answered."""

    status: int
    location: str
    body: bytes


class EsclClient:
    """Requests to one scanner; `interrupt` ends the present and all later ones."""

    def __init__(self, address: EsclAddress, *, timeout_s: float = SILENCE_S) -> None:
        self._address = address
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._connection: http.client.HTTPConnection | None = None
        self._is_interrupted = False

    def get(self, name: str) -> Answer:
        """Ask for a resource below the scanner's root."""
        return self.request("GET", f"{self._address.path}/{name}")

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        alive: Callable[[], None] | None = None,
    ) -> Answer:
        """Make a request; `alive` is called for every piece that arrives."""
        connection = self._connect()
        headers = {"Content-Type": "text/xml"} if body is not None else {}
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            data = _read(response, alive)
            location = response.headers.get("Location", "")
            return Answer(response.status, location, data)
        except (OSError, http.client.HTTPException, ValueError) as error:
            if self._is_interrupted:
                raise Cancelled from error
            raise self._lost(error) from error
        finally:
            self._forget()

    def interrupt(self) -> None:
        """End it all, from another thread."""
        with self._lock:
            self._is_interrupted = True
            if self._connection and self._connection.sock:
                with contextlib.suppress(OSError):
                    self._connection.sock.shutdown(socket.SHUT_RDWR)

    def _connect(self) -> http.client.HTTPConnection:
        host, port = self._address.host, self._address.port
        connection = http.client.HTTPConnection(host, port, timeout=self._timeout_s)
        if self._address.is_secure:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            connection = http.client.HTTPSConnection(
                host, port, timeout=self._timeout_s, context=context
            )
        with self._lock:
            if self._is_interrupted:
                raise Cancelled
            self._connection = connection
        return connection

    def _forget(self) -> None:
        with self._lock:
            if self._connection:
                self._connection.close()
            self._connection = None

    def _lost(self, error: Exception) -> DeviceError:
        if isinstance(error, http.client.IncompleteRead):
            return DeviceError(
                f"{self._address.name} broke off in the middle of an answer.",
                code=Code.READ_ERROR,
            )
        return DeviceError(
            f"{self._address.name} cannot be reached at {self._address.url}, or broke "
            f"off ({error or type(error).__name__}). See whether it is switched on.",
            code=Code.DEVICE_OFFLINE,
        )


def _read(
    response: http.client.HTTPResponse, alive: Callable[[], None] | None
) -> bytes:
    pieces = []
    size = 0
    while piece := response.read(PIECE_BYTES):
        pieces.append(piece)
        size += len(piece)
        if size > LARGEST_ANSWER_BYTES:
            raise ValueError(f"an answer of more than {LARGEST_ANSWER_BYTES:,} bytes")
        if alive:
            alive()
    if response.length:
        raise http.client.IncompleteRead(b"", response.length)
    return b"".join(pieces)
