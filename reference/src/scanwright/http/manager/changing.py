"""What can be changed below `/admin/api/`.

An answer to a change has a `message`, a sentence that the page reads out.

Implements: MANAGER-web-setup-on, MANAGER-web-setup-off, MANAGER-consent, TLS-replace.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from scanwright.errors import InvalidParameter
from scanwright.http.answers import json_response
from scanwright.http.consents import Consents
from scanwright.http.manager.sources import Sources
from scanwright.http.manager.upload import read_pair
from scanwright.http.routes import Handler
from scanwright.protocol.access import Access
from scanwright.protocol.members import Members, parse_object
from scanwright.protocol.origins import parse_origin

__all__ = ["Changing"]

logger = logging.getLogger(__name__)

ORIGINS_KEY: Final = "Access-Control-Allow-Origin"

ANSWERS: Final[dict[str, Callable[[Consents, str, Access], object]]] = {
    "allow": lambda consents, origin, access: consents.allow(origin, access),
    "once": lambda consents, origin, access: consents.allow(origin, access, once=True),
    "deny": lambda consents, origin, access: consents.deny(origin, access),
    "forget": lambda consents, origin, access: consents.forget(origin, access),
}
SAID: Final = {
    "allow": "allowed",
    "once": "allowed for 15 minutes",
    "deny": "denied",
    "forget": "forgotten",
}


@dataclass(frozen=True, slots=True)
class Changing:
    """The handlers."""

    sources: Sources

    def for_sessions(self) -> dict[str, dict[str, Handler]]:
        """Return what wants a session, and nothing else."""
        return {"access": {"PUT": self.answer}}

    def for_setup(self) -> dict[str, dict[str, Handler]]:
        """Return what wants EnableWebSetup as well."""
        return {
            "settings": {"PATCH": self.set},
            "origins": {"POST": self.set_origins},
            "certificate": {"PUT": self.replace},
            "certificate/renew": {"POST": self.renew},
            "certificate/restore": {"POST": self.restore},
        }

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer a page: allow, once, deny or forget."""
        members = parse_object(await request.read())
        origin = _origin(members, "origin")
        kind = members.choice("access", tuple(Access))
        answer = members.choice("answer", ANSWERS)
        if not origin or kind is None or answer is None:
            raise InvalidParameter("origin, access and answer must all be given.")
        (page,) = origin
        ANSWERS[answer](self.sources.consents, page, Access(kind))
        logger.info("access of %s to %s: %s", page, kind, SAID[answer])
        return json_response({"message": f"{page}, {kind}: {SAID[answer]}."})

    async def set(self, request: web.Request) -> web.StreamResponse:
        """Give a key of the configuration a value; without one, take the value back."""
        members = parse_object(await request.read())
        key = members.text("key")
        if not key:
            members.refuse("key", "is missing: it names a key of the configuration")
        return self._change(key, members.text("value"))

    async def set_origins(self, request: web.Request) -> web.StreamResponse:
        """Add an origin to the allow list, or remove one."""
        members = parse_object(await request.read())
        allowed = self.sources.configuration.settings().policy.allowed or frozenset()
        added, removed = (_origin(members, name) for name in ("add", "remove"))
        if not added and not removed:
            members.refuse("add", "or remove must name an origin")
        listed = (allowed | added) - removed
        if not listed:
            raise InvalidParameter(
                "The last origin cannot be removed: without any, every origin may "
                "call. Say so by setting Access-Control-Allow-Origin to *."
            )
        return self._change(ORIGINS_KEY, ", ".join(sorted(listed)))

    async def replace(self, request: web.Request) -> web.StreamResponse:
        """Use an uploaded pair from now on."""
        await self.sources.identity.replace(*await read_pair(request))
        logger.info("administration: the certificate was replaced")
        return json_response({"message": "The new certificate is in use."})

    async def renew(self, _request: web.Request) -> web.StreamResponse:
        """Make a new certificate of our own."""
        await self.sources.identity.renew()
        logger.info("administration: the certificate was renewed")
        return json_response({"message": "A new certificate is in use."})

    async def restore(self, _request: web.Request) -> web.StreamResponse:
        """Go back to a certificate of our own."""
        await self.sources.identity.restore()
        logger.info("administration: the own certificate was restored")
        return json_response({"message": "Our own certificate is in use again."})

    def _change(self, key: str, value: str | None) -> web.Response:
        configuration = self.sources.configuration
        configuration.change(key, value)
        logger.info("administration: %s was changed", key)
        due = {due.casefold() for due in configuration.restart_needed()}
        when = (
            "counts after a restart of the service"
            if key.casefold() in due
            else "counts now"
        )
        return json_response({"message": f"{key} is saved, and {when}."})


def _origin(members: Members, name: str) -> frozenset[str]:
    """Read an origin, as a set of one or none."""
    text = members.text(name)
    if text is None:
        return frozenset()
    try:
        return frozenset({parse_origin(text)})
    except ValueError as error:
        raise InvalidParameter(f"{name}: {error}") from error
