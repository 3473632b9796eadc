"""Checks of what pixels become: gray, colour, black and white, 16 bits."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.jobs_wishes import (
    DPI,
    ENDS,
    SLOW_S,
    ask_for_job,
    scan,
)
from scanwright_conformance.expect import expect, expect_equal, expect_image

if TYPE_CHECKING:
    from scanwright_conformance.images import ImageFacts
    from scanwright_conformance.session import Job, Session
    from scanwright_conformance.transcript import Transcript

BW: Final = 0
GRAY: Final = 1
COLOUR: Final = 2
PIXEL_TYPE: Final = 257
BIT_DEPTH: Final = 4395
FORMS: Final = {"png": "image/png", "jpeg": "image/jpeg"}
DEEP: Final = ((GRAY, 16), (COLOUR, 48))
"""Pixel types with the bits of a pixel, as TWAIN counts them."""
UNSURE: Final = 0.1
"""How much nearer to the negative a page must be to be called one."""


class _PixelType(Check):
    """A page of one pixel type in both forms: the stimulus of three clauses."""

    pixel_type: ClassVar[int]
    role: ClassVar[str]

    async def stimulate(self, session: Session) -> None:
        """Scan a page, and read it as PNG and as JPEG."""
        config = {"PixelType": self.pixel_type, "Resolution": DPI, "XferCount": 1}
        job = await scan(session, {"config": config}, role=self.role)
        await _read_both(job)
        await job.delete()


@check("PAGES-gray", after=("JOBS-config-applies", "PAGES-content"))
class Gray(_PixelType):
    """Gray stays gray."""

    pixel_type = GRAY
    role = "gray"

    def judge(self, transcript: Transcript) -> None:
        """Look at the samples of both."""
        _expect_samples(transcript, "png", channels=1, bits=8)
        _expect_samples(transcript, "jpeg", channels=1, bits=8)


@check("PAGES-colour", after=("JOBS-config-applies", "PAGES-content"))
class Colour(_PixelType):
    """Colour stays colour."""

    pixel_type = COLOUR
    role = "colour"

    def judge(self, transcript: Transcript) -> None:
        """Look at the samples of both."""
        _expect_samples(transcript, "png", channels=3, bits=8)
        _expect_samples(transcript, "jpeg", channels=3, bits=8)


@check("PAGES-bw", after=("JOBS-config-applies", "PAGES-content"))
class BlackAndWhite(_PixelType):
    """One bit stays one bit where the form has it, and black stays black."""

    pixel_type = BW
    role = "bw"

    async def stimulate(self, session: Session) -> None:
        """Scan a page, read it in both forms; scan it in gray, to know what is dark."""
        await super().stimulate(session)
        config = {"PixelType": GRAY, "Resolution": DPI, "XferCount": 1}
        body = {"config": config}
        asked = await ask_for_job(session, body, label="create-gray", role=self.role)
        if asked.answer is not None and asked.answer.status == 201:
            gray = session.job_of(asked)
            await gray.until(*ENDS, label="gray-ended", within_s=SLOW_S)
            await gray.get("/next-page", label="gray")

    def judge(self, transcript: Transcript) -> None:
        """Look at the samples of both, and compare how bright they are."""
        png = _expect_samples(transcript, "png", channels=1, bits=1)
        jpeg = _expect_samples(transcript, "jpeg", channels=1, bits=8)
        _expect_not_negative(transcript, "jpeg", jpeg.mean, png.mean)
        if "gray" in transcript:
            gray = expect_image(transcript["gray"]).mean
            _expect_not_negative(transcript, "png", png.mean, gray)


@check("PAGES-16-bit", after=("JOBS-caps-apply", "PAGES-content"))
class SixteenBit(Check):
    """Sixteen bits stay sixteen where the form has them."""

    async def stimulate(self, session: Session) -> None:
        """Ask for gray of 16 bits, else for colour; read the page in both forms."""
        for pixel_type, bits in DEEP:
            wishes = [
                {"capability": PIXEL_TYPE, "curValue": pixel_type},
                {"capability": BIT_DEPTH, "curValue": bits},
            ]
            caps = {"exception": "fail", "capabilities": wishes}
            body = {"caps": caps, "config": {"Resolution": DPI, "XferCount": 1}}
            label = f"create-{bits}"
            asked = await ask_for_job(session, body, label=label, role="depth-16")
            if asked.answer is not None and asked.answer.status == 201:
                break
        job = session.job_of(asked)
        await job.until(*ENDS, within_s=SLOW_S)
        await _read_both(job)

    def judge(self, transcript: Transcript) -> None:
        """Look at the samples of both."""
        png = transcript["png"]
        bits = expect_image(png, "image/png").bits
        expect_equal(png, bits, 16, what="bits a sample")
        expect_image(transcript["jpeg"], "image/jpeg")


async def _read_both(job: Job) -> None:
    for label, media in FORMS.items():
        query = {"type": media, "page": "0"}
        await job.get("/content", label=label, query=query)


def _expect_samples(
    transcript: Transcript,
    label: str,
    *,
    channels: int,
    bits: int,
) -> ImageFacts:
    page = transcript[label]
    image = expect_image(page, FORMS[label])
    seen = f"{image.channels} x {image.bits} bits"
    expect_equal(page, seen, f"{channels} x {bits} bits", what="samples of a pixel")
    return image


def _expect_not_negative(
    transcript: Transcript,
    label: str,
    mean: float,
    model: float,
) -> None:
    """Object when `mean` looks more like the negative of `model` than like it.

    A page that is half black says nothing: its negative is as bright as itself.
    """
    is_negative = abs(mean - (1 - model)) + UNSURE < abs(mean - model)
    brightness = f"{mean:.2f} of white"
    expect(transcript[label], not is_negative, f"{model:.2f} of white", brightness)
