"""Pages on the disk: never legible, gone with their session, and never too many."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from live import ESCL, Up, running_up
from page import CallError, Page, visiting

pytestmark = pytest.mark.slow

PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"%PDF", b"II*\0", b"MM\0*", b"BM")
"""How files begin that any viewer opens."""
A4 = {"source": "feeder", "pixelType": "colour", "resolutionDpi": 200, "pageLimit": 8}
GONE_S = 15.0
NO_DISK = "999999999"


@contextmanager
def _little(home: Path, *more: str) -> Iterator[Up]:
    """Start a service with memory for two pages or three."""
    arguments = ("--home", str(home), "--page-memory", "40", *more)
    with running_up("--scenario", "office", *arguments) as up:
        yield up


async def _scan(page: Page) -> list[str]:
    listed = (await page.call("scanner.list", types=ESCL))["scanners"]
    result = await page.call("scan.start", device=listed[0]["device"], settings=A4)
    images: list[str] = result["images"]
    return images


def _cached(home: Path) -> list[Path]:
    return [file for file in (home / "cache").rglob("*") if file.is_file()]


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(GONE_S):
        while not is_so():  # noqa: ASYNC110 - it is so in another process
            await asyncio.sleep(0.05)


async def test_the_cache_is_not_legible_and_goes_with_the_page(tmp_path: Path) -> None:
    """Pages beyond memory lie on the disk as noise, come back whole, and are wiped."""
    with _little(tmp_path) as up:
        async with visiting(up.api) as page:
            await _scan(page)
            await _until(lambda: len(_cached(tmp_path)) >= 5)
            heads = [file.read_bytes()[:4] for file in _cached(tmp_path)]
            assert not any(head.startswith(PICTURES) for head in heads)
            assert all(file.stat().st_mode & 0o077 == 0 for file in _cached(tmp_path))
            for image in (await page.call("buffer.state"))["images"]:
                assert (await page.fetch(image["path"]))[:4] == PICTURES[0]
        await _until(lambda: not _cached(tmp_path))


async def test_a_killed_service_leaves_no_pages(tmp_path: Path) -> None:
    """After kill -9 the next start sweeps away what nobody could read anyway."""
    with _little(tmp_path) as up:
        async with visiting(up.api) as page:
            await _scan(page)
            await _until(lambda: len(_cached(tmp_path)) >= 5)
            os.kill(up.facts["pid"], signal.SIGKILL)
            await _until(lambda: page.close_code is not None)
        await _until(lambda: not _cached(tmp_path))


async def test_a_page_may_keep_off_the_disk(tmp_path: Path) -> None:
    """Its scan gets small in memory instead: whole, and no file is made for it."""
    with _little(tmp_path) as up:
        async with visiting(up.api) as page:
            await page.call("buffer.options", diskCache=False)
            await _scan(page)
            assert _cached(tmp_path) == []
            images = (await page.call("buffer.state"))["images"]
            assert len(images) == A4["pageLimit"]
            for image in images:
                assert (await page.fetch(image["path"]))[:4] == PICTURES[0]
            assert _cached(tmp_path) == []
            await page.call("buffer.options", diskCache=True)
            await _scan(page)
            await _until(lambda: len(_cached(tmp_path)) >= 5)


async def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    """Without room on the disk a scan ends with its code; what came before is there."""
    with _little(tmp_path, "--free-disk", NO_DISK) as up:
        async with visiting(up.api) as page:
            told = await page.until("disk.low")
            assert told["neededBytes"] > told["freeBytes"]
            with pytest.raises(CallError) as caught:
                await _scan(page)
            assert caught.value.code == -1022
            kept = (await page.call("buffer.state"))["images"]
            assert [image["id"] for image in kept] == caught.value.data["images"]
            assert kept
            for image in kept:
                assert (await page.fetch(image["path"]))[:4] == PICTURES[0]
            with pytest.raises(CallError) as refused:
                await page.call("storage.create")
            assert refused.value.code == -1022
            await page.call("buffer.remove", images=[image["id"] for image in kept])
        assert _cached(tmp_path) == []
