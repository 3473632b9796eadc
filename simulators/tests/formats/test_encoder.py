"""The encoder: every type of file, each strip once, bounded memory."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image

from scanwright_simulators.device import (
    Input,
    Mode,
    Page,
    ScanSettings,
    VirtualScanner,
    read_identity,
)
from scanwright_simulators.device.strips import Strip, render
from scanwright_simulators.formats import PageEncoder

ScannerMaker = Callable[..., VirtualScanner]


def scan(scanner: VirtualScanner, mode: Mode = Mode.GRAY) -> Page:
    """Return a page from the glass at 75 dpi."""
    job = scanner.start(ScanSettings(Input.PLATEN, mode, 75))
    page = scanner.next_page(job)
    assert page
    scanner.cancel(job)
    return page


def counted(page: Page, drawn: list[Strip]) -> Page:
    """Return `page` with strips that tell when they are drawn."""

    def count(strip: Strip) -> Strip:
        def draw() -> Image.Image:
            drawn.append(strip)
            return strip.draw()

        return replace(strip, draw=draw)

    return replace(page, strips=tuple(count(strip) for strip in page.strips))


@pytest.mark.parametrize("mode", Mode)
def test_png_is_lossless(make_scanner: ScannerMaker, mode: Mode) -> None:
    """A PNG has the page's pixels and depth."""
    page = scan(make_scanner(), mode)
    data = PageEncoder().encode(page, "image/png")
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == mode.pillow
        assert image.tobytes() == render(page.strips, mode).tobytes()


@pytest.mark.parametrize("mode", Mode)
def test_jpeg_and_pdf_show_the_page(make_scanner: ScannerMaker, mode: Mode) -> None:
    """A JPEG can be read, and a PDF carries the same JPEG."""
    page = scan(make_scanner(), mode)
    encoder = PageEncoder()
    data = encoder.encode(page, "image/jpeg")
    with Image.open(io.BytesIO(data)) as image:
        assert image.mode == ("RGB" if mode is Mode.COLOR else "L")
        assert read_identity(image) == page.identity
    assert data in encoder.encode(page, "application/pdf")


@pytest.mark.parametrize("mime", ["image/png", "image/jpeg"])
def test_what_pages_share_is_drawn_once(make_scanner: ScannerMaker, mime: str) -> None:
    """The second page costs its band alone, the same page again costs nothing."""
    scanner, encoder, drawn = make_scanner(), PageEncoder(), list[Strip]()
    first, second = (counted(scan(scanner), drawn) for _ in range(2))
    encoder.encode(first, mime)
    assert len(drawn) == 2
    encoder.encode(second, mime)
    assert len(drawn) == 3
    encoder.encode(first, mime)
    assert len(drawn) == 3


def test_memory_is_bounded(make_scanner: ScannerMaker) -> None:
    """A cache without room keeps nothing, and pages still come out right."""
    scanner, encoder, drawn = make_scanner(), PageEncoder(cache_bytes=0), list[Strip]()
    page = counted(scan(scanner), drawn)
    assert encoder.encode(page, "image/png") == encoder.encode(page, "image/png")
    assert len(drawn) == 4
