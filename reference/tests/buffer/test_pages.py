"""The page store: hot, cold, encoded, dropped."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from pathlib import Path
from threading import Event

import pytest
from PIL import Image

from scanwright.buffer.disk import Disk
from scanwright.buffer.pages import PageStore, StoredPage, StoreStats, Usage
from scanwright.buffer.slots import MIB, ScannedPage, SlotPool
from scanwright.buffer.vault import Key, PageGone
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


async def cold(store: PageStore, count: int) -> None:
    """Wait until so many pages are sealed."""
    async with asyncio.timeout(10):
        while store.stats().cold_files < count:  # noqa: ASYNC110 - there is no event
            await asyncio.sleep(0.002)


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


async def test_what_a_key_takes_is_told(
    small: PageStore, slots: SlotPool, make_page: MakePage
) -> None:
    """Each session's pages are counted for it alone, hot or cold; jobs' for none."""
    one, two = small.new_key(), small.new_key()
    pages = [small.put(make_page(number), key=one) for number in range(3)]
    await settled(slots)
    small.put(make_page(9))
    await settled(slots)
    usage = small.usage()
    assert set(usage) == {one}
    assert usage[one].memory_bytes == MIB
    assert usage[one].disk_bytes == small.stats().cold_bytes > 0
    small.put(make_page(9, original=b"jpeg"), key=two)
    assert small.usage()[two] == Usage(memory_bytes=MIB + 4)
    for page in pages:
        small.drop(page)
    assert set(small.usage()) == {two}


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


async def test_a_page_is_scaled_into_a_box(
    store: PageStore, make_page: MakePage
) -> None:
    """Ratio kept, never enlarged; all boxes that give one size share one form."""
    page = store.put(make_page(9))
    small = await store.encoded(page, "image/png", (16, 16))
    with Image.open(BytesIO(small)) as image:
        assert (image.size, image.getpixel((3, 3))) == ((16, 8), 9)
    store.prefetch(page, "image/png", (16, 8))
    assert await store.encoded(page, "image/png", (99, 8)) is small
    full = await store.encoded(page, "image/png", (1000, 1000))
    assert full is await store.encoded(page, "image/png")
    with pytest.raises(ValueError, match="no room"):
        await store.encoded(page, "image/png", (0, 5))


async def test_a_page_lives_as_long_as_its_last_holder(
    store: PageStore, slots: SlotPool, make_page: MakePage
) -> None:
    """Two documents may have the same page; each drops it for itself."""
    page = store.put(make_page(3))
    store.hold(page)
    store.drop(page)
    assert await shade(store, page) == 3
    store.drop(page)
    assert slots.stats().used == 0
    with pytest.raises(PageGone, match="deleted"):
        store.hold(page)


async def test_a_hot_page_is_viewed_in_its_own_slot(
    store: PageStore, slots: SlotPool, make_page: MakePage
) -> None:
    """Dropped meanwhile, it stays until the view is left."""
    scanned = make_page(8, original=b"jpeg")
    page = store.put(scanned)
    async with store.view(page) as view:
        assert view.slot is scanned.slot
        assert (view.pixels[0], view.original) == (8, b"jpeg")
        store.drop(page)
        assert slots.stats().used == 1
        assert view.pixels[0] == 8
    assert slots.stats().used == 0
    with pytest.raises(PageGone, match="deleted"):
        async with store.view(page):
            pass


async def test_a_viewed_page_that_gets_cold_keeps_its_slot(
    small: PageStore, slots: SlotPool, make_page: MakePage
) -> None:
    """It is sealed all the same; its memory is free after the last reader."""
    first = small.put(make_page(1))
    async with small.view(first) as view:
        for number in range(2, 5):
            small.put(make_page(number))
        await cold(small, 3)
        assert view.pixels[0] == 1
        used = slots.stats().used
    assert slots.stats().used == used - 1
    assert await shade(small, first) == 1


async def test_a_cold_page_is_viewed_in_a_scratch_slot(
    small: PageStore, slots: SlotPool, make_page: MakePage
) -> None:
    """Pixels and JPEG come back, and the slot is free afterwards, twice over."""
    first = small.put(make_page(5, original=b"jpeg"))
    for number in range(3):
        small.put(make_page(number))
        await settled(slots)
    used = slots.stats().used
    async with small.view(first) as one, small.view(first) as other:
        assert one.slot is not other.slot
        assert (one.pixels[0], one.original) == (5, b"jpeg")
        assert slots.stats().used == used + 2
        small.drop(first)
        assert other.pixels[0] == 5
    assert slots.stats().used == used


async def test_a_view_that_nobody_waits_for_leaves_nothing(
    small: PageStore, slots: SlotPool, make_page: MakePage
) -> None:
    """Cancelled while it is read back, a page's scratch slot is free at the end."""
    first = small.put(make_page(5))
    for number in range(3):
        small.put(make_page(number))
        await settled(slots)
    used = slots.stats().used
    may_go_on = Event()
    for _ in range(2):
        small._threads.submit(may_go_on.wait, 10)

    async def look() -> None:
        async with small.view(first):
            raise AssertionError("it was cancelled before")

    async with asyncio.TaskGroup() as group:
        task = group.create_task(look())
        await asyncio.sleep(0)
        task.cancel()
        for _ in range(5):
            await asyncio.sleep(0)
        assert slots.stats().used == used + 1
        may_go_on.set()
    assert slots.stats().used == used


