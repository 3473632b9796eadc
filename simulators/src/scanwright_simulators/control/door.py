"""The door: who may steer the scanners, and how every refusal is told.

The control listens on the loopback interface, and a browser on this machine reaches
that for any page it shows. So the Host must be a loopback name, which ends DNS
rebinding; an Origin must be our own; and pages of others may not even look. No answer
carries a CORS header.

Every refusal is `{"error": "what is wrong", "near": ["what would have worked"]}`:

    400  the body or the query is wrong          409  the state of the device forbids it
    403  another origin, host or user            413  too large
    404  no such device, sheet, button, rule     415  no JSON and no form
    405  no such method here                     422  a file that is no document
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from aiohttp import hdrs, web

from scanwright_simulators.device.rules import RuleError
from scanwright_simulators.errors import (
    ContentError,
    Refusal,
    ScenarioError,
    SettingsRefused,
)

__all__ = ["HEADERS", "Refused", "add_headers", "door"]

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LOOPBACK: Final = re.compile(
    r"(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?", re.ASCII | re.IGNORECASE
)
SAFE: Final = frozenset({hdrs.METH_GET, hdrs.METH_HEAD})
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Nothing but our own files, in nobody's frame."""

STATUSES: Final[dict[type[Exception], int]] = {
    RuleError: 400,
    ScenarioError: 400,  # bodies are read as scenario files are
    SettingsRefused: 400,
    ContentError: 422,
    Refusal: 409,
}
"""The first that fits: a Refusal is also what SettingsRefused is."""


class Refused(Exception):
    """A request that is not done; `near` is what would have worked."""

    def __init__(self, status: int, message: str, near: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.near = tuple(near)


@web.middleware
async def door(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let requests of this machine in, and tell every refusal in the same form."""
    try:
        _look_at(request)
        return await handler(request)
    except (Refused, RuleError, ScenarioError, ContentError, Refusal) as error:
        message = str(error)
        if isinstance(error, RuleError):
            message = f"body: {error.key}: {message}"
        return _told(_status(error), message, getattr(error, "near", ()))
    except web.HTTPException as error:
        return _translated(request, error)
    except web.RequestPayloadError:
        return _told(400, "the body is broken, or encoded in another way than it says")


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """Forbid browsers whatever the panel does not need."""
    response.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
    response.headers.update(HEADERS)


def _look_at(request: web.Request) -> None:
    host = request.headers.get(hdrs.HOST, "")
    if LOOPBACK.fullmatch(host) is None:
        raise Refused(403, f"{host!r} is no name of this machine", ["127.0.0.1"])
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is not None and origin.lower() != f"http://{host}".lower():
        raise Refused(403, f"pages of {origin} may not steer these scanners")
    site = request.headers.get("Sec-Fetch-Site", "none")
    if site in {"same-origin", "none"}:
        return
    mode = request.headers.get("Sec-Fetch-Mode")
    if mode != "navigate" or request.method not in SAFE:
        raise Refused(403, "pages of other sites may not look at these scanners")


def _status(error: Exception) -> int:
    if isinstance(error, Refused):
        return error.status
    return next(code for kind, code in STATUSES.items() if isinstance(error, kind))


def _translated(request: web.Request, error: web.HTTPException) -> web.StreamResponse:
    if error.status < 400:
        raise error
    match error:
        case web.HTTPNotFound():
            message = f"there is no {request.path}; /api/openapi.yaml lists what is"
        case web.HTTPMethodNotAllowed():
            message = f"{request.path} knows no {request.method}"
        case web.HTTPRequestEntityTooLarge():
            message = "the body is too large"
        case _:
            message = error.reason
    answer = _told(error.status, message)
    if allowed := error.headers.get(hdrs.ALLOW):
        answer.headers[hdrs.ALLOW] = allowed
    return answer


def _told(status: int, message: str, near: Sequence[str] = ()) -> web.Response:
    return web.json_response({"error": message, "near": list(near)}, status=status)
