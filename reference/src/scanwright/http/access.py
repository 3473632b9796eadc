"""The gate of the user's consent: asks before a page touches scanners, files, webcams.

It looks at requests of pages only, and only at what the administrator wants asked. A
page can have its browser make a request without an Origin, by an image for one; then
nobody knows whom to ask about, and Sec-Fetch-Site tells that it is a page's. What a
request touches is told by the endpoint that it reached, not by how its path is spelt.
A preflight passes, so that the page can read why its request does not.

Implements: MANAGER-prompt, MANAGER-consent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from aiohttp import hdrs, web

from scanwright.errors import AccessNotGranted
from scanwright.http.consents import Consents
from scanwright.protocol.access import Access, Consent, access_of

__all__ = ["Consenting", "Prompts", "access_gate", "consent_gate"]

Consenting = Callable[[str | None, Access], None]
"""Raises `AccessNotGranted` for an origin that the user has not allowed this."""

THINGS: Final = {
    Access.SCANNER: "scanners",
    Access.FILE: "files",
    Access.WEBCAM: "webcams",
}


PAGES: Final = frozenset({"cross-site", "same-site"})
"""What Sec-Fetch-Site says of requests that a page of somebody else has caused."""


class Prompts(Protocol):
    """The part of the configuration that the gate reads."""

    @property
    def prompts(self) -> frozenset[Access]:
        """What the user is to be asked about."""


def access_gate(
    consents: Consents,
    configuration: Callable[[], Prompts],
) -> Callable[[web.Request], None]:
    """Return a check that raises `AccessNotGranted` for a page without consent.

    `configuration` is asked anew for each request, so that a change counts at once.
    """

    def check(request: web.Request) -> None:
        resource = request.match_info.route.resource
        if resource is None or request.method == hdrs.METH_OPTIONS:
            return
        access = access_of(resource.canonical)
        if access is None or access not in configuration().prompts:
            return
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is not None:
            _require(consents, origin, access)
        elif request.headers.get("Sec-Fetch-Site") in PAGES:
            raise AccessNotGranted(
                f"A page may use {THINGS[access]} only by requests that say whose "
                "page it is (fetch with mode cors)."
            )

    return check


def consent_gate(
    consents: Consents,
    configuration: Callable[[], Prompts],
) -> Consenting:
    """Return the same check for calls of a page channel, by what each touches."""

    def check(origin: str | None, access: Access) -> None:
        # A program that is no page has no origin, and needs nobody's consent.
        if origin is not None and access in configuration().prompts:
            _require(consents, origin, access)

    return check


def _require(consents: Consents, origin: str, access: Access) -> None:
    try:
        consent = consents.check(origin, access)
    except ValueError as error:
        raise AccessNotGranted(
            f"A page without an origin of its own may not use {THINGS[access]}."
        ) from error
    if consent is Consent.DENIED:
        raise AccessNotGranted(
            f"The user has denied pages of {origin} the use of {THINGS[access]}."
        )
    if consent is Consent.PENDING:
        raise AccessNotGranted(
            f"The user must allow pages of {origin} to use {THINGS[access]}: on the "
            "manager's page, or by "
            f"`scanwright access allow {origin} {access}`. Then try again."
        )
