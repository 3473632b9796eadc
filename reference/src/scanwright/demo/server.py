"""The demo server as one application: its door, its paths, and its sweeper."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware

from scanwright.demo.api import Api
from scanwright.demo.database import Database
from scanwright.demo.documents import Documents
from scanwright.demo.guard import DATA, Guard
from scanwright.demo.previews import Previews
from scanwright.demo.refusals import refusal_object, refusal_status
from scanwright.demo.settings import DemoSettings
from scanwright.demo.static import Static
from scanwright.demo.threads import Threads
from scanwright.demo.uploads import Uploads
from scanwright.errors import ScanwrightError

__all__ = ["build_application"]

SWEEP_S: Final = 600.0
MOST_BODY: Final = 1024 * 1024
"""Of a request that is no form; forms have limits of their own."""
ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}

Next = Callable[[web.Request], Awaitable[web.StreamResponse]]

logger = logging.getLogger(__name__)


def build_application(database: Database, settings: DemoSettings) -> web.Application:
    """Return the application; the database stays the caller's."""
    guard = Guard(settings)
    threads = Threads()
    documents = Documents(database)
    uploads = Uploads(database, settings.clock)
    previews = Previews(documents, threads)
    api = Api(settings, threads, documents, uploads, previews)
    application = web.Application(
        middlewares=[_answering(guard)], client_max_size=MOST_BODY
    )
    application.router.add_routes([*api.routes(), *Static(settings).routes()])
    application.on_response_prepare.append(_headers(guard))
    application.cleanup_ctx.append(_sweeping(uploads, threads))
    return application


def _answering(guard: Guard) -> Middleware:
    @web.middleware
    async def answer(request: web.Request, handler: Next) -> web.StreamResponse:
        """Look who it is, and spell errors."""
        try:
            guard.check(request)
            is_preflight = request.method == hdrs.METH_OPTIONS
            if is_preflight and request.path.startswith(DATA):
                return guard.preflight(request)
            return await handler(request)
        except ScanwrightError as error:
            if refusal_status(error) >= 500:
                logger.exception("%s %s", request.method, request.path)
            return _refusal(error)
        except web.HTTPError as error:
            if error.status >= 500:
                raise
            body = {"error": error.reason.lower(), "message": f"{error.reason}."}
            headers = {n: v for n, v in error.headers.items() if n == hdrs.ALLOW}
            return web.json_response(body, status=error.status, headers=headers)

    return answer


def _refusal(error: ScanwrightError) -> web.Response:
    headers = getattr(error, "headers", None)
    return web.json_response(
        refusal_object(error), status=refusal_status(error), headers=headers
    )


def _headers(
    guard: Guard,
) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    async def add(request: web.Request, answer: web.StreamResponse) -> None:
        """Give every answer what browsers are to know."""
        for name, value in ALWAYS.items():
            answer.headers.setdefault(name, value)
        if not request.path.startswith(DATA):
            return
        answer.headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
        answer.headers.update(guard.cors_headers(request))
        is_open = bool(guard.settings.origins)
        answer.headers["Cross-Origin-Resource-Policy"] = (
            "cross-origin" if is_open else "same-origin"
        )

    return add


def _sweeping(
    uploads: Uploads, threads: Threads
) -> Callable[[web.Application], AsyncIterator[None]]:
    async def sweep(_application: web.Application) -> AsyncIterator[None]:
        """Drop abandoned uploads now and then; end the threads at the end."""
        async with asyncio.TaskGroup() as tasks:
            sweeper = tasks.create_task(_sweep(uploads, threads))
            yield
            sweeper.cancel()
        threads.close()

    return sweep


async def _sweep(uploads: Uploads, threads: Threads) -> None:
    while True:
        # One that does not answer now may do so at the next time.
        with contextlib.suppress(ScanwrightError):
            if count := await threads.run(uploads.expire):
                logger.info("%d abandoned uploads were dropped", count)
        await asyncio.sleep(SWEEP_S)
