"""The administrator's token, and the sessions that it opens.

Whoever can read the token's file may administer: that is the user whose service it is,
and root. A browser gets the token once, from `scanwright admin`, and exchanges it for a
session of two halves. One is a cookie that no script can read; but a browser sends it
to every port of this machine, so it opens nothing alone. The other is a header that the
manager's page keeps in storage of its own origin, port included, and adds by itself,
which a page of another origin cannot.

The service remembers no session. Both halves are signed with the token and carry their
end: they outlive a restart of the service, and a new token ends them all.

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

__all__ = ["FILE_NAME", "LIFETIME", "AdminToken", "Session", "Sessions"]

FILE_NAME: Final = "admin_token"
"""Its name in the home."""
TOKEN_BYTES: Final = 32
LIFETIME: Final = timedelta(hours=12)


class AdminToken:
    """The token of one installation, in a private file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self) -> str:
        """Return the token.

        Raises:
            OSError: There is none, or it is not for this user to read.
        """
        return self._file.read_text("ascii").strip()

    def ensure(self) -> str:
        """Return the token; make one where there is none yet."""
        try:
            return self.read() or self.renew()
        except FileNotFoundError:
            return self.renew()

    def renew(self) -> str:
        """Make another token, and so end all sessions."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        write_whole(self._file, f"{token}\n".encode())
        return token


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

    def knows(self, token: str) -> bool:
        """Tell whether this is the token, in a time that tells nothing about it."""
        return _equal(token, self._token())

    def open(self) -> Session:
        """Return a new session, for somebody who has shown the token."""
        expires = (self._clock() + LIFETIME).replace(microsecond=0)
        claim = f"{int(expires.timestamp())}.{secrets.token_hex(16)}"
        cookie = f"{claim}.{self._signed('cookie', claim)}"
        return Session(cookie, self._signed("header", claim), expires)

    def is_open(self, cookie: str, header: str) -> bool:
        """Tell whether the two halves belong together, and to now."""
        claim, _, signature = cookie.rpartition(".")
        is_ours = _equal(signature, self._signed("cookie", claim))
        is_pair = _equal(header, self._signed("header", claim))
        return is_ours and is_pair and self._is_current(claim)

    def _is_current(self, signed_claim: str) -> bool:
        end = datetime.fromtimestamp(int(signed_claim.partition(".")[0]), UTC)
        now = self._clock()
        # A clock that was set back makes no session longer than it was meant to be.
        return now < end <= now + LIFETIME

    def _signed(self, half: str, claim: str) -> str:
        text = f"scanwright {half} {claim}".encode()
        return hmac.new(self._token().encode(), text, "sha256").hexdigest()


def _equal(given: str, expected: str) -> bool:
    # Headers that are no text arrive with surrogates in them.
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode())
