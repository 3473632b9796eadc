"""An open document: one writer at a time, readers beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from scanwright.errors import Code, StorageFull, UnknownDocument
from scanwright.protocol.scanning import PageFormat
from scanwright.storage.document import Document
from scanwright.storage.storage import Storage

Pixels = Callable[[int], memoryview]


@dataclass
class Meter:
    """A disk that is full when a test says so."""

    low: bool = False

    def is_low(self) -> bool:
        """Say it."""
        return self.low


async def shades(document: Document) -> list[int]:
    """Read every page back; each must be of one shade."""
    found = []
    for page in document.contents.pages:
        room = bytearray(page.format.size_bytes)
        await document.read(page, memoryview(room))
        assert len(set(room)) == 1
        found.append(room[0])
    return found


async def test_pages_come_back_in_their_order(
    storage: Storage, form: PageFormat, pixels: Pixels
) -> None:
    """With their format, and the JPEG that they came as."""
    document = await storage.create()
    await document.insert(form, pixels(1), b"\xff\xd8jpeg")
    await document.insert(form, pixels(2))
    await document.insert(form, pixels(3), position=1)
    assert await shades(document) == [3, 1, 2]
    page = document.contents.pages[1]
    room = memoryview(bytearray(form.size_bytes))
    assert await document.read(page, room) == b"\xff\xd8jpeg"
    assert page.format == form


async def test_pages_have_numbers_and_ids(
    storage: Storage, form: PageFormat, pixels: Pixels
) -> None:
    """A number counts from 0; ids may be written large; all else is unknown."""
    document = await storage.create()
    await document.insert(form, pixels(1))
    await document.insert(form, pixels(2))
    first, second = document.contents.pages
    assert document.page("0") == first
    assert document.page("01") == second
    assert document.page(second.uid.upper()) == second
    for name in ("2", "-1", "", "x", "1.0", "9" * 30, "²"):
        with pytest.raises(UnknownDocument):
            document.page(name)


async def test_writers_beside_each_other_lose_nothing(
    storage: Storage, form: PageFormat, pixels: Pixels
) -> None:
    """Twenty pages at once, through as many openings, are twenty pages."""
    uid = (await storage.create()).uid

    async def insert(shade: int) -> None:
        document = await storage.open(uid)
        await document.insert(form, pixels(shade))

    async with asyncio.TaskGroup() as tasks:
        for shade in range(20):
            tasks.create_task(insert(shade))
    assert sorted(await shades(await storage.open(uid))) == list(range(20))


async def test_readers_go_on_beside_a_writer(
    storage: Storage, form: PageFormat, pixels: Pixels
) -> None:
    """What they have opened they can read, until it is deleted."""
    writer = await storage.create()
    await writer.insert(form, pixels(1))
    reader = await storage.open(writer.uid)
    await writer.insert(form, pixels(2), position=1)
    await writer.set_metadata("new")
    assert await shades(reader) == [1]
    await writer.remove(reader.contents.pages[0].uid)
    with pytest.raises(UnknownDocument):
        await shades(reader)
    await writer.delete()
    with pytest.raises(UnknownDocument):
        await reader.set_metadata("too late")


async def test_a_cancelled_insertion_is_whole_or_not_there(
    storage: Storage, form: PageFormat, pixels: Pixels
) -> None:
    """And the lock is free for the next writer."""
    document = await storage.create()
    for _ in range(5):
        task = asyncio.get_running_loop().create_task(document.insert(form, pixels(1)))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await document.insert(form, pixels(2))
    found = await shades(await storage.open(document.uid))
    assert found == [1] * (len(found) - 1) + [2]


async def test_a_disk_that_is_low_takes_nothing_more(
    folder: Path, form: PageFormat, pixels: Pixels
) -> None:
    """What would be written is refused, what is there is read and can be deleted."""
    meter = Meter()
    with closing(Storage(folder, guard=meter)) as storage:
        document = await storage.create()
        await document.insert(form, pixels(1))
        meter.low = True
        for attempt in (
            storage.create(),
            document.insert(form, pixels(2)),
            document.set_metadata("new"),
        ):
            with pytest.raises(StorageFull) as told:
                await attempt
            assert told.value.code == Code.WRITE_ERROR
        again = await storage.open(document.uid)
        assert await shades(again) == [1]
        await again.remove(again.contents.pages[0].uid)
        await again.delete()
