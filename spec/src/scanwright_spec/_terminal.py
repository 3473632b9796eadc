"""Text for a terminal of 80 columns, in colour where somebody can see it."""

from __future__ import annotations

import os
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import TextIO

    from scanwright_spec._clauses import Level

__all__ = ["WIDTH", "Ink", "wrap"]

WIDTH: Final = 80


@dataclass(frozen=True, slots=True)
class Ink:
    """Colours by ANSI escapes, or nothing at all when `enabled` is false."""

    enabled: bool = False

    @classmethod
    def for_stream(cls, stream: TextIO) -> Ink:
        """Colour a terminal only, and none that says NO_COLOR (no-color.org)."""
        refused = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return cls(enabled=stream.isatty() and not refused)

    def strong(self, text: str) -> str:
        """Return `text` in bold."""
        return self._paint("1", text)

    def faint(self, text: str) -> str:
        """Return `text` dimmed."""
        return self._paint("2", text)

    def level(self, level: Level) -> str:
        """Return the name of a level, in red where it binds, else in yellow."""
        return self._paint("31" if level.is_required else "33", level)

    def _paint(self, sgr: str, text: str) -> str:
        """Put an escape around `text`."""
        return f"\x1b[{sgr}m{text}\x1b[0m" if self.enabled else text


def wrap(text: str, *, first: str = "") -> str:
    """Break paragraphs at WIDTH; `first` begins them, the rest is indented as much."""
    return "\n\n".join(
        textwrap.fill(
            paragraph,
            WIDTH,
            initial_indent=first,
            subsequent_indent=" " * len(first),
            break_on_hyphens=False,
            break_long_words=False,
        )
        for paragraph in text.split("\n\n")
    )
