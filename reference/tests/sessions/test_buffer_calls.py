"""Calls that arrange the buffer: each does what it says, and tells what changed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from scanwright.buffer.slots import MIB
from scanwright.errors import InvalidParameter, OutOfSequence

Desk = Any


async def test_moving_tells_the_new_order(desk: Desk) -> None:
    """A move is told as the new order, before the call is answered."""
    ids = await desk.add(3)
    await desk.call("buffer.move", images=[ids[2]], at=0)
    told = desk.told("buffer.changed")[-1]
    assert (told["action"], told["order"]) == ("shift", [ids[2], ids[0], ids[1]])
    assert await desk.shades() == [3, 1, 2]


async def test_switching_and_removing(desk: Desk) -> None:
    """Images exchange their places, and are removed."""
    ids = await desk.add(3)
    await desk.call("buffer.switch", first=ids[0], second=ids[2])
    await desk.call("buffer.remove", images=[ids[1]])
    assert await desk.shades() == [3, 1]


async def test_undo_brings_removed_images_back(desk: Desk) -> None:
    """What was removed is there again after undo, and gone again after redo."""
    ids = await desk.add(2)
    await desk.call("buffer.remove", images=ids)
    assert await desk.call("buffer.undo") == {"done": True}
    assert await desk.shades() == [1, 2]
    assert desk.told("buffer.changed")[-1]["canRedo"] is True
    assert await desk.call("buffer.redo") == {"done": True}
    assert await desk.shades() == []
    assert await desk.call("buffer.redo") == {"done": False}


async def test_looking_is_not_undone(desk: Desk) -> None:
    """Making an image current, or selecting, is no step that undo takes back."""
    ids = await desk.add(2)
    await desk.call("buffer.current", image=ids[0])
    await desk.call("buffer.select", images=ids)
    await desk.call("buffer.undo")
    assert await desk.shades() == []


async def test_copies_are_images_of_their_own(desk: Desk) -> None:
    """A copy has an id of its own, and stays when the first is removed."""
    ids = await desk.add(1)
    copies = (await desk.call("buffer.duplicate", images=ids, at=0))["images"]
    assert copies != ids
    await desk.call("buffer.remove", images=ids)
    assert await desk.shades() == [1]


async def test_copies_keep_to_the_maximum(desk: Desk) -> None:
    """Copies replace images that were there, and those that do not fit are not told."""
    ids = await desk.add(2)
    await desk.call("buffer.options", maximum=2)
    (copy,) = (await desk.call("buffer.duplicate", images=ids[:1], at=1))["images"]
    assert desk.session.album.document.images == (copy, ids[1])
    await desk.call("buffer.options", maximum=1)
    both = [copy, ids[1]]
    (last,) = (await desk.call("buffer.duplicate", images=both))["images"]
    assert desk.session.album.document.images == (last,)
    assert await desk.shades() == [2]


async def test_a_place_for_copies_is_checked(desk: Desk) -> None:
    """A place beyond the end is refused, not taken for the end."""
    ids = await desk.add(1)
    with pytest.raises(InvalidParameter, match="at must be"):
        await desk.call("buffer.duplicate", images=ids, at=2)


async def test_copies_before_the_current_one_keep_their_order(desk: Desk) -> None:
    """Copies that come by option, call after call, stand in the order of the calls."""
    ids = await desk.add(2)
    await desk.call("buffer.options", insert="before-current")
    await desk.call("buffer.duplicate", images=ids)
    await desk.call("buffer.duplicate", images=ids)
    assert await desk.shades() == [1, 1, 2, 1, 2, 2]
    assert desk.session.album.document.current == ids[1]


async def test_options_decide_where_images_come(desk: Desk) -> None:
    """New images come before the current one, tagged, and up to the maximum."""
    ids = await desk.add(2)
    told = await desk.call(
        "buffer.options", insert="before-current", maximum=3, tag="new"
    )
    wanted = {"insert": "before-current", "maximum": 3, "tag": "new"}
    assert told == {**wanted, "diskCache": True}
    await desk.call("buffer.current", image=ids[1])
    place = desk.session.place(None)
    assert place == 1
    await desk.add(2, shade=9)
    assert await desk.shades() == [2, 9, 9]
    assert desk.session.album.image(desk.session.album.document.images[1]).tags == (
        "new",
    )
    cleared = await desk.call("buffer.options", tag=None)
    assert cleared == {**told, "tag": None}


async def test_pages_keep_off_the_disk_when_that_is_wished(desk: Desk) -> None:
    """By an option that says so until it is another; no file is made meanwhile."""
    store, cache = desk.session.store, desk.session.services.cache
    store._hot_limit = MIB
    assert (await desk.call("buffer.options", diskCache=False))["diskCache"] is False
    assert (await desk.call("buffer.options", tag="new"))["diskCache"] is False
    await desk.add(6)
    async with asyncio.timeout(10):
        while store.stats().hot_bytes > MIB:  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.002)
    assert list(cache.iterdir()) == []
    assert await desk.shades() == [1, 2, 3, 4, 5, 6]
    assert (await desk.call("buffer.options", diskCache=True))["diskCache"] is True
    await desk.add(2)
    async with asyncio.timeout(10):
        while not list(cache.glob("*.page")):  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.002)


async def test_tags(desk: Desk) -> None:
    """Images are tagged, filtered by tag, and the tag is renamed and removed."""
    ids = await desk.add(3)
    await desk.call("tag.add", images=ids[:2], tag="bill")
    await desk.call("tag.filter", tag="bill")
    assert desk.told("buffer.changed")[-1]["visible"] == ids[:2]
    await desk.call("tag.rename", tag="bill", name="paid")
    assert desk.session.state()["filter"] == "paid"
    await desk.call("tag.remove", images=ids[:1], tag="paid")
    assert desk.session.state()["visible"] == [ids[1]]
    await desk.call("tag.filter")
    assert desk.session.state()["visible"] is None


async def test_documents(desk: Desk) -> None:
    """Documents are made, opened, renamed, filled from one another, and removed."""
    ids = await desk.add(3)
    made = await desk.call("document.create", name="Bills")
    copies = await desk.call(
        "document.copyImages", to=made["document"], images=[ids[0]]
    )
    await desk.call("document.moveImages", to=made["document"], images=[ids[2]], at=0)
    assert await desk.shades() == [1, 2]
    await desk.call("document.rename", **made, name="Paid")
    await desk.call("document.open", **made)
    assert await desk.shades() == [3, 1]
    assert desk.session.album.document.images == (ids[2], *copies["images"])
    names = [each["name"] for each in desk.session.state()["documents"]]
    assert names == ["Document 1", "Paid"]
    await desk.call("document.remove", **made)
    assert await desk.shades() == [1, 2]
    await desk.call("buffer.undo")
    assert await desk.shades() == [3, 1]


async def test_documents_keep_to_the_maximum(desk: Desk) -> None:
    """Images that are copied or moved into a document replace those that were there."""
    ids = await desk.add(3)
    made = await desk.call("document.create", name="Bills")
    await desk.call("buffer.options", maximum=2)
    copies = await desk.call("document.copyImages", to=made["document"])
    assert len(copies["images"]) == 2
    await desk.call("document.moveImages", to=made["document"], images=[ids[0]], at=0)
    assert await desk.shades() == [2, 3]
    await desk.call("document.open", **made)
    assert desk.session.album.document.images == (ids[0], copies["images"][1])
    assert await desk.shades() == [1, 3]


async def test_images_come_out_of_any_document(desk: Desk) -> None:
    """Copying and moving take from the document that is named, open or not."""
    await desk.add(2)
    home = desk.session.album.open_id
    made = (await desk.call("document.create", name="Bills"))["document"]
    await desk.call("document.moveImages", to=made)
    copies = await desk.call("document.copyImages", **{"from": made}, to=home)
    assert await desk.shades() == [1, 2]
    ids = list(desk.session.album.document_by_id(made).images)
    await desk.call(
        "document.moveImages", **{"from": made}, to=home, images=ids[1:], at=0
    )
    assert desk.session.album.document.images == (ids[1], *copies["images"])
    with pytest.raises(InvalidParameter, match="not in that document"):
        await desk.call(
            "document.moveImages", **{"from": made}, to=home, images=ids[1:]
        )
    with pytest.raises(InvalidParameter, match="no document"):
        await desk.call("document.copyImages", **{"from": "f" * 12}, to=home)


async def test_a_tag_is_taken_from_all_documents(desk: Desk) -> None:
    """Without images a tag goes from every document; with some from those alone."""
    ids = await desk.add(2)
    await desk.call("tag.add", images=ids, tag="bill")
    made = await desk.call("document.create", name="Bills")
    await desk.call("document.moveImages", to=made["document"], images=ids[1:])
    await desk.call("tag.remove", tag="bill")
    assert {image.tags for image in desk.session.album.images.values()} == {()}


async def test_all_images_when_none_are_named(desk: Desk) -> None:
    """Copying and moving between documents without images means all of them."""
    await desk.add(2)
    made = await desk.call("document.create", name="Bills")
    await desk.call("document.copyImages", to=made["document"])
    await desk.call("document.moveImages", to=made["document"])
    assert await desk.shades() == []
    await desk.call("document.open", **made)
    assert await desk.shades() == [1, 2, 1, 2]


async def test_the_state_is_the_whole_buffer(desk: Desk) -> None:
    """The state names every image in its order, and what can be undone."""
    ids = await desk.add(2)
    state = await desk.call("buffer.state")
    assert [image["id"] for image in state["images"]] == ids
    assert (state["canUndo"], state["canRedo"]) == (True, False)


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("buffer.move", {"images": ["f" * 12], "at": 0}),
        ("buffer.current", {"image": "f" * 12}),
        ("document.open", {"document": "f" * 12}),
        ("document.moveImages", {"to": "f" * 12}),
    ],
)
async def test_what_is_not_there_is_refused(
    desk: Desk, method: str, params: dict[str, Any]
) -> None:
    """An id that is not in the buffer is an error, and nothing changes."""
    await desk.add(1)
    before = desk.session.album
    with pytest.raises(InvalidParameter):
        await desk.call(method, **params)
    assert desk.session.album is before


async def test_the_only_document_stays(desk: Desk) -> None:
    """The only document cannot be removed."""
    with pytest.raises(OutOfSequence):
        await desk.call("document.remove", document=desk.session.album.open_id)
