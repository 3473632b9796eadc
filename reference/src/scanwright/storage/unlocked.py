"""Documents that were opened a moment ago: their keys, for whoever has the password.

Making a key from a password is dear on purpose, and a client that stores fifty pages
gives the password fifty times. So the key stays in memory for a minute, beside a digest
of the password under a key of this process. A wrong password is as dear as ever.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

__all__ = ["Unlocked"]

KEPT_S: Final = 60.0
MOST: Final = 64


@dataclass(frozen=True, slots=True)
class _Opened:
    digest: bytes = field(repr=False)
    key: bytes = field(repr=False)
    until: float


class Unlocked:
    """Keys by document; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._secret = os.urandom(32)
        self._opened: OrderedDict[str, _Opened] = OrderedDict()

    def find(self, uid: str, password: str) -> bytes | None:
        """Return the document's key, if this password has opened it a moment ago."""
        self._expire()
        opened = self._opened.get(uid)
        if opened is None:
            return None
        same = hmac.compare_digest(opened.digest, self._digest(password))
        return opened.key if same else None

    def remember(self, uid: str, password: str, key: bytes) -> None:
        """Keep the key of a document that this password has opened."""
        until = self._clock() + KEPT_S
        self._opened[uid] = _Opened(self._digest(password), key, until)
        self._opened.move_to_end(uid)
        while len(self._opened) > MOST:
            self._opened.popitem(last=False)

    def _expire(self) -> None:
        now = self._clock()
        for uid in [uid for uid, o in self._opened.items() if o.until <= now]:
            del self._opened[uid]

    def _digest(self, password: str) -> bytes:
        return hashlib.blake2b(password.encode(), key=self._secret).digest()
