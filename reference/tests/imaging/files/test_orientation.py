"""Pictures held as their files say."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageOps
from PIL.ImageFile import ImageFile

from scanwright.imaging.files.errors import refusing_damage
from scanwright.imaging.files.orientation import UPRIGHT, orientation, turned
from scanwright.imaging.raster import Raster

ORIENTATION = 0x0112


def opened(kind: str, number: int | None = None, **options: object) -> ImageFile:
    """A picture whose file names this orientation."""
    exif = Image.Exif()
    if number is not None:
        exif[ORIENTATION] = number
    out = BytesIO()
    name = "tiffinfo" if kind == "TIFF" else "exif"
    Image.new("L", (4, 3)).save(out, kind, **{name: exif, **options})
    return Image.open(out)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_every_number_is_read(kind: str) -> None:
    """What is missing or out of range is upright; a BMP has none."""
    for number in range(1, 9):
        assert orientation(opened(kind, number)) == number
    for odd in (None, 0, 9):
        assert orientation(opened(kind, odd)) == UPRIGHT
    assert orientation(opened("BMP", 6)) == UPRIGHT


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0II*\0\xff\xff\xff\x7f", b"Exif\0\0", b"?" * 9]
)
def test_damage_is_upright(exif: bytes) -> None:
    """A broken description does not make a picture unreadable."""
    with refusing_damage("x.jpg"):  # which hushes Pillow's warning
        assert orientation(opened("JPEG", exif=exif)) == UPRIGHT


@pytest.mark.parametrize("number", range(1, 9))
def test_turning_is_that_of_exif(noise: Callable[..., Raster], number: int) -> None:
    """Pillow turns its own images the same way."""
    raster = noise(8)
    image = Image.fromarray(raster.samples)
    image.getexif()[ORIENTATION] = number
    upright = ImageOps.exif_transpose(image)
    result = turned(raster, number)
    assert (result.samples == np.asarray(upright)).all()
    swapped = (200, 300) if number > 4 else (300, 200)
    assert result.resolution_dpi == swapped
