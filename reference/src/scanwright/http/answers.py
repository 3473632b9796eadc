"""Answers: JSON, error objects, and images that are sent in slices.

Implements: HTTP-json-answer, HTTP-error-object, HTTP-allow-header.
"""

from __future__ import annotations

from typing import Final

from aiohttp import web

from scanwright.errors import ClientError, MethodNotAllowed, ScanwrightError

__all__ = ["SLICE_BYTES", "error_response", "image_response", "json_response"]

SLICE_BYTES: Final = 256 * 1024
"""Large bodies in one piece cost a copy, and three times the time over TLS."""


def json_response(value: object, *, status: int = 200) -> web.Response:
    """Answer with a JSON body."""
    return web.json_response(value, status=status, headers=_NO_STORE)


def error_response(error: ScanwrightError) -> web.Response:
    """Answer with the error object of the interface."""
    status = error.status if isinstance(error, ClientError) else 500
    answer = json_response(
        {"statusCode": status, "code": int(error.code), "message": error.message},
        status=status,
    )
    if isinstance(error, MethodNotAllowed):
        answer.headers["Allow"] = ", ".join(error.allowed)
    return answer


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


# Pages are private and jobs change: nothing here may be kept by a cache.
_NO_STORE: Final = {"Cache-Control": "no-store"}
