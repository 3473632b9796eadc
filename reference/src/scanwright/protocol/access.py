"""What a page may touch on the user's machine, and who must be asked first.

The administrator says by kind whether the user is asked at all; the user says by origin
and kind what is allowed. A program that is no page sends no Origin, and needs nobody's
consent: it runs as a user of this machine already.

Implements: MANAGER-prompt, MANAGER-consent.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

__all__ = ["Access", "Consent", "access_of"]


class Access(StrEnum):
    """A kind of thing that a page may touch."""

    SCANNER = "scanner"
    FILE = "file"
    WEBCAM = "webcam"


class Consent(StrEnum):
    """What the user has said about one origin and one kind."""

    ALLOWED = "allowed"
    DENIED = "denied"
    PENDING = "pending"
    """A page has asked, and nobody has answered yet."""


PATHS: Final = {
    "/api/device/scanners": Access.SCANNER,
    "/DWTAPI": Access.SCANNER,
    "/api/storage": Access.FILE,
    "/api/device/webcams": Access.WEBCAM,
}
"""What each part of the interface touches; what is not here touches nothing."""


def access_of(path: str) -> Access | None:
    """Return what a request to this path touches; None means nothing of the user's."""
    for prefix, access in PATHS.items():
        if path == prefix or path.startswith(f"{prefix}/"):
            return access
    return None
