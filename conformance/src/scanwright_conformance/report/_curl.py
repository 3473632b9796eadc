"""A recorded request as a command line that repeats it."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from scanwright_conformance.transcript import Request

__all__ = ["curl_line"]

BODY_LIMIT: Final = 4096


def curl_line(request: Request) -> str:
    """Return the shell command that sends `request` again.

    `-k` stands for TLS, as the local CA is a file that the reader may not have; `-i`
    shows status and headers. Raw bytes go through netcat or openssl.
    """
    if request.raw is not None:
        return _raw_line(request.raw, request.url)
    words = ["curl", "-i", *_method(request.method)]
    if request.url.startswith("https:"):
        words.append("-k")
    for name, value in request.headers:
        words += ["-H", f"{name}: {value}" if value else f"{name};"]
    if request.body and not any(
        name.lower() == "content-type" for name, _ in request.headers
    ):
        words += ["-H", "Content-Type:"]
    if request.body:
        words += ["--data-binary", _body(request.body)]
    return " ".join(quote(word) for word in [*words, request.url])


def _method(method: str) -> list[str]:
    if method == "HEAD":
        return ["--head"]
    return [] if method == "GET" else ["-X", method]


def _body(body: bytes) -> str:
    text = body[:BODY_LIMIT].decode("utf-8", "replace")
    return text if len(body) <= BODY_LIMIT else f"{text}…"


def _raw_line(raw: bytes, url: str) -> str:
    text = "".join(_printf(byte) for byte in raw[:BODY_LIMIT])
    parts = urlsplit(url)
    if parts.scheme == "https":
        return f"printf -- '{text}' | openssl s_client -quiet -connect {parts.netloc}"
    return f"printf -- '{text}' | nc -q 2 {parts.hostname} {parts.port}"


def _printf(byte: int) -> str:
    """Return one byte as printf understands it between single quotes."""
    if byte == ord("%"):
        return "%%"
    if 32 <= byte < 127 and chr(byte) not in "\\'":
        return chr(byte)
    return f"\\{byte:03o}"
