"""The overview: what may be told of page sessions, with nothing in it that opens one.

It is for whoever runs the service and wants to know who takes its memory. Neither a
secret nor a path nor a name of an image is in it, so that it leads nobody to the images
of a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from scanwright.buffer.pages import Usage
from scanwright.buffer.vault import Key
from scanwright.sessions.session import PageSession

__all__ = ["SessionFacts", "overview"]

LONGEST_ORIGIN: Final = 200


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """One session. `origin` is None for a program, which is no page of any."""

    origin: str | None
    started: datetime
    images: int
    memory_bytes: int
    disk_bytes: int


def overview(
    sessions: Iterable[PageSession], pages: Mapping[Key, Usage]
) -> list[SessionFacts]:
    """Return the facts of sessions, whose pages take what `pages` says by their key."""
    return [_facts(each, pages.get(each.key, Usage())) for each in sessions]


def _facts(session: PageSession, pages: Usage) -> SessionFacts:
    taken = pages + session.shelf.usage()
    return SessionFacts(
        _printable(session.origin),
        session.started,
        len(session.album.images),
        taken.memory_bytes,
        taken.disk_bytes,
    )


def _printable(origin: str | None) -> str | None:
    """Return an origin that a page or a terminal can show.

    Browsers send nothing else; a program may send whatever it likes.
    """
    if origin is None:
        return None
    short = origin[:LONGEST_ORIGIN]
    return "".join(c if c.isascii() and c.isprintable() else "?" for c in short)
