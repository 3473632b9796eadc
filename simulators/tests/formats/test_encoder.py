"""The encoder: every type of file, each strip once, bounded memory."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from scanwright_simulators.device import (
    Identity,
    Input,
    Levels,
    Mode,
    Page,
    ScanSettings,
    Side,
    View,
    read_identity,
)
from scanwright_simulators.device.content import A4
from scanwright_simulators.device.generated import Kind, generate
from scanwright_simulators.device.strips import Strip, render
from scanwright_simulators.formats import PageEncoder


def scan(
    mode: Mode = Mode.GRAY,
    *,
    kind: Kind = Kind.IDENTITY,
    levels: Levels = Levels(),  # noqa: B008  frozen
    serial: int = 1,
) -> Page:
    """Return a page of A4 at 75 dpi."""
    identity = Identity("encoder", 1, Side.FRONT, serial)
    view = View.of(ScanSettings(Input.PLATEN, mode, 75, levels=levels), A4)
    return Page(identity, view, generate(kind, size=A4).strips(view, identity))


def counted(page: Page, drawn: list[Strip]) -> Page:
    """Return `page` with strips that tell when they are drawn."""

    def count(strip: Strip) -> Strip:
        def draw() -> Image.Image:
            drawn.append(strip)
            return strip.draw()

        return replace(strip, draw=draw)

    return replace(page, strips=tuple(count(strip) for strip in page.strips))


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    mode=st.sampled_from(Mode),
    kind=st.sampled_from(Kind),
    levels=st.builds(
        Levels,
        brightness=st.integers(-100, 100),
        contrast=st.integers(-100, 100),
        threshold=st.integers(1, 255),
    ),
)
def test_png_is_lossless(mode: Mode, kind: Kind, levels: Levels) -> None:
    """A PNG has the page's pixels and depth, at all levels."""
    page = scan(mode, kind=kind, levels=levels)
    data = PageEncoder().encode(page, "image/png")
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == mode.pillow
        assert image.tobytes() == render(page.strips, mode).tobytes()


@pytest.mark.parametrize("mime", ["image/png", "image/jpeg"])
def test_files_have_eight_bits(mime: str) -> None:
    """A page of 16 bits is encoded as if it had 8."""
    page = scan()
    deep = replace(page, view=replace(page.view, depth=16))
    assert PageEncoder().encode(deep, mime) == PageEncoder().encode(page, mime)


@pytest.mark.parametrize("mode", Mode)
def test_jpeg_and_pdf_show_the_page(mode: Mode) -> None:
    """A JPEG can be read, and a PDF carries the same JPEG."""
    page = scan(mode)
    encoder = PageEncoder()
    data = encoder.encode(page, "image/jpeg")
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == ("RGB" if mode is Mode.COLOR else "L")
        assert read_identity(image) == page.identity
    assert data in encoder.encode(page, "application/pdf")


@pytest.mark.parametrize("mime", ["image/png", "image/jpeg"])
def test_what_pages_share_is_drawn_once(mime: str) -> None:
    """The second page costs its band alone, the same page again costs nothing."""
    encoder, drawn = PageEncoder(), list[Strip]()
    first, second = (counted(scan(serial=serial), drawn) for serial in (1, 2))
    encoder.encode(first, mime)
    assert len(drawn) == 3
    encoder.encode(second, mime)
    assert len(drawn) == 4
    encoder.encode(first, mime)
    assert len(drawn) == 4


def test_memory_is_bounded() -> None:
    """A cache without room keeps nothing, and pages still come out right."""
    encoder, drawn = PageEncoder(cache_bytes=0), list[Strip]()
    page = counted(scan(), drawn)
    assert encoder.encode(page, "image/png") == encoder.encode(page, "image/png")
    assert len(drawn) == 6