async def test_a_store_may_close_while_it_is_looked_at(
    slots: SlotPool, make_page: MakePage, tmp_path: Path
) -> None:
    """Every slot goes back once, those of views too."""
    store = PageStore(tmp_path / "cache", slots=slots, hot_bytes=MIB)
    pages = [store.put(make_page(number)) for number in range(3)]
    await cold(store, 2)
    async with store.view(pages[0]), store.view(pages[2]):
        store.close()
        assert slots.stats().used == 0
    assert slots.stats().used == 0


async def test_pages_of_a_session_are_noise_after_it(
    small: PageStore, slots: SlotPool, make_page: MakePage
) -> None:
    """As soon as its key is shredded, even before its pages are dropped."""
    key = small.new_key()
    own, other = small.put(make_page(1), key=key), small.put(make_page(2))
    for number in range(3, 6):
        small.put(make_page(number))
        await settled(slots)
    assert await shade(small, own) == 1
    key.shred()
    with pytest.raises(PageGone, match="session is over"):
        await small.encoded(own, "image/jpeg")
    assert await shade(small, other) == 2


async def test_the_store_counts_what_it_holds(
    small: PageStore, slots: SlotPool, make_page: MakePage, tmp_path: Path
) -> None:
    """In memory, on disk, and in forms; nothing is left of what is dropped."""
    pages = []
    for number in range(5):
        pages.append(small.put(make_page(number)))
        await settled(slots)
    await small.encoded(pages[4], "image/png")
    stats = small.stats()
    files = [file.stat().st_size for file in (tmp_path / "small").iterdir()]
    assert (stats.pages, stats.hot_bytes, stats.cold_files) == (5, 2 * MIB, 3)
    assert stats.cold_bytes == sum(files) > 0
    assert stats.form_bytes > 0
    for page in pages:
        small.drop(page)
    assert small.stats() == StoreStats(0, 0, 0, 0, 0)


