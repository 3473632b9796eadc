"""Answers: JSON, error objects, and images that are sent in slices.

An answer on the wire is for connections that no application serves any more.

Implements: HTTP-json-answer, HTTP-error-object, HTTP-allow-header.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Final

from aiohttp import web

from scanwright.errors import (
    ClientError,
    MethodNotAllowed,
    ScanwrightError,
    StorageFull,
    TooManyConnections,
)

__all__ = [
    "SLICE_BYTES",
    "error_on_the_wire",
    "error_response",
    "image_response",
    "json_response",
]

SLICE_BYTES: Final = 256 * 1024
"""Large bodies in one piece cost a copy, and three times the time over TLS."""


def json_response(value: object, *, status: int = 200) -> web.Response:
    """Answer with a JSON body."""
    return web.json_response(value, status=status, headers=_NO_STORE)


def error_response(error: ScanwrightError) -> web.Response:
    """Answer with the error object of the interface."""
    answer = json_response(_error_object(error), status=_status(error))
    if isinstance(error, MethodNotAllowed):
        answer.headers["Allow"] = ", ".join(error.allowed)
    return answer


def error_on_the_wire(error: ScanwrightError) -> bytes:
    """Return a whole answer, after which the connection is closed."""
    status = HTTPStatus(_status(error))
    body = json.dumps(_error_object(error)).encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\n"
        "Content-Type: application/json; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode() + body


async def image_response(
    request: web.Request,
    image: bytes,
    mime: str,
) -> web.StreamResponse:
    """Send an image without copying it whole."""
    answer = web.StreamResponse(headers=_NO_STORE)
    answer.content_type = mime
    answer.content_length = len(image)
    await answer.prepare(request)
    view = memoryview(image)
    for start in range(0, len(image), SLICE_BYTES):
        await answer.write(view[start : start + SLICE_BYTES])
    await answer.write_eof()
    return answer


def _status(error: ScanwrightError) -> int:
    if isinstance(error, ClientError | StorageFull | TooManyConnections):
        return error.status
    return 500


def _error_object(error: ScanwrightError) -> dict[str, object]:
    return {
        "statusCode": _status(error),
        "code": int(error.code),
        "message": error.message,
    }


# Pages are private and jobs change: nothing here may be kept by a cache.
_NO_STORE: Final = {"Cache-Control": "no-store"}
