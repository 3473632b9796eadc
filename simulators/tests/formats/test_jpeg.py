"""JPEG: strips join without being decoded."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from scanwright_simulators.formats import jpeg


def noise(mode: str, width: int, height: int, seed: int) -> Image.Image:
    """Return random pixels."""
    random = np.random.default_rng(seed)
    shape = (height, width, 3) if mode == "RGB" else (height, width)
    image = Image.fromarray(random.integers(0, 256, shape, dtype=np.uint8))
    return image.convert(mode)


def decode(data: bytes) -> Image.Image:
    """Return the image in `data`."""
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return image.copy()


@pytest.mark.slow
@settings(deadline=None)
@given(
    mode=st.sampled_from(["1", "L"]),
    width=st.integers(1, 60),
    blocks=st.lists(st.integers(1, 6), max_size=4),
    rest=st.integers(1, 40),
    seed=st.integers(0, 2**32),
)
def test_joined_gray_strips_are_the_page(
    mode: str,
    width: int,
    blocks: list[int],
    rest: int,
    seed: int,
) -> None:
    """A joined file decodes to what its strips decode to by themselves."""
    heights = [*(16 * count for count in blocks), rest]
    strips = [
        jpeg.encode_strip(noise(mode, width, height, seed + n), 300)
        for n, height in enumerate(heights)
    ]
    alone = [np.asarray(decode(jpeg.join([strip]))) for strip in strips]
    page = np.asarray(decode(jpeg.join(strips)))
    assert np.array_equal(page, np.vstack(alone))


def test_joined_colour_strips_are_the_page() -> None:
    """In colour only the rows at a seam differ: decoders smooth chroma across it."""
    images = [noise("RGB", 64, 48, n).resize((64, 48)) for n in range(3)]
    strips = [jpeg.encode_strip(image, 300) for image in images]
    alone = np.vstack([np.asarray(decode(jpeg.join([strip]))) for strip in strips])
    page = np.asarray(decode(jpeg.join(strips)))
    differing = np.flatnonzero((page != alone).any(axis=(1, 2)))
    assert set(differing) <= {47, 48, 95, 96}


@pytest.mark.parametrize("dpi", [75, 300, 600])
def test_the_resolution_is_stated(dpi: int) -> None:
    """A file says its resolution."""
    strip = jpeg.encode_strip(Image.new("RGB", (20, 20)), dpi)
    assert decode(jpeg.join([strip])).info["dpi"] == (dpi, dpi)