async def test_a_disk_that_gets_full_takes_no_page(
    slots: SlotPool, make_page: MakePage, tmp_path: Path
) -> None:
    """Too little free space is told once; memory keeps its limit; later it goes on."""
    free = [4]
    disk = Disk(tmp_path, least_bytes=5, measure=lambda _: free[0])
    told: list[int] = []
    disk.on_low = told.append
    store = PageStore(tmp_path / "own", slots=slots, hot_bytes=2 * MIB, disk=disk)
    assert store.disk is disk
    for number in range(3):
        store.put(make_page(number))
    for _ in range(2):
        with pytest.raises(ScanwrightError, match="disk space") as caught:
            store.put(make_page(9))
        assert caught.value.code is Code.WRITE_ERROR
    assert slots.flowing.is_set()
    assert (told, list((tmp_path / "own").iterdir())) == ([4], [])
    free[0] = 5
    with pytest.raises(ScanwrightError):
        store.put(make_page(9))
    await cold(store, 1)
    store.put(make_page(9))
    store.close()


def staying(store: PageStore, told: list[int] | None = None) -> Key:
    """A key of the store whose pages stay in memory."""
    key = store.new_key(on_full=None if told is None else told.append)
    key.is_for_disk = False
    return key


async def small_in_memory(store: PageStore, most_bytes: int) -> None:
    """Wait until the pages take no more than that."""
    async with asyncio.timeout(10):
        while store.stats().hot_bytes > most_bytes:  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.002)


async def test_pages_that_stay_get_small_where_they_are(
    small: PageStore, slots: SlotPool, make_page: MakePage, tmp_path: Path
) -> None:
    """Beyond the limit they are sealed in memory, come back, and no file is made."""
    key, own = staying(small), BytesIO()
    Image.new("L", (64, 32), 77).save(own, "JPEG")
    pages = [small.put(make_page(0, original=own.getvalue()), key=key)]
    for number in range(1, 9):
        pages.append(small.put(make_page(number), key=key))
        await settled(slots)
    await small_in_memory(small, 2 * MIB)
    assert list((tmp_path / "small").iterdir()) == []
    assert [await shade(small, page) for page in pages] == list(range(9))
    assert await shade(small, pages[0], "image/jpeg") == 77
    stats = small.stats()
    assert (stats.pages, stats.cold_files, stats.cold_bytes) == (9, 0, 0)
    assert small.usage()[key] == Usage(memory_bytes=stats.hot_bytes)
    for page in pages:
        small.drop(page)
    assert small.stats() == StoreStats(0, 0, 0, 0, 0)


async def test_a_sealed_page_of_memory_is_viewed(
    small: PageStore, slots: SlotPool, make_page: MakePage
) -> None:
    """In a slot on loan; dropped meanwhile, it is there to the end and then gone."""
    key = staying(small)
    first = small.put(make_page(5, original=b"jpeg"), key=key)
    for number in range(2):
        small.put(make_page(number), key=key)
        await settled(slots)
    assert small._entries[first].slot is None
    async with small.view(first) as view:
        assert (view.pixels[0], view.original) == (5, b"jpeg")
        small.drop(first)
        assert view.pixels[0] == 5
    assert small.stats().pages == 2


async def test_pages_that_stay_are_refused_when_they_fill_memory(
    small: PageStore, slots: SlotPool, make_noise: MakePage, tmp_path: Path
) -> None:
    """One beyond the limit, as with a full disk; what is there stays, and is whole."""
    told: list[int] = []
    key = staying(small, told)
    noise = [make_noise() for _ in range(3)]
    pixels = [bytes(page.pixels) for page in noise]
    pages = [small.put(page, key=key) for page in noise]
    await settled(slots)
    for _ in range(2):
        with pytest.raises(ScanwrightError, match="fill the memory") as caught:
            small.put(make_noise(), key=key)
        assert caught.value.code is Code.WRITE_ERROR
    assert told == [MIB, MIB]
    assert slots.stats().used == 3
    assert list((tmp_path / "small").iterdir()) == []
    for page, expected in zip(pages, pixels, strict=True):
        async with small.view(page) as view:
            assert bytes(view.pixels) == expected
    small.drop(pages[0])
    small.put(make_noise(), key=key)


