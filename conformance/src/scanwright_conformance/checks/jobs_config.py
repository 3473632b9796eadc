"""Checks of `config`: pixel type and resolution as they were asked for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.jobs_offers import (
    PIXEL_TYPE,
    RESOLUTIONS,
    Offer,
    offer,
)
from scanwright_conformance.checks.jobs_wishes import DPI, ask_for_job, one_page, scan
from scanwright_conformance.expect import (
    expect,
    expect_equal,
    expect_error,
    expect_image,
    expect_member,
    expect_status,
)
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.session import Stopped

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

INVALID_PARAMETER: Final = -2113
FAR_TOO_HIGH: Final = 99_999
KNOWN_PIXEL_TYPES: Final = frozenset(range(17)) - frozenset(range(12, 16))
CHANNELS: Final = {0: 1, 1: 1, 2: 3}
"""What a pixel type looks like in a PNG: black and white, gray, colour."""

SAME_SIZE: Final = 0.02
"""How far the paper may differ between two resolutions, as a fraction."""


@dataclass(frozen=True, slots=True)
class _Offers:
    """What the scanner has of what `config` can ask for."""

    pixel_types: frozenset[int]
    resolutions: Offer

    @property
    def combinations(self) -> list[tuple[int, int]]:
        """Pixel types and resolutions to try: each of the first, two of the second."""
        few = self.resolutions.some(2, DPI)
        types = sorted(self.pixel_types & CHANNELS.keys())
        return [(pixel_type, dpi) for pixel_type in types for dpi in few]

    @property
    def outside(self) -> list[dict[str, int]]:
        """Configurations that the scanner does not have."""
        low, high = self.resolutions.lowest, self.resolutions.highest
        beyond = (math.ceil(low) - 1, math.floor(high) + 1, FAR_TOO_HIGH)
        wrong = [
            {"Resolution": dpi} for dpi in beyond if dpi >= 1 and not low <= dpi <= high
        ]
        absent = sorted(KNOWN_PIXEL_TYPES - self.pixel_types)
        few = sorted({*absent[:1], *absent[-1:]})
        return wrong + [{"PixelType": pixel_type} for pixel_type in few]

    @property
    def between(self) -> int:
        """A resolution in the range, if possible not one that the scanner has."""
        few = self.resolutions.some(2, DPI)
        # nearer to the first than to the second, so that no rule of rounding matters
        return min(few) + (max(few) - min(few)) // 4


@check("JOBS-config-applies", after=("PAGES-info", "PAGES-cursors"), deadline_s=120)
class ConfigApplies(Check):
    """Pages come with the pixel type and the resolution of `config`."""

    async def stimulate(self, session: Session) -> None:
        """Scan a page with each pixel type in two resolutions."""
        offers = await _probe(session)
        for pixel_type, dpi in offers.combinations:
            name = f"{pixel_type}-{dpi}"
            config = {"PixelType": pixel_type, "Resolution": dpi, "XferCount": 1}
            body = {"config": config}
            job = await scan(session, body, label=f"create-{name}")
            await job.get("/next-page-info", label=f"info-{name}")
            await job.get("/next-page", label=f"page-{name}")
            await job.delete(label=f"delete-{name}")

    def judge(self, transcript: Transcript) -> None:
        """Look at what is said about the pages, and at the pages."""
        combinations = _offers(transcript["capabilities"]).combinations
        papers: dict[int, tuple[float, float]] = {}
        for pixel_type, dpi in combinations:
            info = transcript[f"info-{pixel_type}-{dpi}"]
            expect_status(info, 200)
            wanted = (pixel_type, dpi, dpi)
            expect_equal(info, _described(info), wanted, what="type and dpi")
            page = transcript[f"page-{pixel_type}-{dpi}"]
            image = expect_image(page)
            channels = CHANNELS[pixel_type]
            expect_equal(page, image.channels, channels, what="samples a pixel")
            paper = (image.width_px / dpi, image.height_px / dpi)
            first = papers.setdefault(pixel_type, paper)
            is_same = all(
                abs(side - other) <= other * SAME_SIZE
                for side, other in zip(paper, first, strict=True)
            )
            same = f"the paper of the other resolution, {_inches(first)}"
            expect(page, is_same, same, _inches(paper))


@check("JOBS-config-range", after=("JOBS-config-applies",), deadline_s=60)
class ConfigRange(Check):
    """What the scanner has not is refused; between its resolutions the nearest wins."""

    async def stimulate(self, session: Session) -> None:
        """Ask for what is outside of the ranges, then for something in between."""
        offers = await _probe(session)
        for number, config in enumerate(offers.outside, start=1):
            body = {"autoRun": False, "config": config}
            asked = await ask_for_job(session, body, label=f"outside-{number}")
            if asked.answer is not None and asked.answer.status == 201:
                await session.job_of(asked).delete(label=f"outside-{number}-deleted")
        config = {"Resolution": offers.between, "XferCount": 1}
        job = await scan(session, {"config": config})
        await job.get("/next-page-info", label="info")

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusals, and at the resolution that was chosen."""
        offers = _offers(transcript["capabilities"])
        for number in range(1, len(offers.outside) + 1):
            expect_error(transcript[f"outside-{number}"], 400, INVALID_PARAMETER)
        info = transcript["info"]
        expect_status(info, 200)
        _, across, down = _described(info)
        nearest = offers.resolutions.nearest(offers.between)
        expect(
            info,
            abs(across - nearest) < 1 and abs(down - nearest) < 1,
            f"{nearest:g} dpi, the nearest to {offers.between}",
            f"{across:g} x {down:g} dpi",
        )


def _inches(paper: tuple[float, float]) -> str:
    return f"{paper[0]:.2f} x {paper[1]:.2f} in"


async def _probe(session: Session) -> _Offers:
    """Ask a pending job what the scanner can do, and delete the job."""
    job = await session.create_job(one_page(autoRun=False), label="create-probe")
    capabilities = await job.get("/scanner/capabilities", label="capabilities")
    await job.delete(label="delete-probe")
    try:
        return _offers(capabilities)
    except Mismatch as mismatch:
        raise Stopped(str(mismatch)) from mismatch


def _offers(capabilities: Exchange) -> _Offers:
    types = offer(capabilities, PIXEL_TYPE)
    dpi = offer(capabilities, RESOLUTIONS[0])
    if types is None or dpi is None or not dpi.some(1, DPI):
        wanted = "capabilities with pixel types and resolutions"
        raise Mismatch(wanted, "others", capabilities.label)
    return _Offers(frozenset(int(each) for each in types.values), dpi)


def _described(info: Exchange) -> tuple[int, float, float]:
    return (
        expect_member(info, "0.imageInfo.PixelType", int),
        expect_member(info, "0.imageInfo.XResolution", float),
        expect_member(info, "0.imageInfo.YResolution", float),
    )
