"""BMP files, read by Pillow."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from scanwright.imaging.files.bmp import write_bmp
from scanwright.imaging.files.packing import with_eight_bits
from scanwright.imaging.files.pages import PageIn
from scanwright.imaging.raster import Raster


def bitmap(raster: Raster) -> bytes:
    """The raster as a BMP."""
    out = BytesIO()
    write_bmp(PageIn(raster), out)
    return out.getvalue()


@given(
    st.sampled_from([(1, False), (4, False), (8, False), (8, True), (16, True)]),
    st.integers(1, 33),
    st.integers(1, 6),
)
def test_every_pixel_arrives(
    noise: Callable[..., Raster], depth: tuple[int, bool], width: int, height: int
) -> None:
    """Pillow sees the same picture at 8 bits."""
    raster = noise(depth[0], colour=depth[1], size=(width, height))
    with Image.open(BytesIO(bitmap(raster)), formats=("BMP",)) as image:
        seen = np.asarray(image.convert("RGB" if depth[1] else "L"))
    assert (seen == with_eight_bits(raster).samples).all()


@pytest.mark.parametrize(
    ("bits", "colour", "expected"),
    [(1, False, 1), (4, False, 4), (8, False, 8), (16, False, 8), (8, True, 24)],
)
def test_header_tells_size_depth_and_resolution(
    noise: Callable[..., Raster], bits: int, expected: int, *, colour: bool
) -> None:
    """The file's length is in its header, and its depth is the least that fits."""
    data = bitmap(noise(bits, colour=colour))
    assert int.from_bytes(data[2:6], "little") == len(data)
    assert int.from_bytes(data[28:30], "little") == expected
    with Image.open(BytesIO(data)) as image:
        assert image.info["dpi"] == pytest.approx((300, 200), abs=0.02)
