"""Checks of next-page: every page once, in the form that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.jobs_wishes import (
    ALL_PAGES,
    from_feeder,
    one_page,
    scan,
)
from scanwright_conformance.checks.pages_identity import (
    expect_complete,
    expect_sorted,
    telling_role,
)
from scanwright_conformance.expect import (
    expect,
    expect_equal,
    expect_error,
    expect_header,
    expect_image,
    expect_status,
)

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

INVALID_PARAMETER: Final = -2113
OTHER_TYPES: Final = ("image/tiff", "application/pdf", "png", "jpeg", "1")


@check("PAGES-next", after=("JOBS-completes",), deadline_s=60)
class Next(Check):
    """Every page once and in order, then 204 again and again."""

    async def stimulate(self, session: Session) -> None:
        """Fetch the pages of a job, and ask twice more."""
        job = await scan(session, from_feeder(3), role=telling_role(session))
        await job.pages(label="page")
        await job.get("/next-page", label="again-1")
        await job.get("/next-page", label="again-2")

    def judge(self, transcript: Transcript) -> None:
        """Compare the pages with each other, and look at both ends."""
        pages = transcript.series("page")
        end = transcript["page-end"]
        expect_status(end, 204)
        expect(end, len(pages) > 0, "at least one page before 204", "none")
        expect_sorted(transcript, end=end)
        expect_status(transcript["again-1"], 204)
        expect_status(transcript["again-2"], 204)


@check("PAGES-order", after=("PAGES-next",), deadline_s=90)
class Order(Check):
    """No sheet of the tray is lost, doubled or out of its place."""

    async def stimulate(self, session: Session) -> None:
        """Empty the feeder, then take one page more."""
        job = await scan(session, from_feeder(ALL_PAGES), role="identity")
        await job.pages()
        await job.delete()
        body = from_feeder(1)
        after = await scan(session, body, role="identity", label="create-next")
        await after.get("/next-page", label="next")

    def judge(self, transcript: Transcript) -> None:
        """Look at the sheets and at the serial numbers."""
        pages, end = transcript.series("page"), transcript["page-end"]
        expect_status(end, 204)
        expect(end, len(pages) > 1, "the sheets of a feeder", f"{len(pages)} pages")
        expect_complete(pages, end=end, next_=transcript["next"])


@check("PAGES-png-default", after=("JOBS-autorun",))
class PngDefault(Check):
    """Without a type a page is a PNG."""

    async def stimulate(self, session: Session) -> None:
        """Fetch a page without a type."""
        job = await scan(session, one_page())
        await job.get("/next-page", label="page")

    def judge(self, transcript: Transcript) -> None:
        """Look at the label and at the body."""
        _expect_labelled(transcript["page"], "image/png")


@check("PAGES-jpeg", after=("JOBS-autorun",))
class Jpeg(Check):
    """A page can be had as a JPEG."""

    async def stimulate(self, session: Session) -> None:
        """Fetch a page as JPEG."""
        job = await scan(session, one_page())
        query = {"type": "image/jpeg"}
        await job.get("/next-page", label="page", query=query)

    def judge(self, transcript: Transcript) -> None:
        """Look at the label and at the body."""
        _expect_labelled(transcript["page"], "image/jpeg")


@check("PAGES-type-invalid", after=("PAGES-next", "PAGES-content"))
class TypeInvalid(Check):
    """A wrong type costs no page."""

    async def stimulate(self, session: Session) -> None:
        """Ask in both ways for forms that there are not, then for the usual one."""
        job = await scan(session, one_page())
        for number, media in enumerate(OTHER_TYPES, start=1):
            label = f"refused-{number}"
            await job.get("/next-page", label=label, query={"type": media})
            query = {"type": media, "page": "0"}
            await job.get("/content", label=f"{label}-content", query=query)
        await job.get("/next-page", label="page")

    def judge(self, transcript: Transcript) -> None:
        """Look for the refusals, and for the page."""
        for number in range(1, len(OTHER_TYPES) + 1):
            expect_error(transcript[f"refused-{number}"], 400, INVALID_PARAMETER)
            content = transcript[f"refused-{number}-content"]
            expect_error(content, 400, INVALID_PARAMETER)
        expect_image(transcript["page"])


@check("PAGES-no-alpha", after=("PAGES-png-default",))
class NoAlpha(Check):
    """Paper is opaque."""

    async def stimulate(self, session: Session) -> None:
        """Fetch a page as PNG."""
        job = await scan(session, one_page())
        query = {"type": "image/png"}
        await job.get("/next-page", label="page", query=query)

    def judge(self, transcript: Transcript) -> None:
        """Look for an alpha channel."""
        page = transcript["page"]
        alpha = expect_image(page, "image/png").has_alpha
        expect(page, not alpha, "a PNG without alpha", "one with alpha")


@check("PAGES-lossless", after=("PAGES-content",))
class Lossless(Check):
    """A page does not change from one reading to the next."""

    async def stimulate(self, session: Session) -> None:
        """Read one page twice by its index, once as the next, and once more."""
        job = await scan(session, one_page())
        png = {"type": "image/png"}
        by_index = {**png, "page": "0"}
        await job.get("/content", label="reading-1", query=by_index)
        await job.get("/next-page", label="reading-2", query=png)
        jpeg = {"type": "image/jpeg", "page": "0"}
        await job.get("/content", label="as-jpeg", query=jpeg)
        await job.get("/content", label="reading-3", query=by_index)

    def judge(self, transcript: Transcript) -> None:
        """Compare the pixels."""
        first = expect_image(transcript["reading-1"], "image/png")
        for label in ("reading-2", "reading-3"):
            reading = transcript[label]
            pixels = expect_image(reading, "image/png").pixels_sha256
            expect_equal(reading, pixels, first.pixels_sha256, what="pixels")


def _expect_labelled(page: Exchange, media: str) -> None:
    expect_image(page, media)
    label = expect_header(page, "Content-Type").partition(";")[0].strip().lower()
    expect_equal(page, label, media, what="Content-Type")
