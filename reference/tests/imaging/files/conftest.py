"""Pictures to save, and files of them."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest

from scanwright.imaging.files.pages import PageIn
from scanwright.imaging.files.writing import write_file
from scanwright.imaging.raster import Raster
from scanwright.protocol.saving import SaveOptions


@pytest.fixture(scope="session")
def noise() -> Callable[..., Raster]:
    """Draw a picture of random samples."""

    def draw(
        bits: int = 8,
        *,
        colour: bool = False,
        size: tuple[int, int] = (61, 37),
        dpi: tuple[int, int] = (300, 200),
        seed: int = 1,
    ) -> Raster:
        shape = (size[1], size[0], 3) if colour else (size[1], size[0])
        values = np.random.default_rng(seed).integers(0, 1 << bits, shape)
        return Raster(values.astype(np.uint16 if bits == 16 else np.uint8), bits, dpi)

    return draw


@pytest.fixture(scope="session")
def smooth() -> Callable[..., Raster]:
    """Draw a picture that lossy codecs do well: a slope of 8 bits."""

    def draw(
        *,
        colour: bool = True,
        size: tuple[int, int] = (160, 96),
        dpi: tuple[int, int] = (150, 150),
    ) -> Raster:
        x = np.linspace(20, 230, size[0])[None, :] * np.ones((size[1], 1))
        y = np.linspace(230, 30, size[1])[:, None] * np.ones((1, size[0]))
        gray = ((x + y) / 2).astype(np.uint8)
        if not colour:
            return Raster(gray, 8, dpi)
        samples = np.stack((x.astype(np.uint8), y.astype(np.uint8), gray), axis=-1)
        return Raster(samples, 8, dpi)

    return draw


@pytest.fixture(scope="session")
def saved() -> Callable[..., bytes]:
    """Write rasters or pages into a file in memory."""

    def save(options: SaveOptions, *pages: Raster | PageIn) -> bytes:
        out = BytesIO()
        asked = [p if isinstance(p, PageIn) else PageIn(p) for p in pages]
        write_file(asked, options, out, progress=lambda _: None)
        return out.getvalue()

    return save
