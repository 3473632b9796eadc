"""The pages for people: two documents, their parts, and what belongs to them.

A document is a frame with places; what stands in them are parts. The script asks for
the parts again and again, and puts in those that have changed, so that there is one
renderer, and the welcome page reads well without any script.

Implements: PORTS-manager-http, PORTS-manager-tls, PORTS-core-only-rest,
MANAGER-welcome-facts.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from aiohttp import hdrs, web

from scanwright.http.manager.facts import Facts
from scanwright.http.manager.firewall import hints
from scanwright.http.manager.folders import folders, last_dumps
from scanwright.http.manager.guard import Guard
from scanwright.http.manager.journal import LEVELS, recent
from scanwright.http.manager.markup import Html
from scanwright.http.manager.sources import Sources
from scanwright.http.manager.views import consents, network, status, trust
from scanwright.http.manager.views.document import admin_page, welcome_page
from scanwright.http.manager.views.sessions import sessions
from scanwright.http.routes import Endpoints

__all__ = ["Pages", "log_level"]

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
"""Nothing but our own files, in nobody's frame, kept nowhere."""

STATIC: Final = {
    "manager.css": "text/css",
    "manager.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
DUMPS: Final = 5
RECORDS: Final = 200
DEFAULT_LEVEL: Final = "INFO"


@dataclass(frozen=True, slots=True)
class Pages:
    """The handlers of everything that a browser shows."""

    sources: Sources
    guard: Guard

    def endpoints(self) -> Endpoints:
        """Return the table of paths."""
        return {
            "/": {"GET": self.welcome},
            "/admin": {"GET": self.to_admin},
            "/admin/": {"GET": self.admin},
            "/scanners": {"POST": self.look},
            "/parts": {"GET": self.welcome_parts},
            "/admin/parts": {"GET": self.admin_parts},
            "/ca.pem": {"GET": self.authority},
            **{f"/static/{name}": {"GET": self.static} for name in STATIC},
        }

    async def welcome(self, request: web.Request) -> web.StreamResponse:
        """Show the state, as anybody on this machine may know it."""
        self.guard.require_machine(request)
        return _html(welcome_page(_public(self.sources.facts())))

    async def to_admin(self, request: web.Request) -> web.StreamResponse:
        """Lead to the administration."""
        self.guard.require_machine(request)
        return web.Response(status=308, headers={hdrs.LOCATION: "/admin/"})

    async def admin(self, request: web.Request) -> web.StreamResponse:
        """Show the frame of the administration; its parts want a session."""
        self.guard.require_machine(request)
        return _html(admin_page())

    async def look(self, request: web.Request) -> web.StreamResponse:
        """Look for scanners, and show the page again: for browsers without scripts."""
        self.guard.require_local(request)
        await self.sources.board.look()
        return web.Response(status=303, headers={hdrs.LOCATION: "/"})

    async def welcome_parts(self, request: web.Request) -> web.StreamResponse:
        """Give the parts of the welcome page that this caller may see."""
        self.guard.require_local(request)
        facts = self.sources.facts()
        parts = _public(facts)
        if self.guard.is_signed_in(request):
            parts.update(await self._private(request, facts))
        return _parts(request, parts)

    async def admin_parts(self, request: web.Request) -> web.StreamResponse:
        """Give the parts of the administration."""
        self.guard.require_session(request)
        sources = self.sources
        configuration = sources.configuration
        settings = configuration.settings()
        may_change = settings.is_web_setup_enabled
        entries = sources.consents.entries()
        parts = {
            "requests": consents.requests(entries),
            "configuration": network.configuration(
                configuration.problems(),
                configuration.restart_needed(),
                may_change=may_change,
            ),
            "certificate": trust.certificate(
                sources.identity.describe(),
                sources.clock(),
                may_change=may_change,
            ),
            "stores": trust.stores(await sources.stores.reports()),
            "external": network.external(
                settings,
                hints(sources.addresses),
                may_change=may_change,
            ),
            "origins": network.origins(settings, may_change=may_change),
            "prompts": consents.prompts(
                settings.prompts,
                entries,
                may_change=may_change,
            ),
        }
        return _parts(request, parts)

    async def authority(self, request: web.Request) -> web.StreamResponse:
        """Hand out the local CA's certificate, for stores of other programs.

        To no page: its name is this installation's alone, and would tell who is who.
        """
        self.guard.require_local(request)
        return web.Response(
            body=self.sources.ca.read_bytes(),
            content_type="application/x-pem-file",
            headers={"Content-Disposition": "attachment; filename=scanwright-ca.pem"},
        )

    async def static(self, request: web.Request) -> web.StreamResponse:
        """Send a file that belongs to the pages."""
        self.guard.require_machine(request)
        name = request.path.rpartition("/")[2]
        return web.Response(
            body=_asset(name),
            headers={**HEADERS, hdrs.CONTENT_TYPE: f"{STATIC[name]}; charset=utf-8"},
        )

    async def _private(
        self,
        request: web.Request,
        facts: Facts,
    ) -> Mapping[str, Html]:
        """Return the parts for whoever has signed in; they read from the disk."""
        home = self.sources.home
        level = log_level(request, default=DEFAULT_LEVEL)
        records = await asyncio.to_thread(
            recent, home.log / "service.log", RECORDS, level=level
        )
        return {
            "requests": consents.requests(self.sources.consents.entries()),
            "sessions": sessions(facts, with_origins=True),
            "folders": status.folders(
                await asyncio.to_thread(folders, home),
                await asyncio.to_thread(last_dumps, home, DUMPS),
            ),
            "log": status.log(records, level=level, facts=facts),
        }


def log_level(request: web.Request, *, default: str) -> str:
    """Return the least level of records that a request asks for."""
    level = request.query.get("level", default).upper()
    return level if level in LEVELS else default


def _public(facts: Facts) -> dict[str, Html]:
    return {
        "state": status.state(facts),
        "requests": status.waiting(facts),
        "scanners": status.scanners(facts),
        "sessions": sessions(facts, with_origins=False),
        "processes": status.processes(facts),
        "addresses": status.addresses(facts),
        "modules": status.modules(facts),
    }


def _parts(request: web.Request, parts: Mapping[str, Html]) -> web.Response:
    """Answer with parts, or with nothing when the caller has exactly these."""
    body = json.dumps(parts).encode()
    tag = hashlib.sha256(body).hexdigest()
    is_known = any(etag.value == tag for etag in request.if_none_match or ())
    answer = (
        web.Response(status=304, headers=HEADERS)
        if is_known
        else web.Response(body=body, content_type="application/json", headers=HEADERS)
    )
    answer.etag = tag
    return answer


def _html(document: Html) -> web.Response:
    return web.Response(text=document, content_type="text/html", headers=HEADERS)


@functools.cache
def _asset(name: str) -> bytes:
    return (files("scanwright.web") / name).read_bytes()
