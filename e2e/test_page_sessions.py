"""The life of a page's session: reloads, closed tabs, services that start anew."""

from __future__ import annotations

import asyncio
import io
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import aiohttp
import pytest
from live import ESCL, Up, running_up
from page import CallError, Page, visiting
from PIL import Image, ImageSequence

from scanwright_simulators.device.identity import read_identity
from scanwright_simulators.device.settings import Side

pytestmark = pytest.mark.slow

SCENARIO = """
description = "A feeder of ten sheets, and two that take their time: one for each test"

[[scanner]]
name = "Feeder"
faces = ["escl"]
sheets = 10

[[scanner]]
name = "Slow One"
faces = ["escl"]
sheets = 5
page_time_s = 1.0

[[scanner]]
name = "Slow Two"
faces = ["escl"]
sheets = 5
page_time_s = 1.0
"""
WIPED_S = 15.0
DUPLEX = {"source": "duplex", "resolutionDpi": 100, "pixelType": "gray"}


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A service with virtual feeders."""
    scenario = tmp_path_factory.mktemp("scenario") / "two.toml"
    scenario.write_text(SCENARIO)
    with running_up("--scenario", str(scenario)) as running:
        yield running


async def _device(page: Page, name: str = "Feeder") -> str:
    listed = (await page.call("scanner.list", types=ESCL))["scanners"]
    device: str = next(each["device"] for each in listed if each["name"] == name)
    return device


async def _until(is_so: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(WIPED_S):
        while not await is_so():  # noqa: ASYNC110 - it is so in another process
            await asyncio.sleep(0.05)


async def _until_closed(page: Page) -> None:
    async def is_closed() -> bool:
        return page.close_code is not None

    await _until(is_closed)


def _resume(page: Page, *, is_reload: bool = True) -> dict[str, str]:
    names = ("session",) if is_reload else ("session", "holder")
    return {name: page.opened[name] for name in names}


async def _order(page: Page) -> list[tuple[int, Side]]:
    """Return sheet and side of every image in the buffer, as its pixels say."""
    found = []
    for image in (await page.call("buffer.state"))["images"]:
        pixels = await page.fetch(image["path"])
        identity = read_identity(Image.open(io.BytesIO(pixels)))
        assert identity is not None
        found.append((identity.sheet, identity.side))
    return found


async def test_every_page_is_there_once_and_in_order(up: Up) -> None:
    """Ten sheets with two sides are twenty images, in the order of the paper."""
    async with visiting(up.api) as page:
        result = await page.call(
            "scan.start", device=await _device(page), settings=DUPLEX
        )
        assert len(result["images"]) == 20
        order = await _order(page)
    assert len(set(order)) == 20
    assert order == sorted(order)


async def test_a_reload_loses_nothing(up: Up) -> None:
    """A page that comes back with its session has the same images in the same order."""
    async with visiting(up.api) as page:
        await page.call(
            "scan.start",
            device=await _device(page),
            settings={**DUPLEX, "pageLimit": 3},
        )
        before = await page.call("buffer.state")
    async with visiting(up.api, resume=_resume(page)) as again:
        assert again.opened["outcome"] == "resumed"
        assert again.opened["buffer"] == before
        assert len(await again.fetch(before["images"][0]["path"])) > 1000


async def test_a_scan_goes_on_while_its_page_is_reloaded(up: Up) -> None:
    """What a scan brings while nobody listens is there when the page is back."""
    async with visiting(up.api) as page:
        device = await _device(page, "Slow One")
        settings = {"source": "feeder", "resolutionDpi": 75, "pageLimit": 3}
        await page.begin("scan.start", device=device, settings=settings)
        await page.until("progress", done=1)
    async with visiting(up.api, resume=_resume(page)) as again:
        assert again.opened["outcome"] == "resumed"
        while len((await again.call("buffer.state"))["images"]) < 3:
            await again.until("buffer.changed")
            again.events.clear()


async def test_a_closed_tab_is_wiped(up: Up) -> None:
    """When nobody comes back the pages are gone and the scanner is free, in seconds."""
    async with visiting(up.api) as page:
        device = await _device(page, "Slow Two")
        settings = {"source": "feeder", "resolutionDpi": 75}
        await page.begin("scan.start", device=device, settings=settings)
        await page.until("progress", done=1)
        state = await page.call("buffer.state")
        image = f"{page.base}{state['images'][0]['path']}"
    async with aiohttp.ClientSession() as client:

        async def is_gone() -> bool:
            async with client.get(image) as answer:
                return answer.status == 404

        assert not await is_gone()
        await _until(is_gone)
    async with visiting(up.api, resume=_resume(page)) as again:
        assert again.opened["outcome"] == "unknown"
        assert again.opened["buffer"]["images"] == []
        await again.call("scanner.open", device=device)


async def test_a_page_connects_anew_while_it_lives(up: Up) -> None:
    """A page whose connection hangs takes its session over; the old one is closed."""
    async with visiting(up.api) as page:
        await page.call("document.create", name="Kept")
        resume = _resume(page, is_reload=False)
        async with visiting(up.api, resume=resume) as again:
            assert again.opened["outcome"] == "resumed"
            await _until_closed(page)
            assert page.close_code == 4001


async def test_a_copied_tab_gets_a_buffer_of_its_own(up: Up) -> None:
    """Two tabs with one session storage do not share, nor steal, a buffer."""
    async with visiting(up.api) as page:
        await page.call("document.create", name="Mine")
        async with visiting(up.api, resume=_resume(page)) as copy:
            assert copy.opened["outcome"] == "elsewhere"
            assert len(copy.opened["buffer"]["documents"]) == 1
        assert len((await page.call("buffer.state"))["documents"]) == 2


async def test_a_killed_service_says_what_is_lost(tmp_path: Path) -> None:
    """After kill -9 the page finds another instance, and its session unknown."""
    scenario = tmp_path / "two.toml"
    scenario.write_text(SCENARIO)
    with running_up("--scenario", str(scenario)) as up:
        async with visiting(up.api) as page:
            await page.call("document.create", name="Lost")
            place = await page.call("storage.create")
            await page.call(
                "scan.start",
                device=await _device(page),
                settings={**DUPLEX, "pageLimit": 1},
            )
            await page.call("storage.save", **place)
            os.kill(up.facts["pid"], signal.SIGKILL)
            await _until_closed(page)
        await _until_back(up)
        resume = _resume(page, is_reload=False)
        async with visiting(up.api, resume=resume) as again:
            assert again.opened["outcome"] == "unknown"
            before, after = page.opened["service"], again.opened["service"]
            assert before["instance"] != after["instance"]
            loaded = await again.call("storage.load", **place)
            assert len(loaded["images"]) == 1


async def _until_back(up: Up) -> None:
    """Wait until the monitor has brought the service back."""

    async def is_back() -> bool:
        try:
            async with (
                aiohttp.ClientSession() as client,
                client.get(f"{up.api}/hello") as answer,
            ):
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    await _until(is_back)


async def test_a_jam_keeps_the_pages_before_it(tmp_path: Path) -> None:
    """A fault in the middle is told with its code, and loses nothing."""
    scenario = tmp_path / "jam.toml"
    scenario.write_text(
        SCENARIO.replace("sheets = 10", "sheets = 10\n\n[[scanner.faults]]").replace(
            "[[scanner.faults]]", '[[scanner.faults]]\nkind = "jam"\npage = 3', 1
        )
    )
    with running_up("--scenario", str(scenario)) as up:
        async with visiting(up.api) as page:
            with pytest.raises(CallError) as caught:
                await page.call(
                    "scan.start",
                    device=await _device(page),
                    settings={"source": "feeder", "resolutionDpi": 75},
                )
            assert caught.value.code == -1020
            state = await page.call("buffer.state")
            ids = [image["id"] for image in state["images"]]
            assert caught.value.data["images"] == ids
            assert len(ids) == 2


async def test_a_scan_goes_behind_a_tiff_that_is_there(up: Up) -> None:
    """The file begins with the bytes that were sent; what is no TIFF is refused."""
    old, two = io.BytesIO(), [Image.new("L", (30, 20), shade) for shade in (10, 20)]
    two[0].save(old, "TIFF", save_all=True, append_images=two[1:])
    async with visiting(up.api) as page:
        settings = {**DUPLEX, "pageLimit": 2}
        device = await _device(page)
        images = (await page.call("scan.start", device=device, settings=settings))[
            "images"
        ]
        wish = {"images": images, "options": {"type": "image/tiff"}}
        with pytest.raises(CallError, match="no TIFF") as caught:
            await page.call("file.save", **wish, append=await page.upload(b"noise"))
        assert caught.value.code == -1036
        upload = await page.upload(old.getvalue())
        saved = await page.call("file.save", **wish, append=upload)
        data = await page.fetch(saved["path"])
    changed = sum(a != b for a, b in zip(old.getvalue(), data, strict=False))
    assert 0 < changed <= 4
    with Image.open(io.BytesIO(data)) as tiff:
        pages = list(ImageSequence.all_frames(tiff))
    assert [page.getpixel((0, 0)) for page in pages[:2]] == [10, 20]
    identities = [read_identity(page) for page in pages[2:]]
    assert all(identities)
    assert len(set(identities)) == len(images)
