"""Checks of images of a page session: fetched as they are, scaled, and edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PIL.Image import Transpose

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks._known_pictures import (
    expect_drawing,
    expect_loaded,
    expect_pixels,
    fill,
)
from scanwright_conformance.drawings import (
    DPI,
    HEIGHT_PX,
    WIDTH_PX,
    drawing,
    drawn_tiff,
)
from scanwright_conformance.expect import (
    expect,
    expect_equal,
    expect_image,
    expect_status,
)
from scanwright_conformance.expect_channel import (
    expect_images,
    expect_result,
    images_in,
)
from scanwright_conformance.target import Unsupported

if TYPE_CHECKING:
    from PIL.Image import Image

    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Channel, Transcript

NEAR_DPI: Final = 0.5
SECRET: Final = 22
"""Characters of base64 that have 128 bits."""

SIZES: Final[tuple[tuple[str, dict[str, str], tuple[int, int]], ...]] = (
    ("both", {"width": "30", "height": "30"}, (30, 20)),
    ("low", {"width": "50", "height": "10"}, (15, 10)),
    ("wide", {"width": "15"}, (15, 10)),
    ("any width", {"width": "-1", "height": "20"}, (30, 20)),
    ("larger", {"width": "600", "height": "-1"}, (WIDTH_PX, HEIGHT_PX)),
)
"""Label, query, and what comes of a drawing."""

EDITS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("quarter", {"kind": "rotate", "angle": 90}),
    ("half", {"kind": "rotate", "angle": 180}),
    ("three quarters", {"kind": "rotate", "angle": 270}),
    ("flip", {"kind": "flip"}),
    ("mirror", {"kind": "mirror"}),
    ("crop", {"kind": "crop", "left": 3, "top": 5, "right": 37, "bottom": 21}),
)
"""Label and edit: each is made to what the one before has left."""

TURNS: Final = {
    # Pillow turns the other way
    "quarter": Transpose.ROTATE_270,
    "half": Transpose.ROTATE_180,
    "three quarters": Transpose.ROTATE_90,
    "flip": Transpose.FLIP_TOP_BOTTOM,
    "mirror": Transpose.FLIP_LEFT_RIGHT,
}


@check("CHANNEL-image", after=("CHANNEL-open-first",))
class WholeImage(Check):
    """An image is the page, pixel by pixel."""

    async def stimulate(self, session: Session) -> None:
        """Load a picture, and fetch it in both forms."""
        page = await session.page()
        (image,) = await fill(page, 1)
        path = await page.path_of(image, label="state")
        await page.fetch(path, label="png")
        await page.fetch(path, label="jpeg", query={"type": "image/jpeg"})

    def judge(self, transcript: Transcript) -> None:
        """The one is exact, the other as large."""
        png, jpeg = transcript["png"], transcript["jpeg"]
        expect_drawing(png, 1)
        dpi = expect_image(png).dpi
        is_near = dpi is not None and all(abs(each - DPI) <= NEAR_DPI for each in dpi)
        expect(png, is_near, f"{DPI} dpi", dpi)
        seen = expect_image(jpeg, "image/jpeg")
        size = (seen.width_px, seen.height_px)
        expect_equal(jpeg, size, (WIDTH_PX, HEIGHT_PX), what="size")


@check("CHANNEL-image-scaled", after=("CHANNEL-image",))
class ScaledImage(Check):
    """An image is as large as it fits."""

    async def stimulate(self, session: Session) -> None:
        """Fetch a picture in several sizes."""
        page = await session.page()
        (image,) = await fill(page, 1)
        path = await page.path_of(image, label="state")
        for label, query, _ in SIZES:
            await page.fetch(path, label=label, query=query)

    def judge(self, transcript: Transcript) -> None:
        """Compare the sizes."""
        for label, query, (width, height) in SIZES:
            exchange = transcript[label]
            image = expect_image(exchange, "image/png")
            seen = f"{image.width_px} by {image.height_px}"
            off = max(abs(image.width_px - width), abs(image.height_px - height))
            expect(exchange, off <= 1, f"{width} by {height} of {query}", seen)


@check("CHANNEL-edit-exact", after=("CHANNEL-image",))
class EditExact(Check):
    """Turns and cuts move pixels, and change none."""

    async def stimulate(self, session: Session) -> None:
        """Make one edit after the other, and fetch what comes of each."""
        page = await session.page()
        (image,) = await fill(page, 1)
        for label, edit in EDITS:
            await page.call("edit.apply", label=label, images=[image], edit=edit)
            path = await page.path_of(image, label=f"after {label}")
            await page.fetch(path, label=f"{label} image")

    def judge(self, transcript: Transcript) -> None:
        """Make the same edits, and compare."""
        wanted = drawing(1)
        for label, edit in EDITS:
            expect_result(transcript.channel("page"), label)
            wanted = _edited(wanted, label, edit)
            expect_pixels(transcript[f"{label} image"], wanted)


@check("CHANNEL-edit-versions", after=("CHANNEL-image",))
class EditVersions(Check):
    """What was edited is known as another version of the same image."""

    async def stimulate(self, session: Session) -> None:
        """Edit the first of two images, and fetch it by its old path, too."""
        page = await session.page()
        image, _ = await fill(page, 2)
        old = await page.path_of(image, label="before")
        await page.fetch(old, label="old before")
        mirror = {"kind": "mirror"}
        await page.call("edit.apply", label="edit", images=[image], edit=mirror)
        new = await page.path_of(image, label="after")
        await page.fetch(old, label="old")
        await page.fetch(new, label="new")

    def judge(self, transcript: Transcript) -> None:
        """Look for the version, the path, and the place."""
        talk = transcript.channel("page")
        images = expect_loaded(talk, 2)
        expect_equal(talk, expect_images(talk, "after"), images, what="images")
        before, after = _first(talk, "before"), _first(talk, "after")
        for name in ("version", "path"):
            old, new = before.get(name), after.get(name)
            expect(talk, old != new, f"another {name} than {old}", new)
        expect_status(transcript["old before"], 200)
        expect_status(transcript["old"], 404)
        expect_status(transcript["new"], 200)


@check("CHANNEL-base-secret", after=("CHANNEL-image",))
class BaseSecret(Check):
    """Nobody comes to an image who was not told where it is."""

    async def stimulate(self, session: Session) -> None:
        """Open two sessions, and fetch an image as a page of another origin."""
        if len(session.target.origins.allowed) < 2:
            raise Unsupported("the target's description names no second origin")
        owner, stranger = session.target.origins.allowed[:2]
        page = await session.page(origin=owner)
        await session.page("other", origin=owner)
        (image,) = await page.load(drawn_tiff(1))
        path = await page.path_of(image, label="state")
        await page.fetch(path, label="stranger", headers={"Origin": stranger})
        await page.fetch(path, label="owner")

    def judge(self, transcript: Transcript) -> None:
        """The bases are long and different, and the other page finds nothing."""
        talk = transcript.channel("page")
        base = str(expect_result(talk, "open").get("base"))
        other = str(expect_result(transcript.channel("other"), "open").get("base"))
        for one in (base, other):
            longest = max(len(part) for part in one.split("/"))
            expect(talk, longest >= SECRET, f"a part of {SECRET} characters", one)
        expect(talk, base != other, "another base for each session", base)
        expect_status(transcript["stranger"], 404)
        expect_status(transcript["owner"], 200)


def _edited(image: Image, label: str, edit: dict[str, Any]) -> Image:
    if label in TURNS:
        return image.transpose(TURNS[label])
    return image.crop((edit["left"], edit["top"], edit["right"], edit["bottom"]))


def _first(talk: Channel, label: str) -> dict[str, Any]:
    """Return the first image of a state."""
    images = images_in(expect_result(talk, label))
    expect(talk, images != [], "an image", "none")
    return images[0]
