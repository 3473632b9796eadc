"""The overview: what is told of sessions, and what is not."""

from __future__ import annotations

import os
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest

from scanwright.buffer.slots import MIB
from scanwright.sessions.overview import LONGEST_ORIGIN, SessionFacts, overview
from scanwright.sessions.services import Services
from scanwright.sessions.session import PageSession
from scanwright.sessions.shelf import Upload

Desk = Any
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def told(session: PageSession) -> SessionFacts:
    """Return what is told of one session."""
    (facts,) = overview([session], session.store.usage())
    return facts


async def test_images_and_what_they_take_are_told(desk: Desk) -> None:
    """Images of all documents; in memory files, too, and what undo brings back."""
    await desk.add(2)
    await desk.call("document.create", name="other")
    ids = await desk.add(1)
    await desk.call("buffer.remove", images=ids)
    with desk.session.shelf.new_file(5) as fd:
        os.write(fd, b"bytes")
    desk.session.shelf.add_upload(Upload(fd, 5))
    facts = told(desk.session)
    assert (facts.origin, facts.images) == ("https://app.example.test", 2)
    assert (facts.memory_bytes, facts.disk_bytes) == (3 * MIB + 5, 0)
    assert facts.started == desk.session.started


async def test_each_session_is_counted_for_itself(
    desk: Desk, services: Services
) -> None:
    """What one page has is not told of another; a program has no origin."""
    await desk.add(2)
    other = PageSession(services, None, started=NOON)
    assert told(other) == SessionFacts(None, NOON, 0, 0, 0)
    other.end()


async def test_nothing_that_is_told_opens_a_session(desk: Desk) -> None:
    """No secret, no path and no id of an image is in it."""
    (image,) = await desk.add(1)
    values = str(asdict(told(desk.session)).values())
    for secret in (desk.session.secret, desk.session.base, image):
        assert secret not in values


@pytest.mark.parametrize(
    ("origin", "shown"),
    [
        ("null", "null"),
        ("a\x1b[2Jb\udcff\xe9", "a?[2Jb??"),
        ("x" * 9999, "x" * LONGEST_ORIGIN),
    ],
)
async def test_an_origin_can_be_shown_anywhere(
    services: Services, origin: str, shown: str
) -> None:
    """Whatever a program says it is, neither a page nor a terminal is upset by it."""
    session = PageSession(services, origin)
    assert told(session).origin == shown
    session.end()
