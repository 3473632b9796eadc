"""The handler of a connection: what is no HTTP is refused in the service's words.

aiohttp would answer in plain text, and fill the log with where in its own code it was.

Implements: HTTP-error-object.
"""

from __future__ import annotations

import asyncio
import logging

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_protocol import RequestHandler

from scanwright.errors import InvalidParameter
from scanwright.http.answers import error_response

__all__ = ["Handler"]

logger = logging.getLogger(__name__)


class Handler(RequestHandler):
    """Reads requests from one connection and answers them."""

    __slots__ = ()

    def __init__(self, server: web.Server) -> None:
        super().__init__(
            server,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type] # as web.run_app does
        )

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what could not be read; a fault of ours is aiohttp's to tell."""
        if not isinstance(exc, HttpProcessingError) or request.writer.output_size:
            return super().handle_error(request, status, exc, message)
        what, *_ = exc.message.strip().splitlines() or [""]
        logger.info("what came is no request of HTTP: %s", what)
        answer = error_response(InvalidParameter(f"this is no HTTP: {what}"))
        answer.force_close()
        return answer
