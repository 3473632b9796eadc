"""Words of strangers, in a form and a length that people read."""

from __future__ import annotations

from typing import Final

__all__ = ["LONGEST", "printable", "shown"]

LONGEST: Final = 200
"""Characters that a journal shows of what a peer has sent."""


def printable(text: str) -> str:
    """Return `text` without what no encoding knows: aiohttp keeps odd bytes so."""
    return text.encode(errors="backslashreplace").decode()


def shown(words: str) -> str:
    """Return `words` in a length that people read."""
    text = printable(words)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
