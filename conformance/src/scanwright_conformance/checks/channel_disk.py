"""The check of pages that may not go to the disk, and of those that may again."""

from __future__ import annotations

from io import BytesIO
from random import Random
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks._known_pictures import expect_pixels, fetch_all
from scanwright_conformance.checks.files import sizes_in
from scanwright_conformance.expect import expect, expect_equal
from scanwright_conformance.expect_channel import (
    expect_images,
    expect_refusal,
    expect_result,
    told_events,
)
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.target import Manner

if TYPE_CHECKING:
    from PIL.Image import Image

    from scanwright_conformance.session import Page, Session
    from scanwright_conformance.transcript import Transcript

SIDE_PX: Final = 2048
"""A page of noise takes 4 MiB, and nothing makes it smaller."""
MOST: Final = 16
"""So many fill the memory of a service that was started to have little."""
CACHED_S: Final = 5.0
TOLD_S: Final = 5.0
LOW: Final = "disk.low"


@check("CHANNEL-disk-cache", after=("CHANNEL-load",), deadline_s=120)
class DiskCache(Check):
    """A page that keeps off the disk leaves nothing there."""

    async def stimulate(self, session: Session) -> None:
        """Fill the memory without the disk; load one more with it."""
        await session.service.stop()
        await session.service.start(Manner.CACHING)
        page = await session.page()
        await page.call("buffer.options", label="forbid", diskCache=False)
        session.fact("last", await _fill(page))
        await page.until_told(LOW, within_s=TOLD_S)
        await fetch_all(page, "without")
        await session.home.listing("cache", label="cache without")
        await page.call("buffer.options", label="allow", diskCache=True)
        await _load(page, MOST + 1, label="more")
        await session.home.until_listed(
            "cache",
            lambda entries: bool(sizes_in(entries)),
            label="cache with",
            within_s=CACHED_S,
        )
        await fetch_all(page, "with")

    def judge(self, transcript: Transcript) -> None:
        """First there is an end and no file; then there is no end, and files."""
        talk, last = transcript.channel("page"), transcript.fact("last")
        _expect_option(transcript, "forbid", is_on=False)
        expect_refusal(talk, f"load-{last}", -1022)
        is_told = bool(told_events(talk, LOW, since=f"load-{last}"))
        expect(talk, is_told, LOW, "nothing of it")
        images = [
            image
            for number in range(1, last)
            for image in expect_images(talk, f"load-{number}")
        ]
        expect(talk, bool(images), "an image before memory is full", images)
        _expect_noise(transcript, "without", images, [*range(1, last)])
        if files := sizes_in(transcript.fact("cache without")):
            raise Mismatch("no file in cache", ", ".join(files), "cache without")
        _expect_option(transcript, "allow", is_on=True)
        images += expect_images(talk, "more")
        if not sizes_in(transcript.fact("cache with")):
            raise Mismatch("files in cache", "none", "cache with")
        _expect_noise(transcript, "with", images, [*range(1, last), MOST + 1])


async def _fill(page: Page) -> int:
    """Load noise until it is refused; return the number of the last one."""
    for number in range(1, MOST + 1):
        if await _load(page, number, label=f"load-{number}") is None:
            return number
    return MOST


async def _load(page: Page, number: int, *, label: str) -> dict[str, Any] | None:
    """Load a page of noise; None when it is refused."""
    file = BytesIO()
    _noise(number).save(file, "TIFF")
    name = await page.upload(file.getvalue(), label=f"upload of {label}")
    return await page.call("file.load", label=label, upload=name)


def _noise(number: int) -> Image:
    """Return the page of noise `number`, always the same one: 8 bits of gray."""
    from PIL import Image

    samples = Random(number).randbytes(SIDE_PX * SIDE_PX)  # noqa: S311 - no secret
    return Image.frombytes("L", (SIDE_PX, SIDE_PX), samples)


def _expect_option(transcript: Transcript, label: str, *, is_on: bool) -> None:
    talk = transcript.channel("page")
    seen = expect_result(talk, label).get("diskCache")
    expect_equal(talk, seen, is_on, what=f"diskCache of {label!r}:")


def _expect_noise(
    transcript: Transcript, label: str, images: list[str], numbers: list[int]
) -> None:
    """Object when the state `label` has not just these images, with these pixels."""
    talk = transcript.channel("page")
    expect_equal(talk, expect_images(talk, label), images, what=f"images {label!r}:")
    for place, number in enumerate(numbers, start=1):
        expect_pixels(transcript[f"{label}-{place}"], _noise(number))
