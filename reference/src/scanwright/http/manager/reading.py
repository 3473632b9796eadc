"""What can be read below `/admin/api/`, and signing in to read more.

What each path does, and for whom, stands in docs/MANAGER.md; who may is the guard's.

Implements: MANAGER-admin-token.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from scanwright.http.answers import json_response
from scanwright.http.consents import Entry
from scanwright.http.manager.facts import listing_json, session_json, spelled
from scanwright.http.manager.folders import folders, last_dumps
from scanwright.http.manager.guard import Guard
from scanwright.http.manager.journal import recent
from scanwright.http.manager.pages import log_level
from scanwright.http.manager.sources import Sources
from scanwright.http.routes import Handler
from scanwright.protocol.members import parse_object, query_integer

__all__ = ["Reading"]

DUMPS: Final = 20
RECORDS: Final = 200
MOST_RECORDS: Final = 2000


@dataclass(frozen=True, slots=True)
class Reading:
    """The handlers that change nothing but who is signed in."""

    sources: Sources
    guard: Guard

    def open_to_all(self) -> dict[str, dict[str, Handler]]:
        """Return what anybody on this machine may call."""
        return {
            "status": {"GET": self.status},
            "scanners": {"GET": self.scanners, "POST": self.look},
            "session": {"POST": self.sign_in, "DELETE": self.sign_out},
        }

    def for_sessions(self) -> dict[str, dict[str, Handler]]:
        """Return what wants a session."""
        return {
            "log": {"GET": self.log},
            "folders": {"GET": self.folders},
            "settings": {"GET": self.settings},
            "access": {"GET": self.access},
            "pages": {"GET": self.pages},
            "certificate": {"GET": self.certificate},
            "trust": {"GET": self.trust},
        }

    async def status(self, _request: web.Request) -> web.StreamResponse:
        """Tell the state of the service."""
        return json_response(self.sources.facts().as_json())

    async def scanners(self, _request: web.Request) -> web.StreamResponse:
        """Tell which scanners were there when somebody last looked."""
        return json_response(listing_json(self.sources.board.listing))

    async def look(self, _request: web.Request) -> web.StreamResponse:
        """Look for scanners now."""
        listing = await self.sources.board.look()
        found = len(listing.devices)
        message = "One scanner found." if found == 1 else f"{found} scanners found."
        return json_response({**listing_json(listing), "message": message})

    async def sign_in(self, request: web.Request) -> web.StreamResponse:
        """Exchange the token for a session: a cookie, and a header."""
        members = parse_object(await request.read())
        session = self.guard.sign_in(request, members.text("token") or "")
        answer = json_response(
            {
                "header": session.header,
                "expires": spelled(session.expires),
                "message": "Signed in.",
            }
        )
        self.guard.set_cookie(request, answer, session)
        return answer

    async def sign_out(self, request: web.Request) -> web.StreamResponse:
        """Take the cookie away."""
        answer = json_response({"message": "Signed out."})
        self.guard.delete_cookie(request, answer)
        return answer

    async def log(self, request: web.Request) -> web.StreamResponse:
        """Give the last records of the log."""
        count = query_integer(request.query, "count")
        records = await asyncio.to_thread(
            recent,
            self.sources.home.log / "service.log",
            min(max(count or RECORDS, 1), MOST_RECORDS),
            level=log_level(request, default="DEBUG"),
        )
        return json_response(
            [
                {
                    "time": record.time,
                    "level": record.level,
                    "writer": record.writer,
                    "text": record.text,
                }
                for record in records
            ]
        )

    async def folders(self, _request: web.Request) -> web.StreamResponse:
        """Tell what is in the folders of the home, and what crashes have left."""
        home = self.sources.home
        found = await asyncio.to_thread(folders, home)
        dumps = await asyncio.to_thread(last_dumps, home, DUMPS)
        return json_response(
            {
                "folders": [
                    {
                        "name": folder.name,
                        "path": str(folder.path),
                        "files": folder.files,
                        "bytes": folder.size_bytes,
                    }
                    for folder in found
                ],
                "dumps": [
                    {
                        "name": dump.name,
                        "at": spelled(dump.at),
                        "bytes": dump.size_bytes,
                        "cause": dump.cause,
                    }
                    for dump in dumps
                ],
            }
        )

    async def pages(self, _request: web.Request) -> web.StreamResponse:
        """Tell which web pages use the service, by their origins."""
        return json_response(
            [
                {"origin": each.origin, **session_json(each)}
                for each in self.sources.sessions.overview()
            ]
        )

    async def settings(self, _request: web.Request) -> web.StreamResponse:
        """Tell the settings that these pages can change."""
        configuration = self.sources.configuration
        settings = configuration.settings()
        allowed = settings.policy.allowed
        return json_response(
            {
                "logLevel": int(settings.log_level),
                "server": settings.server,
                "origins": None if allowed is None else sorted(allowed),
                "prompts": sorted(settings.prompts),
                "webSetup": settings.is_web_setup_enabled,
                "problems": list(configuration.problems()),
                "restartNeeded": list(configuration.restart_needed()),
            }
        )

    async def access(self, _request: web.Request) -> web.StreamResponse:
        """Tell what pages have asked for, and what was said."""
        return json_response([_consent(e) for e in self.sources.consents.entries()])

    async def certificate(self, _request: web.Request) -> web.StreamResponse:
        """Tell the facts of the certificate that the TLS ports show."""
        facts = self.sources.identity.describe()
        return json_response(
            {
                "subject": facts.subject,
                "issuer": facts.issuer,
                "names": list(facts.names),
                "notBefore": spelled(facts.not_before),
                "notAfter": spelled(facts.not_after),
                "fingerprint": facts.fingerprint,
                "isOwn": facts.is_own,
                "problem": facts.problem,
            }
        )

    async def trust(self, _request: web.Request) -> web.StreamResponse:
        """Tell which stores trust the local CA."""
        return json_response(
            [
                {
                    "store": report.store,
                    "state": report.state,
                    "needsBrowserRestart": report.needs_browser_restart,
                    "problem": report.problem,
                }
                for report in await self.sources.stores.reports()
            ]
        )


def _consent(entry: Entry) -> dict[str, object]:
    return {
        "origin": entry.origin,
        "access": entry.access.value,
        "consent": entry.consent.value,
        "at": spelled(entry.at),
        "until": None if entry.until is None else spelled(entry.until),
    }
