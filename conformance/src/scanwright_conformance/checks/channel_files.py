"""Checks of files of a page session: loaded into the buffer, and saved from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks._known_pictures import (
    expect_drawing,
    expect_loaded,
    fetch_all,
    fill,
)
from scanwright_conformance.drawings import (
    DPI,
    HEIGHT_PX,
    WIDTH_PX,
    drawn_pdf,
    drawn_tiff,
    gray_of,
)
from scanwright_conformance.expect import (
    expect,
    expect_equal,
    expect_image,
    expect_status,
)
from scanwright_conformance.expect_channel import (
    expect_failure,
    expect_images,
    expect_result,
)

if TYPE_CHECKING:
    from scanwright_conformance.session import Page, Session
    from scanwright_conformance.transcript import Exchange, Transcript

NEAR: Final = 0.05
"""How far the gray of a page may be off, as a fraction of white: less than a step."""
PDF_DPI: Final = 150
BROKEN: Final = (
    ("noise", b"no picture of anything, and no document"),
    ("cut TIFF", drawn_tiff(1)[:100]),
    ("cut PDF", drawn_pdf(1)[:100]),
)
PDF: Final = "application/pdf"
TIFF: Final = "image/tiff"
PNG: Final = "image/png"
SAVED: Final = ((PNG, (2,)), (TIFF, (3, 1, 2)), (PDF, (2, 3, 1)))
"""Types, and the drawings that are saved, in their order."""
EXISTING: Final = (4, 3)
"""The drawings of the TIFF that is appended to."""
UNFIT: Final = (
    ("no TIFF", TIFF, drawn_pdf(1)),
    ("another type", PDF, drawn_tiff(1)),
)
"""What cannot be appended to: the type that is wished for, and what is there."""
MAGIC: Final = {PNG: (b"\x89PNG",), TIFF: (b"II", b"MM"), PDF: (b"%PDF-",)}
NAMES: Final = (
    (PDF, "x.jpg", "x.jpg.pdf"),
    (PDF, "x.pdf", "x.pdf"),
    (PNG, "page", "page.png"),
)
"""Type, the name that is wished for, and the one that comes of it."""


@check("CHANNEL-load", after=("CHANNEL-image",))
class Load(Check):
    """A file is its pages."""

    async def stimulate(self, session: Session) -> None:
        """Load a TIFF and a PDF of several pages."""
        page = await session.page()
        await page.call("buffer.state")
        await page.load(drawn_tiff(3, 1, 2), label="tiff")
        await page.load(drawn_pdf(2, 4), label="pdf", resolutionDpi=PDF_DPI)
        await fetch_all(page, "page")

    def judge(self, transcript: Transcript) -> None:
        """Look at each page, in its place."""
        talk = transcript.channel("page")
        loaded = expect_images(talk, "tiff") + expect_images(talk, "pdf")
        expect_equal(talk, len(loaded), 5, what="pages:")
        expect_equal(talk, expect_images(talk, "page"), loaded, what="images")
        for place, number in enumerate((3, 1, 2), start=1):
            expect_drawing(transcript[f"page-{place}"], number)
        for place, number in enumerate((2, 4), start=4):
            _expect_printed(transcript[f"page-{place}"], number, PDF_DPI)


@check("CHANNEL-load-refused", after=("CHANNEL-load",))
class LoadRefused(Check):
    """A broken file breaks nothing."""

    async def stimulate(self, session: Session) -> None:
        """Load what cannot be read, and then what can."""
        page = await session.page()
        await fill(page, 1)
        for label, data in BROKEN:
            name = await page.upload(data, label=f"{label} upload")
            await page.call("file.load", label=label, upload=name)
        await page.state("after")
        await page.load(drawn_tiff(2), label="again")

    def judge(self, transcript: Transcript) -> None:
        """Each is an error, and the buffer is what it was."""
        talk = transcript.channel("page")
        for label, _ in BROKEN:
            expect_failure(talk, label)
        images = expect_loaded(talk, 1)
        expect_equal(talk, expect_images(talk, "after"), images, what="images")
        expect_images(talk, "again")


@check("CHANNEL-save", after=("CHANNEL-load",))
class Save(Check):
    """A file has what was chosen, and is what it was said to be."""

    async def stimulate(self, session: Session) -> None:
        """Save, fetch, and load what was fetched in another session."""
        page = await session.page()
        images = await fill(page, 3)
        for media, numbers in SAVED:
            chosen = [images[number - 1] for number in numbers]
            data = await _saved(page, chosen, media)
            reader = await session.page(f"reader of {media}")
            await reader.load(data, label="back", resolutionDpi=DPI)
            await fetch_all(reader, f"{media} page")

    def judge(self, transcript: Transcript) -> None:
        """Compare what is fetched with what was said, and page by page."""
        talk = transcript.channel("page")
        for media, numbers in SAVED:
            said, file = expect_result(talk, media), transcript[f"{media} file"]
            expect_equal(talk, said.get("type"), media, what="type")
            body = expect_status(file, 200).body
            expect_equal(file, body.size_bytes, said.get("bytes"), what="bytes")
            expect_equal(file, body.sha256, said.get("sha256"), what="sha256")
            begins = body.data is not None and body.data.startswith(MAGIC[media])
            expect(file, begins, f"a file of {media}", "another one")
            pages = transcript.series(f"{media} page")
            expect_equal(file, len(pages), len(numbers), what="pages:")
            for place, number in enumerate(numbers):
                if media == PDF:
                    _expect_printed(pages[place], number, DPI)
                else:
                    expect_drawing(pages[place], number)


@check("CHANNEL-save-append", after=("CHANNEL-save",))
class SaveAppend(Check):
    """A file that is there grows by the images, and loses nothing."""

    async def stimulate(self, session: Session) -> None:
        """Append to a TIFF and load what comes; append where it cannot be."""
        page = await session.page()
        images = await fill(page, 2)
        existing = await page.upload(drawn_tiff(*EXISTING), label="existing upload")
        data = await _saved(page, images, TIFF, append=existing)
        reader = await session.page("reader")
        await reader.load(data, label="back")
        await fetch_all(reader, "page")
        for label, media, upload in UNFIT:
            name = await page.upload(upload, label=f"{label} upload")
            options = {"type": media}
            await page.call(
                "file.save", label=label, images=images, options=options, append=name
            )

    def judge(self, transcript: Transcript) -> None:
        """Look at each page in its place, and at the errors."""
        talk = transcript.channel("page")
        expect_result(talk, TIFF)
        file, pages = transcript[f"{TIFF} file"], transcript.series("page")
        expect_status(file, 200)
        expect_equal(file, len(pages), len(EXISTING) + 2, what="pages:")
        for place, number in enumerate((*EXISTING, 1, 2)):
            expect_drawing(pages[place], number)
        for label, _, _ in UNFIT:
            expect_failure(talk, label)


@check("CHANNEL-save-name", after=("CHANNEL-save",))
class SaveName(Check):
    """The ending of a name tells the type."""

    async def stimulate(self, session: Session) -> None:
        """Save under several names."""
        page = await session.page()
        images = await fill(page, 1)
        for media, name, wanted in NAMES:
            options = {"type": media}
            await page.call(
                "file.save", label=wanted, images=images, options=options, name=name
            )

    def judge(self, transcript: Transcript) -> None:
        """Compare the names."""
        talk = transcript.channel("page")
        for _, _, wanted in NAMES:
            name = expect_result(talk, wanted).get("name")
            expect_equal(talk, name, wanted, what="name")


@check("CHANNEL-release", after=("CHANNEL-save",))
class Release(Check):
    """A file is there until nobody wants it any more."""

    async def stimulate(self, session: Session) -> None:
        """Fetch a file twice, release it, and fetch it again."""
        page = await session.page()
        images = await fill(page, 1)
        saved = await _save(page, images, PNG)
        path = str(saved.get("path"))
        await page.fetch(path, label="once")
        await page.fetch(path, label="twice")
        await page.call("file.release", path=path)
        await page.fetch(path, label="released")

    def judge(self, transcript: Transcript) -> None:
        """It is there twice, and then it is not."""
        for label in ("once", "twice"):
            expect_status(transcript[label], 200)
        expect_result(transcript.channel("page"), "file.release")
        expect_status(transcript["released"], 404)


async def _save(
    page: Page, images: list[str], media: str, **params: Any
) -> dict[str, Any]:
    options = {"type": media}
    return await page.needed(
        "file.save", label=media, images=images, options=options, **params
    )


async def _saved(page: Page, images: list[str], media: str, **params: Any) -> bytes:
    """Save images, and return the file as it was fetched."""
    said = await _save(page, images, media, **params)
    file = await page.fetch(str(said.get("path")), label=f"{media} file")
    return (file.answer.body.data if file.answer else None) or b""


def _expect_printed(exchange: Exchange, number: int, dpi: int) -> None:
    """Object when a page is not the drawing `number` as it is on paper."""
    image = expect_image(exchange, "image/png")
    width, height = WIDTH_PX * dpi / DPI, HEIGHT_PX * dpi / DPI
    off = max(abs(image.width_px - width), abs(image.height_px - height))
    seen = f"{image.width_px} by {image.height_px}"
    expect(exchange, off <= 1, f"{width:g} by {height:g} pixels", seen)
    is_near = abs(image.mean - gray_of(number)) <= NEAR
    expect(exchange, is_near, f"the drawing {number}", f"a mean of {image.mean}")
