"""Ids of documents and pages: the time, as published examples have it.

Twelve hexadecimal digits: eleven of milliseconds since 1970 and a random one. Whoever
issues them gives none twice; it is for the caller to see that a name is still free on
the disk, where a clock that was set back may meet older ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

__all__ = ["Ids", "is_id"]

_ID: Final = re.compile(r"[0-9a-f]{12}")
_SPACE: Final = 1 << 48


class Ids:
    """Issues ids. `clock` gives seconds since 1970, `random` so many random bytes."""

    def __init__(
        self, clock: Callable[[], float], random: Callable[[int], bytes]
    ) -> None:
        self._clock = clock
        self._random = random
        self._last = -1

    def issue(self) -> str:
        """Return an id that is higher than all before it."""
        digit = self._random(1)[0] & 15
        now = int(self._clock() * 1000) << 4 | digit
        self._last = max(now, self._last + 1)
        return f"{self._last % _SPACE:012x}"


def is_id(text: str) -> bool:
    """Tell whether a text has the form of an id; nothing else becomes a file's name."""
    return _ID.fullmatch(text) is not None
