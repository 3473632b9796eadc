"""Calls that edit and measure: new pages, one step of undo, nothing lost."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright.errors import InvalidParameter, OutOfSequence
from scanwright.protocol.edits import Measured, Rectangle
from scanwright.sessions.edit_calls import measured_object

Desk = Any


async def test_an_edit_shows_new_versions(desk: Desk) -> None:
    """Edited images keep their ids, and get new pages and versions."""
    ids = await desk.add(3)
    await desk.call("edit.apply", images=ids, edit={"kind": "invert"})
    assert await desk.shades() == [254, 253, 252]
    assert all(image.version > 1 for image in desk.session.album.images.values())
    told = [
        image["id"] for e in desk.told("buffer.changed")[1:] for image in e["images"]
    ]
    assert told == ids


async def test_an_edit_of_many_is_one_step(desk: Desk) -> None:
    """One undo takes an edit of many images back, one redo makes it again."""
    ids = await desk.add(3)
    await desk.call("edit.apply", images=ids, edit={"kind": "invert"})
    await desk.call("buffer.undo")
    assert await desk.shades() == [1, 2, 3]
    await desk.call("buffer.redo")
    assert await desk.shades() == [254, 253, 252]


async def test_progress_counts_images(desk: Desk) -> None:
    """A long edit tells how many images are done, of how many."""
    ids = await desk.add(5)
    await desk.call("edit.apply", images=ids, edit={"kind": "mirror"})
    counts = [(told["done"], told["total"]) for told in desk.told("progress")]
    assert counts == [(2, 5), (4, 5), (5, 5)]


async def test_a_wrong_edit_changes_nothing(desk: Desk) -> None:
    """An edit that cannot be is refused by name before any image is touched."""
    ids = await desk.add(1)
    before = desk.session.album
    with pytest.raises(InvalidParameter, match="angle"):
        await desk.call("edit.apply", images=ids, edit={"kind": "rotate"})
    assert desk.session.album is before


async def test_a_failure_keeps_what_was_done(desk: Desk, addons: Any) -> None:
    """When one image fails, those before it stay edited, and undo takes them back."""
    ids = await desk.add(3)

    def fail_later() -> None:
        if len(desk.told("progress")) == 1:
            addons.fault = OutOfSequence("The worker died.")

    addons.before_edit = fail_later
    with pytest.raises(OutOfSequence, match="died"):
        await desk.call("edit.apply", images=ids, edit={"kind": "invert"})
    assert await desk.shades() == [254, 253, 3]
    await desk.call("buffer.undo")
    assert await desk.shades() == [1, 2, 3]


async def test_an_image_that_goes_meanwhile_is_left_out(
    desk: Desk, addons: Any
) -> None:
    """An image that is removed while it is edited stays removed, and nothing leaks."""
    ids = await desk.add(1)

    def remove() -> None:
        album = desk.session.album
        desk.session.change(album.remove(ids), "remove", "other")

    addons.before_edit = remove
    result = await desk.call("edit.apply", images=ids, edit={"kind": "invert"})
    assert result == {"skipped": ids}
    assert await desk.shades() == []


async def test_tags_do_not_stop_an_edit(desk: Desk, addons: Any) -> None:
    """An image that is tagged while it is edited is edited, and keeps the tag."""
    ids = await desk.add(1)

    def tag() -> None:
        album = desk.session.album
        desk.session.change(album.tag(ids, "bill"), "modify", "other")

    addons.before_edit = tag
    result = await desk.call("edit.apply", images=ids, edit={"kind": "invert"})
    assert result == {"skipped": []}
    assert await desk.shades() == [254]
    assert desk.session.album.image(ids[0]).tags == ("bill",)


async def test_another_page_meanwhile_is_told(desk: Desk, addons: Any) -> None:
    """An image that shows another page by now keeps it, and the answer names it."""
    ids = await desk.add(2)
    await desk.call("edit.apply", images=ids[:1], edit={"kind": "invert"})
    addons.before_edit = desk.session.undo
    result = await desk.call("edit.apply", images=ids[:1], edit={"kind": "mirror"})
    assert result == {"skipped": ids[:1]}
    assert await desk.shades() == [1, 2]


async def test_an_image_that_went_before_its_turn_is_told(
    desk: Desk, addons: Any
) -> None:
    """Of a long edit also an image that was removed before its turn is named."""
    ids = await desk.add(3)

    def remove_last() -> None:
        if ids[2] in desk.session.album.images:
            album = desk.session.album.remove(ids[2:])
            desk.session.change(album, "remove", "other")

    addons.before_edit = remove_last
    result = await desk.call("edit.apply", images=ids, edit={"kind": "invert"})
    assert result == {"skipped": ids[2:]}
    assert await desk.shades() == [254, 253]


async def test_measuring_changes_nothing(desk: Desk) -> None:
    """A measurement is answered, and no page is another."""
    (image,) = await desk.add(1, shade=255)
    before = desk.session.album
    blank = await desk.call(
        "edit.measure", image=image, analysis={"kind": "blank", "method": "deviation"}
    )
    assert blank == {"isBlank": True, "deviation": 0.0}
    assert desk.session.album is before


def test_only_what_was_measured_is_told() -> None:
    """Members that were not asked for are absent; zero and false are there."""
    assert measured_object(Measured(angle=0.0)) == {"angle": 0.0}
    area = Rectangle(1, 2, 3, 4)
    assert measured_object(Measured(area=area))["area"] == {
        "left": 1,
        "top": 2,
        "right": 3,
        "bottom": 4,
    }
