"""PNG: strips join to exactly the pixels that they hold."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from scanwright_simulators.formats import png


def noise(mode: str, width: int, height: int, seed: int) -> Image.Image:
    """Return random pixels."""
    random = np.random.default_rng(seed)
    shape = (height, width, 3) if mode == "RGB" else (height, width)
    image = Image.fromarray(random.integers(0, 256, shape, dtype=np.uint8))
    return image.convert(mode)


@pytest.mark.slow
@given(
    mode=st.sampled_from(["1", "L", "RGB"]),
    width=st.integers(1, 40),
    heights=st.lists(st.integers(1, 20), min_size=1, max_size=4),
    seed=st.integers(0, 2**32),
)
def test_joined_strips_are_the_page(
    mode: str,
    width: int,
    heights: list[int],
    seed: int,
) -> None:
    """A file of several strips decodes to their pixels, with checksums right."""
    images = [noise(mode, width, height, seed + n) for n, height in enumerate(heights)]
    data = png.join([png.encode_strip(image) for image in images], 300)
    with Image.open(io.BytesIO(data)) as page:
        page.load()
        assert page.mode == mode
        rows = np.vstack([np.asarray(image) for image in images])
        assert np.array_equal(np.asarray(page), rows)


@pytest.mark.parametrize("dpi", [75, 300, 600])
def test_the_resolution_is_stated(dpi: int) -> None:
    """A file says its resolution."""
    data = png.join([png.encode_strip(Image.new("L", (4, 4)))], dpi)
    with Image.open(io.BytesIO(data)) as page:
        assert page.info["dpi"] == pytest.approx((dpi, dpi), abs=0.1)
