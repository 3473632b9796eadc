"""Landings: the pages of a call come down together, whatever happens meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright.buffer.pages import StoredPage
from scanwright.buffer.slots import ScannedPage
from scanwright.errors import InvalidParameter, OutOfSequence
from scanwright.protocol.members import Members
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source
from scanwright.sessions.landing import Landing
from scanwright.sessions.run import Run
from scanwright.sessions.session import BufferOptions

Desk = Any
FORMAT = PageFormat(20, 10, Depth(PixelType.GRAY, 8), (100, 100), Source.FLATBED)


def _page(desk: Desk, shade: int) -> StoredPage:
    slot = desk.session.services.slots.acquire(FORMAT.size_bytes)
    slot.view[: FORMAT.size_bytes] = bytes([shade]) * FORMAT.size_bytes
    stored: StoredPage = desk.session.store.put(
        ScannedPage(slot, FORMAT), key=desk.session.key
    )
    return stored


def _landing(desk: Desk, *, replaced: str | None = None, **params: object) -> Landing:
    return Landing(Run(desk.session, Members(params)), replaced=replaced)


def _take(desk: Desk, landing: Landing, *shades: int) -> None:
    for shade in shades:
        landing.take(_page(desk, shade))


def _move(desk: Desk, image: str, at: int) -> None:
    desk.session.change(desk.session.album.move([image], at), "shift", "user")


def _remove(desk: Desk, *images: str) -> None:
    desk.session.change(desk.session.album.remove(images), "remove", "user")


async def test_pages_are_appended(desk: Desk) -> None:
    """Without a place pages come behind all, also behind what came meanwhile."""
    landing = _landing(desk)
    _take(desk, landing, 50)
    await desk.add(1)
    _take(desk, landing, 51)
    assert await desk.shades() == [50, 1, 51]
    assert landing.count == 2


async def test_what_leaves_in_front_moves_no_place(desk: Desk) -> None:
    """Pages follow each other when images in front of them are removed."""
    ids = await desk.add(3)
    landing = _landing(desk, at=2)
    _take(desk, landing, 50)
    _remove(desk, ids[0])
    _take(desk, landing, 51)
    assert await desk.shades() == [2, 50, 51, 3]


async def test_what_the_maximum_takes_moves_no_place(desk: Desk) -> None:
    """Pages follow each other while each takes the place of an image before them."""
    await desk.add(3)
    desk.session.set_options(BufferOptions(maximum=3))
    landing = _landing(desk, at=2)
    _take(desk, landing, 50, 51)
    assert await desk.shades() == [50, 51, 3]
    _take(desk, landing, 52, 53)
    assert await desk.shades() == [51, 52, 53]
    assert landing.images == list(desk.session.album.document.images)
    assert landing.count == 4


async def test_pages_follow_the_last_that_is_there(desk: Desk) -> None:
    """A page of the call that is moved is followed; one that is removed is not."""
    await desk.add(2)
    landing = _landing(desk, at=1)
    _take(desk, landing, 50, 51)
    _move(desk, landing.images[1], 4)
    _take(desk, landing, 52)
    assert await desk.shades() == [1, 50, 2, 51, 52]
    _remove(desk, *landing.images[1:])
    _take(desk, landing, 53)
    assert await desk.shades() == [1, 50, 53, 2]


async def test_the_first_page_comes_before_what_was_next(desk: Desk) -> None:
    """While no page is there the image that they come before is kept in mind."""
    ids = await desk.add(3)
    landing = _landing(desk, at=2)
    _move(desk, ids[2], 0)
    _take(desk, landing, 50)
    _remove(desk, ids[2], *landing.images)
    _take(desk, landing, 51)
    assert await desk.shades() == [1, 2, 51]


async def test_an_undo_in_between_is_survived(desk: Desk) -> None:
    """What is taken back while a call goes on is not named; the rest comes."""
    await desk.add(2)
    landing = _landing(desk, at=1)
    _take(desk, landing, 50)
    desk.session.undo()
    _take(desk, landing, 51)
    assert await desk.shades() == [1, 51, 2]
    assert len(landing.images) == 1


async def test_another_open_document_changes_nothing(desk: Desk) -> None:
    """Pages come into the document that was open when the call began."""
    session = desk.session
    await desk.add(1)
    first = session.album.open_id
    session.change(session.album.create_document("d" * 12, "Two"), "document", "user")
    landing = _landing(desk, at=0)
    session.look(session.album.open_document("d" * 12), "document")
    _take(desk, landing, 50, 51)
    assert await desk.shades() == []
    session.look(session.album.open_document(first), "document")
    assert await desk.shades() == [50, 51, 1]


async def test_without_its_document_a_call_appends(desk: Desk) -> None:
    """When its document is removed, pages come behind all of the open one."""
    session = desk.session
    first = session.album.open_id
    await desk.add(1, shade=9)
    session.change(session.album.create_document("d" * 12, "Two"), "document", "user")
    landing = _landing(desk, at=0)
    _take(desk, landing, 50)
    session.look(session.album.open_document("d" * 12), "document")
    await desk.add(2)
    session.change(session.album.remove_document(first), "document", "user")
    _take(desk, landing, 51)
    assert await desk.shades() == [1, 2, 51]
    assert landing.images == [session.album.document.images[2]]


async def test_a_replaced_image_leads(desk: Desk) -> None:
    """The image that is replaced shows the first page; the rest follows it home."""
    session = desk.session
    ids = await desk.add(2, shade=9)
    session.change(session.album.create_document("d" * 12, "Two"), "document", "user")
    session.look(session.album.open_document("d" * 12), "document")
    landing = _landing(desk, replaced=ids[0])
    _take(desk, landing, 50, 51)
    assert await desk.shades() == []
    home = session.album.home_of(ids[0])
    assert home.images == (*landing.images, ids[1])
    assert landing.images[0] == ids[0]


async def test_a_replaced_image_and_a_place(desk: Desk) -> None:
    """With a place of its own, the rest comes there and not behind the image."""
    ids = await desk.add(3, shade=9)
    landing = _landing(desk, replaced=ids[0], at=2)
    _take(desk, landing, 50, 51, 52)
    assert await desk.shades() == [50, 9, 51, 52, 9]


async def test_a_replaced_image_that_has_gone(desk: Desk) -> None:
    """When the image has gone by the first page, all pages are new images."""
    ids = await desk.add(2)
    landing = _landing(desk, replaced=ids[0])
    _remove(desk, ids[0])
    _take(desk, landing, 50, 51)
    assert await desk.shades() == [2, 50, 51]
    with pytest.raises(InvalidParameter):
        _landing(desk, replaced=ids[0])


async def test_nothing_lands_after_the_end(desk: Desk) -> None:
    """A page that comes when the session has ended is dropped, replaced or not."""
    (image,) = await desk.add(1)
    landings = [_landing(desk), _landing(desk, replaced=image)]
    pages = [_page(desk, 50), _page(desk, 51)]
    desk.session.end()
    for landing, page in zip(landings, pages, strict=True):
        with pytest.raises(OutOfSequence):
            landing.take(page)
    assert desk.session.store.stats().pages == 0