async def test_full_memory_stops_no_other_session(
    small: PageStore, slots: SlotPool, make_noise: MakePage, make_page: MakePage
) -> None:
    """Pages that may leave go on by the disk, as many as come."""
    key = staying(small)
    for _ in range(3):
        small.put(make_noise(), key=key)
        await settled(slots)
    others = []
    for number in range(4):
        others.append(small.put(make_page(number)))
        await settled(slots)
    await cold(small, 4)
    assert slots.stats().used == 3
    assert [await shade(small, page) for page in others] == list(range(4))


async def test_who_keeps_off_the_disk_leaves_its_files_there(
    small: PageStore, slots: SlotPool, make_page: MakePage, tmp_path: Path
) -> None:
    """What lies there stays until it is dropped, and nothing is added."""
    key = small.new_key()
    pages = []
    for number in range(4):
        pages.append(small.put(make_page(number), key=key))
        await settled(slots)
    files = set((tmp_path / "small").iterdir())
    assert len(files) == 2
    key.is_for_disk = False
    for number in range(4, 8):
        pages.append(small.put(make_page(number), key=key))
        await settled(slots)
    assert set((tmp_path / "small").iterdir()) == files
    assert [await shade(small, page) for page in pages] == list(range(8))
    for page in pages:
        small.drop(page)
    assert list((tmp_path / "small").iterdir()) == []


async def test_a_file_that_is_being_written_meanwhile_goes(
    small: PageStore, make_page: MakePage, tmp_path: Path
) -> None:
    """Told to stay in memory while it leaves, a page does."""
    key, may_go_on = small.new_key(), Event()
    for _ in range(2):
        small._threads.submit(may_go_on.wait, 10)
    pages = [small.put(make_page(number), key=key) for number in range(3)]
    key.is_for_disk = False
    may_go_on.set()
    await small_in_memory(small, 2 * MIB)
    assert list((tmp_path / "small").iterdir()) == []
    assert [await shade(small, page) for page in pages] == [0, 1, 2]


async def test_who_may_use_the_disk_again_does(
    small: PageStore, slots: SlotPool, make_noise: MakePage, make_page: MakePage
) -> None:
    """What was refused is taken, and what is in memory leaves it: small and large."""
    key = staying(small)
    first = small.put(make_page(1), key=key)
    noise = [small.put(make_noise(), key=key) for _ in range(3)]
    await settled(slots)
    with pytest.raises(ScanwrightError):
        small.put(make_noise(), key=key)
    key.is_for_disk = True
    small.put(make_noise(), key=key)
    await settled(slots)
    assert small.stats().hot_bytes <= 2 * MIB
    assert small.stats().cold_files >= 3
    assert await shade(small, first) == 1
    assert await small.encoded(noise[0], "image/png")


async def test_a_broken_disk_is_nothing_to_pages_that_stay(
    small: PageStore, slots: SlotPool, make_page: MakePage, tmp_path: Path
) -> None:
    """They get small, and nobody is refused while that makes room."""
    shutil.rmtree(tmp_path / "small")
    other = small.put(make_page(1))
    key = staying(small)
    pages = []
    for number in range(2, 6):
        pages.append(small.put(make_page(number), key=key))
        await settled(slots)
    await small_in_memory(small, 2 * MIB)
    assert [await shade(small, page) for page in (other, *pages)] == [1, 2, 3, 4, 5]


async def test_the_end_of_a_session_is_no_failure_of_the_disk(
    small: PageStore, slots: SlotPool, make_page: MakePage
) -> None:
    """A page that is dropped while it is sealed, its key shredded, refuses nobody."""
    key, may_go_on = small.new_key(), Event()
    for _ in range(2):
        small._threads.submit(may_go_on.wait, 10)
    pages = [small.put(make_page(number), key=key) for number in range(4)]
    others = [small.put(make_page(number)) for number in range(3)]
    for page in pages:
        small.drop(page)
    key.shred()
    may_go_on.set()
    await settled(slots)
    await cold(small, 1)
    small.put(make_page(9))
    assert [await shade(small, page) for page in others] == [0, 1, 2]
