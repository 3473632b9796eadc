"""What a stranger wrote, so that a terminal only shows it."""

from __future__ import annotations

from typing import Final

__all__ = ["printable"]

UNKNOWN: Final = "\N{REPLACEMENT CHARACTER}"


def printable(text: str) -> str:
    """Return `text` without what commands a terminal, or is no character at all."""
    return "".join(
        each if each.isprintable() or each == "\n" else UNKNOWN for each in text
    )
