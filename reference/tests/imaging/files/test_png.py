"""PNG files, read by Pillow."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from scanwright.imaging.files.pages import PageIn
from scanwright.imaging.files.png import write_png
from scanwright.imaging.raster import Raster


@pytest.mark.parametrize(
    ("bits", "stretch"), [(1, 1), (4, 17), (8, 1), (16, 1)], ids=str
)
def test_every_depth_stays(
    noise: Callable[..., Raster], bits: int, stretch: int
) -> None:
    """The header has the depth and the pixels are the same."""
    raster, out = noise(bits), BytesIO()
    write_png(PageIn(raster, resolution_dpi=(100, 50)), out)
    assert out.getvalue()[24] == bits
    with Image.open(out) as image:
        assert (np.asarray(image).astype(int) == raster.samples * stretch).all()
        assert image.info["dpi"] == pytest.approx((100, 50), abs=0.02)
