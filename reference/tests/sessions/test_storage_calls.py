"""Calls that keep images beyond the session, and bring them back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from scanwright.errors import (
    DocumentDamaged,
    PasswordRefused,
    ScanwrightError,
    UnknownDocument,
)
from scanwright.sessions.services import Services
from scanwright.sessions.session import PageSession

Desk = Any


@pytest.fixture
async def other(services: Services, desk: Desk) -> AsyncIterator[Desk]:
    """Another session of the same origin."""
    session = PageSession(services, "https://app.example.test")
    yield type(desk)(session)
    session.end()


async def test_images_survive_their_session(desk: Desk, other: Desk) -> None:
    """What one session has saved another one loads, and learns the former ids."""
    ids = await desk.add(3)
    place = await desk.call("storage.create", password="secret")  # noqa: S106 - a test's
    await desk.call("storage.save", **place, password="secret", images=ids[1:])  # noqa: S106
    desk.session.end()
    await other.add(1, shade=9)
    loaded = await other.call("storage.load", **place, password="secret", at=0)  # noqa: S106
    assert await other.shades() == [2, 3, 9]
    assert loaded["former"] == ids[1:]
    assert not set(loaded["images"]) & set(ids)


async def test_former_ids_are_of_what_came(desk: Desk) -> None:
    """When more is loaded than may be there, both lists are of what is there."""
    ids = await desk.add(3)
    place = await desk.call("storage.create")
    await desk.call("storage.save", **place)
    await desk.call("buffer.options", maximum=2)
    loaded = await desk.call("storage.load", **place)
    assert loaded["former"] == ids[1:]
    assert list(desk.session.album.document.images) == loaded["images"]


async def test_the_password_is_wanted(desk: Desk) -> None:
    """Without its password a place opens for nobody, not even to be removed."""
    place = await desk.call("storage.create", password="secret")  # noqa: S106 - a test's
    for method in ("storage.load", "storage.save", "storage.remove", "storage.exists"):
        with pytest.raises(PasswordRefused, match="The password is wrong or missing"):
            await desk.call(method, **place)


async def test_saving_overwrites(desk: Desk) -> None:
    """What is saved takes the place of what was there; nothing clears it."""
    ids = await desk.add(2)
    place = await desk.call("storage.create")
    await desk.call("storage.save", **place)
    await desk.call("storage.save", **place, images=[ids[1]])
    await desk.call("storage.load", **place)
    assert await desk.shades() == [1, 2, 2]
    await desk.call("storage.save", **place, images=[])
    assert (await desk.call("storage.load", **place))["images"] == []


async def test_a_failed_save_keeps_what_was_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk is full in the middle, the place has what it had."""
    ids = await desk.add(2)
    place = await desk.call("storage.create")
    await desk.call("storage.save", **place, images=[ids[0]])
    document = type(
        await desk.session.services.storage.open(
            place["storage"], origin=desk.session.origin
        )
    )

    async def refuse(*_: object) -> None:
        raise ScanwrightError("The disk is full.")

    monkeypatch.setattr(document, "set_metadata", refuse)
    with pytest.raises(ScanwrightError, match="full"):
        await desk.call("storage.save", **place, images=ids)
    await desk.call("storage.load", **place)
    assert await desk.shades() == [1, 2, 1]


async def test_a_cancelled_save_keeps_what_was_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page whose insertion was cancelled, and came all the same, is taken out."""
    ids = await desk.add(2)
    place = await desk.call("storage.create")
    await desk.call("storage.save", **place, images=[ids[0]])
    storage, origin = desk.session.services.storage, desk.session.origin
    kind: Any = type(await storage.open(place["storage"], origin=origin))
    insert = kind.insert

    async def insert_and_cancel(self: Any, *args: Any) -> None:
        before = self.contents
        await insert(self, *args)
        self.contents = before
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr(kind, "insert", insert_and_cancel)
        with pytest.raises(asyncio.CancelledError):
            await desk.call("storage.save", **place, images=ids)
    loaded = await desk.call("storage.load", **place)
    assert loaded["former"] == [ids[0]]


async def test_places_come_and_go(desk: Desk) -> None:
    """A place exists from its creation to its removal."""
    place = await desk.call("storage.create")
    assert await desk.call("storage.exists", **place) == {"exists": True}
    await desk.call("storage.remove", **place)
    assert await desk.call("storage.exists", **place) == {"exists": False}
    with pytest.raises(UnknownDocument):
        await desk.call("storage.load", **place)


async def test_a_place_belongs_to_its_origin(desk: Desk, services: Services) -> None:
    """Pages of another origin find nothing there."""
    place = await desk.call("storage.create")
    foreign = type(desk)(PageSession(services, "https://evil.example.test"))
    assert await foreign.call("storage.exists", **place) == {"exists": False}
    foreign.session.end()


async def test_a_damaged_place_is_removed_by_its_password(
    desk: Desk, tmp_path: Path
) -> None:
    """One without a password might be another page's, and stays."""
    locked = await desk.call("storage.create", password="secret")  # noqa: S106 - a test's
    free = await desk.call("storage.create")
    for place in (locked, free):
        index = tmp_path / "storage" / place["storage"] / "index"
        index.write_bytes(index.read_bytes()[:-1])
    with pytest.raises(PasswordRefused):
        await desk.call("storage.remove", **locked)
    await desk.call("storage.remove", **locked, password="secret")  # noqa: S106 - a test's
    with pytest.raises(DocumentDamaged):
        await desk.call("storage.remove", **free)
    left = [path.name for path in (tmp_path / "storage").iterdir()]
    assert sorted(left) == sorted(["key", free["storage"]])
