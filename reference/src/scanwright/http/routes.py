"""From a request to an endpoint: the guard at the door, and the table behind it.

The guard looks at every request before anything else does: the Host header, then the
Origin, then what else the `Door` asks for, then whether it is a preflight. An endpoint
is a path with its methods; whatever goes wrong in one leaves it as an error of
scanwright.errors, and is answered here.

No answer has Strict-Transport-Security: it would count for all ports of the host, and
lock everybody else's plain HTTP on this machine out.

Implements: ORIGIN-host-foreign, ORIGIN-allowed, ORIGIN-foreign-no-effect,
ORIGIN-preflight, ORIGIN-preflight-foreign, ORIGIN-private-network,
HTTP-method-not-allowed, HTTP-unknown-path, HTTP-body-limit, HTTP-no-crash.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from aiohttp import hdrs, web

from scanwright.errors import (
    BodyTooLarge,
    HostRefused,
    InternalError,
    MethodNotAllowed,
    OriginRefused,
    ScanwrightError,
    UnknownPath,
)
from scanwright.http.answers import error_response
from scanwright.protocol.origins import HostPolicy, OriginPolicy

__all__ = ["Door", "Endpoints", "Handler", "build_application"]

logger = logging.getLogger(__name__)

MAX_BODY_BYTES: Final = 4 * 1024 * 1024
PREFLIGHT_LIFETIME_S: Final = 600

HEADERS: Final = (
    "Content-Type",
    "DWT-PRODUCT-KEY",
    "DWT-DOC-PASSWORD",
    "X-DICS-LICENSE-KEY",
    "X-DICS-DOC-PASSWORD",
)
"""Request headers of the interface that a page needs permission for."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Endpoints = Mapping[str, Mapping[str, Handler]]
"""Path to method to handler."""


def _no_more(_request: web.Request) -> None:
    """Ask for nothing else."""


@dataclass(frozen=True, slots=True)
class Door:
    """Who is let in. Each part is asked at every request: it may change meanwhile.

    `access` raises an error for a request that is refused.
    """

    origins: Callable[[], OriginPolicy] = OriginPolicy
    hosts: Callable[[], HostPolicy] = HostPolicy
    access: Callable[[web.Request], None] = _no_more
    open_paths: tuple[str, ...] = ()
    """What pages of every origin may read, whatever the policy says: paths, and all
    that lies below those that end in a slash."""

    def is_open(self, path: str) -> bool:
        """Tell whether pages of every origin may read this path."""
        return any(
            path.startswith(each) if each.endswith("/") else path == each
            for each in self.open_paths
        )


def build_application(
    endpoints: Endpoints,
    door: Door | OriginPolicy,
) -> web.Application:
    """Build an application that serves these endpoints behind the guard.

    An origin policy is a door whose policy stays as it is.
    """
    if isinstance(door, OriginPolicy):
        policy = door
        door = Door(origins=lambda: policy)
    app = web.Application(
        middlewares=[_guard(endpoints, door)],
        client_max_size=MAX_BODY_BYTES,
    )
    for path, methods in endpoints.items():
        app.router.add_route(hdrs.METH_ANY, path, _choose(methods))
    app.on_response_prepare.append(_cors_headers(door))
    return app


def _choose(methods: Mapping[str, Handler]) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        handler = methods.get(request.method)
        if handler is None:
            raise MethodNotAllowed(request.method, tuple(sorted(methods)))
        return await handler(request)

    return handle


def _guard(
    endpoints: Endpoints,
    door: Door,
) -> Callable[..., Awaitable[web.StreamResponse]]:
    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            _check_host(request, door.hosts())
            if not door.is_open(request.path):
                _check_origin(request, door.origins())
            door.access(request)
            if _is_preflight(request):
                return _preflight(request, endpoints)
            return await handler(request)
        except ScanwrightError as error:
            if isinstance(error, InternalError):
                logger.exception("%s %s failed", request.method, request.path)
            return error_response(error)
        except web.HTTPNotFound:
            return error_response(UnknownPath(f"There is no {request.path} here."))
        except web.HTTPRequestEntityTooLarge:
            limit = MAX_BODY_BYTES // 1024
            return error_response(BodyTooLarge(f"The body is above {limit} KiB."))
        except ConnectionError:
            raise  # the client has gone: there is nobody to answer
        except Exception:
            logger.exception("%s %s failed", request.method, request.path)
            return error_response(
                InternalError("The service failed; its log says why."),
            )

    return guard


def _check_host(request: web.Request, hosts: HostPolicy) -> None:
    if not hosts.accepts(request.headers.get(hdrs.HOST)):
        raise HostRefused("The Host header does not name this machine.")


def _check_origin(request: web.Request, policy: OriginPolicy) -> None:
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is not None and not policy.allows(origin):
        raise OriginRefused(f"Pages of {origin} may not use this service.")


def _is_preflight(request: web.Request) -> bool:
    return (
        request.method == hdrs.METH_OPTIONS
        and hdrs.ORIGIN in request.headers
        and hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers
    )


def _preflight(request: web.Request, endpoints: Endpoints) -> web.Response:
    resource = request.match_info.route.resource
    if resource is None:
        raise UnknownPath(f"There is no {request.path} here.")
    methods = sorted(endpoints[resource.canonical])
    headers: dict[str, str] = {
        hdrs.ACCESS_CONTROL_ALLOW_METHODS: ", ".join(methods),
        hdrs.ACCESS_CONTROL_ALLOW_HEADERS: ", ".join(HEADERS),
        hdrs.ACCESS_CONTROL_MAX_AGE: str(PREFLIGHT_LIFETIME_S),
    }
    if request.headers.get("Access-Control-Request-Private-Network") == "true":
        headers["Access-Control-Allow-Private-Network"] = "true"
    return web.Response(status=204, headers=headers)


def _cors_headers(
    door: Door,
) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    async def add(request: web.Request, response: web.StreamResponse) -> None:
        response.headers.add(hdrs.VARY, hdrs.ORIGIN)
        response.headers["X-Content-Type-Options"] = "nosniff"
        origin = request.headers.get(hdrs.ORIGIN)
        if door.is_open(request.path):
            response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = "*"
        elif (
            origin is not None
            and door.origins().allows(origin)
            and door.hosts().accepts(request.headers.get(hdrs.HOST))
        ):
            response.headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin

    return add
