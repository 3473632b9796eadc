"""The page store: hot, cold, encoded, dropped."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from scanwright.buffer.pages import PageStore, StoredPage
from scanwright.buffer.slots import MIB, ScannedPage, SlotPool
from scanwright.buffer.vault import PageGone
from scanwright.errors import Code, ScanwrightError

MakePage = Callable[..., ScannedPage]


@pytest.fixture
async def small(slots: SlotPool, tmp_path: Path) -> AsyncIterator[PageStore]:
    """A store that keeps two pages (of one slot of 1 MiB each) in memory."""
    store = PageStore(tmp_path / "small", slots=slots, hot_bytes=2 * MIB, form_bytes=1)
    yield store
    store.close()


async def shade(store: PageStore, page: StoredPage, mime: str = "image/png") -> object:
    """The colour of a page."""
    with Image.open(BytesIO(await store.encoded(page, mime))) as image:
        return image.getpixel((5, 5))


async def settled(slots: SlotPool) -> None:
    """Wait until the store has made room."""
    async with asyncio.timeout(10):
        await slots.flowing.wait()


async def test_page_is_encoded_as_asked(store: PageStore, make_page: MakePage) -> None:
    """A page comes back in every type, with its resolution."""
    page = store.put(make_page(200))
    for mime, kind in (("image/png", "PNG"), ("image/jpeg", "JPEG")):
        with Image.open(BytesIO(await store.encoded(page, mime))) as image:
            assert (image.format, image.size) == (kind, (64, 32))
            assert image.info["dpi"] == pytest.approx((300, 300), abs=0.02)


async def test_form_is_made_once(store: PageStore, make_page: MakePage) -> None:
    """Everybody who asks for a form gets the same bytes, at once or later."""
    page = store.put(make_page())
    store.prefetch(page, "image/png")
    first, second = await asyncio.gather(
        store.encoded(page, "image/png"), store.encoded(page, "image/png")
    )
    store.prefetch(page, "image/png")
    assert first is second is await store.encoded(page, "image/png")


async def test_impatient_client_spoils_nothing(
    store: PageStore, make_page: MakePage
) -> None:
    """A client that goes away leaves the encoding to the others."""
    page = store.put(make_page(7))
    async with asyncio.TaskGroup() as group:
        gone = group.create_task(store.encoded(page, "image/png"))
        patient = group.create_task(store.encoded(page, "image/png"))
        await asyncio.sleep(0)
        gone.cancel()
    assert gone.cancelled()
    assert patient.result()


async def test_devices_own_jpeg_passes_through(
    store: PageStore, make_page: MakePage
) -> None:
    """The device's JPEG is passed on with its resolution set, and only as JPEG."""
    out = BytesIO()
    Image.new("L", (64, 32), 77).save(out, "JPEG", dpi=(72, 72))
    page = store.put(make_page(1, original=out.getvalue()))
    data = await store.encoded(page, "image/jpeg")
    assert data[20:] == out.getvalue()[20:]
    with Image.open(BytesIO(data)) as image:
        assert image.info["dpi"] == (300, 300)
    assert await shade(store, page, "image/png") == 1


async def test_unusable_original_is_encoded_anew(
    store: PageStore, make_page: MakePage
) -> None:
    """A JPEG that takes no resolution does not get in the way of the page."""
    page = store.put(make_page(1, original=b"no jpeg"))
    assert await shade(store, page, "image/jpeg") == 1


async def test_old_pages_leave_memory_and_come_back(
    small: PageStore, slots: SlotPool, make_page: MakePage, tmp_path: Path
) -> None:
    """Beyond the limit pages go to disk, and are read again when asked for."""
    pages = []
    for number in range(6):
        pages.append(small.put(make_page(number)))
        await settled(slots)
    assert slots.stats().used == 2
    assert len(list((tmp_path / "small").iterdir())) == 4
    assert [await shade(small, page) for page in pages] == list(range(6))
    assert slots.stats().used == 2


async def test_last_used_page_stays(
    small: PageStore, slots: SlotPool, make_page: MakePage, tmp_path: Path
) -> None:
    """The page that was used longest ago leaves first."""
    first, second = small.put(make_page(1)), small.put(make_page(2))
    await small.encoded(first, "image/png")
    small.put(make_page(3))
    await settled(slots)
    shutil.rmtree(tmp_path / "small")
    assert await shade(small, first) == 1
    with pytest.raises(PageGone):
        await small.encoded(second, "image/png")


