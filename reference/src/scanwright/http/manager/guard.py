"""Who may look at the administration, and who may change something.

The manager is for its own machine, even where the service listens outside: the peer is
a loopback address, and the request is made by the manager's own page or by no page. The
door before it has looked at the Host header, so a page is the manager's own when its
origin is the host that was asked. What anybody here may know needs no more: state,
processes, addresses, modules, scanners, and how many web pages use the service. Log,
folders, settings, consents, certificates and the origins of those pages want a session,
or the token itself as a bearer token; so do all changes. Changes want `EnableWebSetup`
as well, but for the answers to access prompts: a prompt that nobody may answer would be
none.

Implements: MANAGER-admin-token, MANAGER-admin-foreign, MANAGER-web-setup-off.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import Final

from aiohttp import hdrs, web

from scanwright.errors import AdminRefused, AdminTokenRequired
from scanwright.http.admin_token import Session, Sessions

__all__ = ["HEADER", "Guard"]

logger = logging.getLogger(__name__)

HEADER: Final = "X-Scanwright-Admin"
SAFE_METHODS: Final = frozenset({hdrs.METH_GET, hdrs.METH_HEAD})
BEARER: Final = "Bearer "


class Guard:
    """The checks; each raises an error that says what to do."""

    def __init__(
        self,
        sessions: Sessions,
        is_web_setup_enabled: Callable[[], bool],
    ) -> None:
        self._sessions = sessions
        self._is_web_setup_enabled = is_web_setup_enabled

    @staticmethod
    def require_machine(request: web.Request) -> None:
        """Let in this machine, but no page of a foreign origin."""
        if not _is_loopback_peer(request):
            raise AdminRefused("The manager is for its own machine only.")
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is not None and origin != f"{request.scheme}://{request.host}":
            raise AdminRefused(f"Pages of {origin} may not use the manager.")

    def require_local(self, request: web.Request) -> None:
        """Let in this machine's programs, and the manager's own pages."""
        self.require_machine(request)
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        is_typed = site == "none" and request.method in SAFE_METHODS
        if site != "same-origin" and not is_typed:
            raise AdminRefused("Other pages may not use the manager.")

    def require_session(self, request: web.Request) -> None:
        """Let in who has shown the token."""
        self.require_local(request)
        if not self.is_signed_in(request):
            raise AdminTokenRequired(
                "Sign in first: `scanwright admin` opens this page with its token."
            )

    def require_change(self, request: web.Request) -> None:
        """Let in who may change the configuration through the web."""
        self.require_session(request)
        if not self._is_web_setup_enabled():
            raise AdminRefused(
                "Changes through the web are switched off. To switch them on: "
                "`scanwright config set EnableWebSetup TRUE`."
            )

    def is_signed_in(self, request: web.Request) -> bool:
        """Tell whether a request carries the token, or both halves of a session."""
        authorization = request.headers.get(hdrs.AUTHORIZATION, "")
        if authorization.startswith(BEARER):
            return self._sessions.knows(authorization.removeprefix(BEARER).strip())
        cookie = request.cookies.get(_cookie_name(request))
        header = request.headers.get(HEADER)
        if not cookie or not header:
            return False
        return self._sessions.is_open(cookie, header)

    def sign_in(self, request: web.Request, token: str) -> Session:
        """Open a session for whoever knows the token, or has a ticket."""
        self.require_local(request)
        if not self._sessions.knows(token) and not self._sessions.redeem(token):
            logger.warning("administration: a wrong token came from %s", request.remote)
            raise AdminTokenRequired(
                "This is not the token, or its time is over. `scanwright admin` opens "
                "this page with a new one."
            )
        logger.info("administration: signed in from %s", request.remote)
        return self._sessions.open()

    @staticmethod
    def set_cookie(
        request: web.Request,
        answer: web.Response,
        session: Session,
    ) -> None:
        """Give the browser its half of a session."""
        answer.set_cookie(
            _cookie_name(request),
            session.cookie,
            httponly=True,
            samesite="Strict",
            secure=request.secure,
            path="/",
        )

    @staticmethod
    def delete_cookie(request: web.Request, answer: web.Response) -> None:
        """Take it away."""
        answer.del_cookie(_cookie_name(request), path="/")


def _cookie_name(request: web.Request) -> str:
    # Cookies do not tell ports apart, and one machine may run several services.
    return f"scanwright_admin_{request.url.port}"


def _is_loopback_peer(request: web.Request) -> bool:
    try:
        address = ip_address((request.remote or "").partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_loopback
