"""A page session: one album, every change told, everything wiped in the end."""

from __future__ import annotations

import os
from typing import Any

import pytest

from scanwright.buffer.slots import MIB, ScannedPage
from scanwright.buffer.vault import PageGone
from scanwright.errors import Code, InternalError, OutOfSequence
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source
from scanwright.sessions.album import Image
from scanwright.sessions.session import (
    BufferOptions,
    PageSession,
    Spot,
    new_id,
    new_secret,
)

Desk = Any


async def test_changes_are_told_once(desk: Desk) -> None:
    """A change is told with the next revision; no change is told at all."""
    await desk.add(2)
    desk.session.look(desk.session.album, "select")
    revisions = [told["revision"] for told in desk.told("buffer.changed")]
    assert revisions == [1]


async def test_the_first_change_can_be_undone(desk: Desk) -> None:
    """A page is told when there is something to undo, and when there is not."""
    await desk.add(1)
    assert desk.told("buffer.changed")[-1]["canUndo"] is True
    desk.session.undo()
    told = desk.told("buffer.changed")[-1]
    assert (told["action"], told["canUndo"], told["canRedo"]) == (
        "replace",
        False,
        True,
    )


async def test_options_are_told(desk: Desk) -> None:
    """Options that change are told, as every change is."""
    desk.session.set_options(BufferOptions(is_appending=False))
    told = desk.told("buffer.changed")[-1]
    assert told["options"]["insert"] == "before-current"


async def test_the_place_of_new_images(desk: Desk) -> None:
    """A named place counts; else options say: behind all, or before the current."""
    session: PageSession = desk.session
    assert (session.place(None), session.place(0)) == (None, 0)
    session.set_options(BufferOptions(is_appending=False))
    assert session.place(None) is None
    await desk.add(2)
    assert session.place(None) == 1


async def test_a_place_beyond_the_end_is_the_end(desk: Desk) -> None:
    """Images that arrive late come last when their place is no more."""
    await desk.add(2)
    await desk.add(1, at=7)
    assert await desk.shades() == [1, 2, 1]


async def test_what_comes_is_there(desk: Desk) -> None:
    """New images stay whatever the maximum is, in front of others, too."""
    await desk.add(3)
    desk.session.set_options(BufferOptions(maximum=3))
    (new,) = await desk.add(1, shade=9, at=0)
    assert new in desk.session.album.images
    assert await desk.shades() == [9, 2, 3]


async def test_what_is_never_shown_is_dropped(desk: Desk) -> None:
    """Of more pages than the maximum at once the rest is neither told nor kept."""
    await desk.add(1)
    desk.session.set_options(BufferOptions(maximum=2))
    before = desk.session.store.stats().pages
    came = await desk.add(5)
    assert list(desk.session.album.document.images) == came
    assert await desk.shades() == [4, 5]
    assert desk.session.store.stats().pages == before + 2
    desk.session.undo()
    assert await desk.shades() == [1]


async def test_images_come_into_any_document(desk: Desk) -> None:
    """A spot names the document; the open one is left as it is."""
    session: PageSession = desk.session
    session.change(session.album.create_document("d" * 12, "Two"), "document", "test")
    await desk.add(1)
    page = next(iter(session.album.pages))
    album = session.with_images([Image(new_id(), page)], Spot(0, "d" * 12))
    assert [len(each.images) for each in album.documents] == [1, 1]


async def test_the_end_wipes_everything(desk: Desk) -> None:
    """After the end no page, no file and no key is left; nothing more comes in."""
    await desk.add(2)
    session: PageSession = desk.session
    page = next(iter(session.album.pages))
    session.end()
    session.end()
    assert session.store.stats().pages == 0
    with pytest.raises(PageGone):
        await session.store.encoded(page, "image/png")
    with pytest.raises(OutOfSequence):
        await desk.add(1)
    assert session.store.stats().pages == 0


async def test_a_page_is_told_that_it_fills_the_memory(desk: Desk) -> None:
    """With the code and the event of a full disk; what came before is there."""
    session, slots = desk.session, desk.session.services.slots
    session.store._hot_limit = MIB
    session.set_options(BufferOptions(uses_disk=False))

    def add_noise() -> None:
        gray = Depth(PixelType.GRAY, 8)
        form = PageFormat(1024, 1024, gray, (300, 300), Source.FEEDER)
        slot = slots.acquire(form.size_bytes)
        slot.view[:] = os.urandom(slot.size)
        stored = session.store.put(ScannedPage(slot, form), key=session.key)
        session.receive([stored], None, tag=None, group=object())

    for _ in range(2):
        add_noise()
    await slots.flowing.wait()
    with pytest.raises(InternalError) as caught:
        add_noise()
    assert caught.value.code is Code.WRITE_ERROR
    assert desk.told("disk.low") == [{"freeBytes": 0, "neededBytes": MIB}]
    assert len(session.album.images) == len(await desk.shades()) == 2


async def test_nobody_hears_what_is_told_without_a_page(desk: Desk) -> None:
    """While its page is away a session changes silently."""
    desk.session.tell = None
    await desk.add(1)
    assert desk.events == []


def test_secrets_are_not_guessed() -> None:
    """Secrets have 192 bits, ids 48, and none comes twice."""
    assert len({new_secret() for _ in range(100)}) == 100
    assert len(new_secret()) == 32
    assert len(new_id()) == 12
