"""Motifs: drawn by the same dice, each barcode readable."""

from __future__ import annotations

import pytest
import zxingcpp

from scanwright_simulators.device import Mode, View, motifs
from scanwright_simulators.device.canvas import Canvas
from scanwright_simulators.device.motifs import CODES, Motif, Sheet, symbol

MOTIFS = [
    motifs.test_page,
    motifs.letter,
    motifs.landscape,
    motifs.barcodes,
    motifs.receipt,
    motifs.cheque,
    motifs.form,
]
A4 = Sheet(width_mm=210, height_mm=297, seed=(1, 0))


def draw(motif: Motif, sheet: Sheet = A4, *, dpi: int = 75) -> Canvas:
    """Return `motif` in colour."""
    width, height = (
        round(length * dpi / 25.4) for length in (sheet.width_mm, sheet.height_mm)
    )
    view = View(Mode.COLOR, dpi, 0, 0, width, height)
    canvas = Canvas(view, first_row=0, rows=height)
    motif(canvas, sheet)
    return canvas


@pytest.mark.slow
@pytest.mark.parametrize("motif", MOTIFS)
def test_equal_seeds_are_equal_pictures(motif: Motif) -> None:
    """A motif is the same each time, on any paper, and keeps the band's place free."""
    for size_mm in ((210, 297), (80, 200), (203, 95), (50, 40)):
        sheet = Sheet(*size_mm, seed=(3, 1))
        first, second = draw(motif, sheet), draw(motif, sheet)
        assert first.image.tobytes() == second.image.tobytes()
        if sheet.height_mm > 90:
            band = first.image.crop((0, 0, first.image.width, 135)).convert("L")
            assert band.getextrema() == (255, 255)


@pytest.mark.parametrize(
    "motif",
    [motif for motif in MOTIFS if motif is not motifs.barcodes],
)
def test_seeds_vary_pictures(motif: Motif) -> None:
    """Another seed shows something else, unless a motif has nothing to vary."""
    other = Sheet(A4.width_mm, A4.height_mm, seed=(2, 0))
    assert draw(motif).image.tobytes() != draw(motif, other).image.tobytes()


@pytest.mark.slow
@pytest.mark.parametrize("dpi", [75, 150, 300])
def test_barcodes_can_be_read(dpi: int) -> None:
    """Every symbology is read from the page, with its content."""
    found = {
        code.text
        for code in zxingcpp.read_barcodes(draw(motifs.barcodes, dpi=dpi).image)
    }
    assert {content for *_, content in CODES} <= found


@pytest.mark.parametrize("motif", [motifs.test_page, motifs.landscape])
@pytest.mark.parametrize("seed", [-1, 2**64 + 5])
def test_any_whole_number_is_a_seed(motif: Motif, seed: int) -> None:
    """Pictures have their dice for numbers below 0 and for large ones, too."""
    sheet = Sheet(width_mm=50, height_mm=100, seed=(seed, 0))
    assert draw(motif, sheet).image.getextrema() != ((255, 255),) * 3


def test_symbols_have_one_pixel_a_module() -> None:
    """A QR code of version 1 or more has 21 modules or more, and no border."""
    code = symbol("hello")
    assert code.mode == "L"
    assert code.width == code.height >= 21
    assert code.getpixel((0, 0)) == 0
