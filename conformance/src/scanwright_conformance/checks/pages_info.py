"""Checks of next-page-info: what is said about a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.jobs_wishes import one_page, scan
from scanwright_conformance.expect import (
    expect,
    expect_array,
    expect_equal,
    expect_image,
    expect_member,
    expect_status,
)
from scanwright_conformance.session import Stopped

if TYPE_CHECKING:
    from scanwright_conformance.images import ImageFacts
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

EDGES: Final = ("Left", "Top", "Right", "Bottom")
NEAR_PX: Final = 2
NEAR_DPI: Final = 0.01
"""JFIF and PNG store whole dots a centimetre or metre: a fraction is lost."""

COLOUR: Final = 2


@check("PAGES-info", after=("JOBS-autorun",))
class Info(Check):
    """A page is announced with its id, its number, its description and its address."""

    async def stimulate(self, session: Session) -> None:
        """Ask for the first page of a job."""
        job = await scan(session, one_page())
        await job.get("/next-page-info", label="info")

    def judge(self, transcript: Transcript) -> None:
        """Look at the four members."""
        info = transcript["info"]
        listed = expect_array(info, 200)
        expect(info, len(listed) == 1, "one object", f"{len(listed)} entries")
        uid = expect_member(info, "0.imageuid", str)
        expect(info, uid != "", "an imageuid", "an empty one")
        expect_member(info, "0.imageId", int)
        expect_member(info, "0.imageInfo", dict)
        url = expect_member(info, "0.url", str)
        expect(info, url != "", "a url", "an empty one")


class _Described(Check):
    """A page with what was said about it: the stimulus of three clauses."""

    async def stimulate(self, session: Session) -> None:
        """Ask for the description, then for the page behind its address, twice."""
        job = await scan(session, one_page())
        info = await job.get("/next-page-info", label="info")
        address = _address(info)
        for label, media in (("png", "image/png"), ("jpeg", "image/jpeg")):
            path = f"{address}&type={media}" if "?" in address else address
            await session.http("GET", path, label=label)


@check("PAGES-info-members", after=("PAGES-info", "PAGES-by-uid"))
class InfoMembers(_Described):
    """The description agrees with the picture."""

    def judge(self, transcript: Transcript) -> None:
        """Compare each member with the picture."""
        info, page = transcript["info"], transcript["png"]
        image = expect_image(page)
        kind = _member(info, "PixelType", int)
        for name, wanted in _facts_of(image).items():
            expect_equal(info, _member(info, name, int), wanted, what=name)
        is_colour = image.channels == 3
        expect(
            info,
            (kind == COLOUR) == is_colour,
            f"PixelType of {'a colour' if is_colour else 'no colour'} page",
            kind,
        )
        for name in ("XResolution", "YResolution"):
            dpi = _member(info, name, float)
            expect(info, dpi > 0, f"{name} above 0", dpi)
        left, top, right, bottom = _frame(info)
        is_area = left < right and top < bottom
        expect(info, is_area, "a Frame with an area", (left, top, right, bottom))


@check("PAGES-resolution", after=("PAGES-info-members", "PAGES-jpeg"))
class Resolution(_Described):
    """PNG and JPEG carry the resolution that the description gives."""

    def judge(self, transcript: Transcript) -> None:
        """Compare the three."""
        info = transcript["info"]
        wanted = _resolution(info)
        for label, media in (("png", "image/png"), ("jpeg", "image/jpeg")):
            page = transcript[label]
            carried = expect_image(page, media).dpi
            shown = f"{wanted[0]:g} x {wanted[1]:g} dpi"
            expect(page, carried is not None, shown, "no resolution")
            is_near = carried is not None and all(
                abs(seen - said) <= said * NEAR_DPI
                for seen, said in zip(carried, wanted, strict=True)
            )
            expect(page, is_near, shown, carried)


@check("PAGES-size", after=("PAGES-info-members",))
class Size(_Described):
    """Pixels are the area of the Frame, times the resolution."""

    def judge(self, transcript: Transcript) -> None:
        """Multiply, and compare."""
        info, page = transcript["info"], transcript["png"]
        image = expect_image(page)
        left, top, right, bottom = _frame(info)
        across, down = _resolution(info)
        sides = (
            ("width", image.width_px, (right - left) * across),
            ("height", image.height_px, (bottom - top) * down),
        )
        for name, seen, wanted in sides:
            is_near = abs(seen - wanted) <= NEAR_PX
            expect(page, is_near, f"{name} {wanted:.1f} pixels", seen)


@check("PAGES-info-end", after=("JOBS-completes",))
class InfoEnd(Check):
    """After the last page there is none, however often one asks."""

    async def stimulate(self, session: Session) -> None:
        """Ask for all pages, and then twice more."""
        job = await scan(session, one_page())
        await job.pages(label="info", below="/next-page-info")
        await job.get("/next-page-info", label="again-1")
        await job.get("/next-page-info", label="again-2")

    def judge(self, transcript: Transcript) -> None:
        """Look at the three answers after the last page."""
        pages = len(transcript.series("info"))
        expect(transcript["info-end"], pages > 0, "a page before the end", pages)
        for label in ("info-end", "again-1", "again-2"):
            expect_status(transcript[label], 204)


def _address(info: Exchange) -> str:
    """Return path and query of the page's address, for the host stays the target's."""
    match info.json_or_none():
        case [{"url": str(url)}]:
            parts = urlsplit(url)
            return f"{parts.path}?{parts.query}"
    raise Stopped("next-page-info tells no address of the page")


def _facts_of(image: ImageFacts) -> dict[str, int]:
    """Return what imageInfo has to say; a JPEG shows not how deep the page was."""
    facts = {
        "ImageWidth": image.width_px,
        "ImageLength": image.height_px,
        "SamplesPerPixel": image.channels,
    }
    if image.format == "image/png":
        facts["BitsPerPixel"] = image.bits * image.channels
    return facts


def _member(info: Exchange, name: str, kind: type[Any]) -> Any:
    return expect_member(info, f"0.imageInfo.{name}", kind)


def _resolution(info: Exchange) -> tuple[float, float]:
    return _member(info, "XResolution", float), _member(info, "YResolution", float)


def _frame(info: Exchange) -> tuple[float, float, float, float]:
    left, top, right, bottom = (
        _member(info, f"ImageLayout.Frame.{edge}", float) for edge in EDGES
    )
    return left, top, right, bottom