async def test_originals_leave_memory_too(
    small: PageStore, slots: SlotPool, make_page: MakePage
) -> None:
    """The device's own JPEG is cold with its page, and passes through all the same."""
    out = BytesIO()
    Image.new("L", (64, 32), 77).save(out, "JPEG")
    first = small.put(make_page(1, original=out.getvalue()))
    for number in range(3):
        small.put(make_page(number))
        await settled(slots)
    assert await shade(small, first, "image/jpeg") == 77
    assert await shade(small, first, "image/png") == 1


async def test_memory_is_flat(
    small: PageStore, slots: SlotPool, make_page: MakePage
) -> None:
    """A hundred pages take no more memory than ten."""
    most = {}
    for count in (10, 100):
        pages = []
        most[count] = 0
        for number in range(count):
            pages.append(small.put(make_page(number)))
            small.prefetch(pages[-1], "image/jpeg")
            await settled(slots)
            most[count] = max(most[count], slots.stats().used_bytes)
        for page in pages:
            small.drop(page)
    assert most[100] <= most[10] + MIB


async def test_new_pages_wait_while_the_store_makes_room(
    small: PageStore, slots: SlotPool, make_page: MakePage
) -> None:
    """Above the limit the flow of slots is held, until a page has left."""
    for number in range(3):
        small.put(make_page(number))
    assert not slots.flowing.is_set()
    await settled(slots)
    assert slots.stats().used == 2


async def test_full_disk_refuses_the_page_beyond(
    small: PageStore, slots: SlotPool, make_page: MakePage, tmp_path: Path
) -> None:
    """When the cache cannot be written, memory stays within its limit all the same."""
    shutil.rmtree(tmp_path / "small")
    pages = [small.put(make_page(number)) for number in range(3)]
    await settled(slots)
    for _ in range(3):
        with pytest.raises(ScanwrightError, match="disk space") as caught:
            small.put(make_page(9))
        assert caught.value.code is Code.WRITE_ERROR
    assert slots.stats().used == 3
    assert [await shade(small, page) for page in pages] == [0, 1, 2]
    small.drop(pages[2])
    async with asyncio.timeout(10):
        while slots.stats().used > 2:  # noqa: ASYNC110 - it may be being sealed
            await asyncio.sleep(0.01)
    assert await shade(small, small.put(make_page(4))) == 4


async def test_dropped_page_is_gone(
    small: PageStore, slots: SlotPool, make_page: MakePage, tmp_path: Path
) -> None:
    """Dropping frees memory and disk, twice is once, and asking says so."""
    pages = [small.put(make_page(number)) for number in range(4)]
    await settled(slots)
    for page in pages * 2:
        small.drop(page)
    with pytest.raises(PageGone, match="deleted"):
        await small.encoded(pages[0], "image/png")
    with pytest.raises(PageGone, match="deleted"):
        small.prefetch(pages[3], "image/png")
    small.put(make_page())
    await settled(slots)
    folder = tmp_path / "small"
    async with asyncio.timeout(10):
        while slots.stats().used > 1 or list(folder.iterdir()):  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.01)


async def test_drop_while_encoding_keeps_the_memory_till_the_end(
    store: PageStore, slots: SlotPool, make_page: MakePage
) -> None:
    """An encoder reads its page to the end, although nobody else can any more."""
    page = store.put(make_page(5))
    async with asyncio.TaskGroup() as group:
        encoded = group.create_task(store.encoded(page, "image/png"))
        await asyncio.sleep(0)
        store.drop(page)
        assert slots.stats().used == 1
    assert encoded.result()
    assert slots.stats().used == 0


async def test_close_tells_those_who_wait(
    slots: SlotPool, make_page: MakePage, tmp_path: Path
) -> None:
    """A closed store frees everything and answers every question with an error."""
    store = PageStore(tmp_path / "cache", slots=slots, hot_bytes=MIB)
    pages = [store.put(make_page(number)) for number in range(8)]

    async def ask(page: StoredPage) -> bool:
        try:
            return bool(await store.encoded(page, "image/png"))
        except PageGone:
            return False

    async with asyncio.TaskGroup() as group:
        answers = [group.create_task(ask(page)) for page in pages]
        await asyncio.sleep(0)
        store.close()
    assert all(answer.done() for answer in answers)
    assert slots.stats().used == 0
    assert slots.flowing.is_set()
    assert list((tmp_path / "cache").iterdir()) == []
    with pytest.raises(PageGone):
        store.put(make_page())
    assert slots.stats().used == 0
