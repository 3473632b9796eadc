"""PDF: a page around a JPEG."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from PIL import Image

from scanwright_simulators.formats import pdf


@pytest.mark.parametrize(("mode", "shade"), [("L", 90), ("RGB", (200, 40, 90))])
def test_the_page_has_its_physical_size(
    mode: str,
    shade: int | tuple[int, int, int],
) -> None:
    """300 x 600 pixels at 300 dpi are a page of one by two inches, in its colour."""
    file = io.BytesIO()
    Image.new(mode, (300, 600), shade).save(file, "JPEG", quality=95)
    data = pdf.wrap(
        pdf.JpegImage(
            file.getvalue(),
            width_px=300,
            height_px=600,
            resolution_dpi=300,
            is_color=mode == "RGB",
        ),
    )
    with pypdfium2.PdfDocument(data) as document:
        assert len(document) == 1
        assert document[0].get_size() == pytest.approx((72, 144))
        seen = document[0].render(scale=1).to_pil().convert(mode).getpixel((36, 72))
    assert seen == pytest.approx(shade, abs=4)
