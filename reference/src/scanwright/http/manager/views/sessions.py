"""The part of the welcome page that lists the web pages that use the service."""

from __future__ import annotations

from typing import Final

from scanwright.http.manager.facts import Facts
from scanwright.http.manager.markup import Html, duration, join, size, table
from scanwright.http.manager.views.controls import heading, note

__all__ = ["sessions"]

PROGRAM: Final = "a program"
PAGE: Final = "a web page"
COLUMNS: Final = ("Whose", "Images", "In memory", "On disk", "Open for")


def sessions(facts: Facts, *, with_origins: bool) -> Html:
    """List the pages, with what each takes, and since when."""
    rows = [
        (
            PROGRAM
            if session.origin is None
            else session.origin
            if with_origins
            else PAGE,
            str(session.images),
            size(session.memory_bytes),
            size(session.disk_bytes),
            duration(session.started, facts.now),
        )
        for session in facts.sessions
    ]
    listed = (
        table("name-sessions", COLUMNS, rows)
        if rows
        else note("No web page uses the service at present.")
    )
    return join(heading("sessions", "Web pages"), listed)
