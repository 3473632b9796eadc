"""Drawings: each another one, and none like itself turned."""

from __future__ import annotations

from io import BytesIO
from itertools import combinations

import pypdfium2
import pytest
from PIL import Image, ImageSequence
from PIL.Image import Transpose

from scanwright_conformance.drawings import (
    DPI,
    HEIGHT_PX,
    WIDTH_PX,
    drawing,
    drawn_pdf,
    drawn_tiff,
    gray_of,
    pixels_of,
)
from scanwright_conformance.images import image_facts

NUMBERS = range(1, 6)


def test_no_two_are_alike() -> None:
    """Neither by their pixels, nor by their gray after some loss."""
    assert len({pixels_of(drawing(number)) for number in NUMBERS}) == len(NUMBERS)
    grays = [gray_of(number) for number in NUMBERS]
    assert all(abs(one - other) > 0.1 for one, other in combinations(grays, 2))


@pytest.mark.parametrize("turn", Transpose)
def test_what_is_turned_is_another(turn: Transpose) -> None:
    """A turn that was left out is seen."""
    for number in NUMBERS:
        assert pixels_of(drawing(number).transpose(turn)) != pixels_of(drawing(number))


def test_pixels_are_compared_as_those_of_a_page() -> None:
    """The same picture as a PNG has the same SHA-256."""
    file = BytesIO()
    drawing(3).save(file, "PNG")
    facts = image_facts(file.getvalue())
    assert facts is not None
    assert facts.pixels_sha256 == pixels_of(drawing(3))
    assert facts.mean == pytest.approx(gray_of(3), abs=0.001)


def test_a_tiff_has_its_pages_without_loss() -> None:
    """In the order of the numbers, with their resolution."""
    image = Image.open(BytesIO(drawn_tiff(2, 1)))
    assert image.info["dpi"] == (DPI, DPI)
    pages = [pixels_of(page.copy()) for page in ImageSequence.Iterator(image)]
    assert pages == [pixels_of(drawing(2)), pixels_of(drawing(1))]


def test_a_pdf_has_its_pages_in_their_size() -> None:
    """At 100 dpi as large as the drawings, at another one larger."""
    document = pypdfium2.PdfDocument(drawn_pdf(2, 4))
    assert len(document) == 2
    for number, page in zip((2, 4), document, strict=True):
        assert page.get_size() == pytest.approx(
            (WIDTH_PX * 72 / DPI, HEIGHT_PX * 72 / DPI), abs=0.01
        )
        (low, high) = page.render(scale=1).to_pil().convert("L").getextrema()
        assert low == high == pytest.approx(255 * gray_of(number), abs=1)
    document.close()
