"""Pictures: drawn when somebody looks, and once."""

from __future__ import annotations

import asyncio
import io
import os
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path

import aiohttp
import pytest
from PIL import Image

from scanwright_simulators.control.pictures import Pictures
from scanwright_simulators.device import Identity, Side, Size
from scanwright_simulators.device.content import BlankSide, load
from scanwright_simulators.errors import ContentError

OFFICE = "/api/devices/virtual-office"
NOBODY = Identity("office", 1, Side.FRONT, 0)


async def test_a_sheet_has_the_width_that_was_asked_for(
    http: aiohttp.ClientSession,
) -> None:
    """And the proportions of its paper."""
    async with http.get(f"{OFFICE}/sheets/2/A.png?width=100") as answer:
        assert answer.content_type == "image/png"
        picture = Image.open(io.BytesIO(await answer.read()))
    assert picture.width == 100
    assert picture.height == pytest.approx(141, abs=2)


async def test_a_known_picture_is_not_sent_again(http: aiohttp.ClientSession) -> None:
    """Until something else lies there."""
    async with http.get(f"{OFFICE}/glass.png") as answer:
        tag = answer.headers["ETag"]
    known = {"If-None-Match": tag}
    async with http.get(f"{OFFICE}/glass.png", headers=known) as answer:
        assert answer.status == HTTPStatus.NOT_MODIFIED
        assert answer.headers["ETag"] == tag
    await http.post(f"{OFFICE}/load?target=glass", json={"kind": "photo"})
    async with http.get(f"{OFFICE}/glass.png", headers=known) as answer:
        assert answer.status == HTTPStatus.OK


@pytest.mark.parametrize("sheet", ["0/A", "11/A", "1/C", "x/A", "1000000000/B"])
async def test_what_is_not_there_has_no_picture(
    http: aiohttp.ClientSession, sheet: str
) -> None:
    """And the answer says what is."""
    async with http.get(f"{OFFICE}/sheets/{sheet}.png") as answer:
        assert answer.status == HTTPStatus.NOT_FOUND
        assert (await answer.json())["near"]


async def test_a_picture_is_drawn_once() -> None:
    """The same bytes come again, until they are too many."""
    with ThreadPoolExecutor(1) as threads:
        pictures = Pictures(threads, kept_bytes=400)
        first = await pictures.png(BlankSide(), 32, NOBODY)
        assert await pictures.png(BlankSide(), 32, NOBODY) is first
        for width_mm in (50, 60, 70, 80, 90, 100):
            await pictures.png(BlankSide(Size.of_mm(width_mm, 200)), 32, NOBODY)
        assert await pictures.png(BlankSide(), 32, NOBODY) is not first


async def test_a_changed_file_is_drawn_again(picture: Path) -> None:
    """What would be scanned is what is shown; one that is gone is told."""
    with ThreadPoolExecutor(1) as threads:
        pictures = Pictures(threads)
        (side,) = load([picture], Size.of_mm(210, 297))
        before = await pictures.png(side, 32, NOBODY)
        Image.new("RGB", (100, 140), "red").save(picture, dpi=(72, 72))
        os.utime(picture, ns=(1, 1))
        assert await pictures.png(side, 32, NOBODY) != before
        await asyncio.to_thread(picture.unlink)
        with pytest.raises(ContentError):
            await pictures.png(side, 32, NOBODY)
