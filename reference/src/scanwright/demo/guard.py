"""Who may use the demo server: its own pages, programs, and origins that were named.

Everything is refused that a foreign page could make a browser do: names that were
rebound to this machine, requests with a foreign origin, pictures and links of other
sites into the documents. Programs that are no browser send neither header.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from aiohttp import hdrs, web

from scanwright.demo.settings import DemoSettings
from scanwright.errors import HostRefused, OriginRefused
from scanwright.protocol.origins import HostPolicy

__all__ = ["DATA", "Guard"]

DATA: Final = ("/documents", "/uploads")
"""Begins of the paths that are not for everybody."""
OWN_SITES: Final = frozenset({"same-origin", "none"})
METHODS: Final = "GET, HEAD, POST, DELETE"
EXPOSED: Final = "Content-Range, Content-Disposition, ETag, Accept-Ranges"
PREFLIGHT_S: Final = "600"


@dataclass(frozen=True, slots=True)
class Guard:
    """The checks, and the headers that tell a browser of them."""

    settings: DemoSettings
    _hosts: HostPolicy = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hosts", HostPolicy(self.settings.hosts))

    def check(self, request: web.Request) -> None:
        """Let a request pass.

        Raises:
            HostRefused: It names another machine.
            OriginRefused: It comes of a page that may not.
        """
        if not self._hosts.accepts(request.headers.get(hdrs.HOST)):
            raise HostRefused(
                "This server answers as localhost only; --allow-host adds a name."
            )
        if not request.path.startswith(DATA):
            return
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is None:
            self._check_site(request)
        elif not (self._is_own(request, origin) or self._is_named(origin)):
            raise _refusal(origin)

    def preflight(self, request: web.Request) -> web.Response:
        """Answer to a browser that asks whether a page may do something."""
        headers = {
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Max-Age": PREFLIGHT_S,
            "Access-Control-Allow-Private-Network": "true",
        }
        # A page may send headers of its own along with its upload.
        if asked := request.headers.get(hdrs.ACCESS_CONTROL_REQUEST_HEADERS):
            headers[hdrs.ACCESS_CONTROL_ALLOW_HEADERS] = asked
        return web.Response(status=204, headers=headers)

    def cors_headers(self, request: web.Request) -> dict[str, str]:
        """Return what lets a page of a named origin read the answer."""
        origin = request.headers.get(hdrs.ORIGIN, "")
        headers = {"Vary": "Origin"}
        if self._is_named(origin):
            headers[hdrs.ACCESS_CONTROL_ALLOW_ORIGIN] = origin
            headers[hdrs.ACCESS_CONTROL_EXPOSE_HEADERS] = EXPOSED
        return headers

    @staticmethod
    def _check_site(request: web.Request) -> None:
        """Look at a request without an origin, such as for a picture."""
        site = request.headers.get("Sec-Fetch-Site", "none")
        if site not in OWN_SITES:
            raise _refusal("another site")

    @staticmethod
    def _is_own(request: web.Request, origin: str) -> bool:
        return origin == f"{request.scheme}://{request.host}"

    def _is_named(self, origin: str) -> bool:
        return origin in self.settings.origins


def _refusal(origin: str) -> OriginRefused:
    return OriginRefused(
        f"Pages of {origin} may not use this database; --allow-origin lets them."
    )
