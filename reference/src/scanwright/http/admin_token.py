"""The administrator's token, and the sessions that it opens.

Whoever can read the token's file may administer: that is the user whose service it is,
and root. Terminals and browsers remember addresses, so `scanwright admin` puts no token
into one but a ticket: it opens one session, within minutes. A session has two halves.
One is a cookie that no script can read; but a browser sends it to every port of this
machine, so it opens nothing alone. The other is a header that the manager's page keeps
in storage of its own origin, port included, and adds by itself, which a page of another
origin cannot.

The service remembers no session. Tickets and both halves are signed with the token and
carry their end, and a new token ends them all. Sessions outlive a restart of the
service. Tickets do not: a new main cannot know which of them were used.

Implements: MANAGER-admin-token.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from scanwright.configuration.writing import write_whole
from scanwright.errors import ScanwrightError

__all__ = [
    "FILE_NAME",
    "LIFETIME",
    "TICKET_LIFETIME",
    "AdminToken",
    "AdminTokenUnusable",
    "Session",
    "Sessions",
]

FILE_NAME: Final = "admin_token"
"""Its name in the home."""
TOKEN_BYTES: Final = 32
LEAST_CHARACTERS: Final = 32
"""Less is half a file, or the idea of somebody: it can be guessed."""
LIFETIME: Final = timedelta(hours=12)
TICKET_LIFETIME: Final = timedelta(minutes=10)


class AdminToken:
    """The token of one installation, in a private file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self) -> str:
        """Return the token.

        Raises:
            OSError: There is none, or it is not for this user to read.
            AdminTokenUnusable: The file is damaged.
        """
        token = self._file.read_bytes().strip()
        if len(token) < LEAST_CHARACTERS or not token.isascii():
            raise AdminTokenUnusable(
                f"{self._file} holds no token. `scanwright admin --new-token` makes "
                "another one."
            )
        return token.decode("ascii")

    def ensure(self) -> str:
        """Return the token; make one where there is none that can be used.

        Raises:
            AdminTokenUnusable: There is none, nor can one be made.
        """
        try:
            try:
                return self.read()
            except (FileNotFoundError, AdminTokenUnusable):
                return self.renew()
        except OSError as error:
            raise AdminTokenUnusable(
                f"{self._file}: {error.strerror}. Nobody can sign in until that is "
                "mended."
            ) from error

    def renew(self) -> str:
        """Make another token, and so end all sessions."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        write_whole(self._file, f"{token}\n".encode())
        return token


class AdminTokenUnusable(ScanwrightError):
    """There is no token; the message says why."""


@dataclass(frozen=True, slots=True)
class Session:
    """The two halves of a session, and its end."""

    cookie: str
    header: str
    expires: datetime


class Sessions:
    """Opens sessions and recognises them; `token` is asked each time."""

    def __init__(
        self,
        token: Callable[[], str],
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._token = token
        self._clock = clock
        self._since = clock().replace(microsecond=0)
        self._used: dict[str, datetime] = {}

    def knows(self, token: str) -> bool:
        """Tell whether this is the token, in a time that tells nothing about it."""
        return _equal(token, self._token())

    def ticket(self) -> str:
        """Return what opens one session in place of the token."""
        claim, _ = self._claim(TICKET_LIFETIME)
        return f"{claim}.{self._signed('ticket', claim)}"

    def redeem(self, ticket: str) -> bool:
        """Tell whether this is a ticket, and use it up."""
        claim, _, signature = ticket.rpartition(".")
        now = self._clock()
        self._since = min(self._since, now.replace(microsecond=0))
        if (
            not _equal(signature, self._signed("ticket", claim))
            or not self._is_current(claim, TICKET_LIFETIME)
            or _end(claim) - TICKET_LIFETIME < self._since
            or claim in self._used
        ):
            return False
        recent = {c: at for c, at in self._used.items() if now - at < TICKET_LIFETIME}
        self._used = {**recent, claim: now}
        return True

    def open(self) -> Session:
        """Return a new session, for somebody who has shown the token or a ticket."""
        claim, expires = self._claim(LIFETIME)
        cookie = f"{claim}.{self._signed('cookie', claim)}"
        return Session(cookie, self._signed("header", claim), expires)

    def is_open(self, cookie: str, header: str) -> bool:
        """Tell whether the two halves belong together, and to now."""
        claim, _, signature = cookie.rpartition(".")
        is_ours = _equal(signature, self._signed("cookie", claim))
        is_pair = _equal(header, self._signed("header", claim))
        return is_ours and is_pair and self._is_current(claim, LIFETIME)

    def _claim(self, lifetime: timedelta) -> tuple[str, datetime]:
        """Return something to be signed, and when it ends."""
        expires = (self._clock() + lifetime).replace(microsecond=0)
        return f"{int(expires.timestamp())}.{secrets.token_hex(16)}", expires

    def _is_current(self, signed_claim: str, lifetime: timedelta) -> bool:
        end = _end(signed_claim)
        now = self._clock()
        # A clock that was set back makes nothing last longer than it was meant to.
        return now < end <= now + lifetime

    def _signed(self, half: str, claim: str) -> str:
        text = f"scanwright {half} {claim}".encode(errors="replace")
        return hmac.new(self._token().encode(), text, "sha256").hexdigest()


def _end(signed_claim: str) -> datetime:
    return datetime.fromtimestamp(int(signed_claim.partition(".")[0]), UTC)


def _equal(given: str, expected: str) -> bool:
    # Headers that are no text arrive with surrogates in them.
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode())
