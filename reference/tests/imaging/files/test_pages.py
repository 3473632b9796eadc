"""Pages out of files and into files."""

from __future__ import annotations

from collections.abc import Callable

from scanwright.imaging.files.pages import PageIn, ReadPage
from scanwright.imaging.raster import Raster


def test_resolution_of_a_page_comes_before_that_of_its_raster(
    noise: Callable[..., Raster],
) -> None:
    """A page without a resolution has its raster's."""
    raster = noise(dpi=(300, 200))
    assert PageIn(raster).dpi == (300, 200)
    assert PageIn(raster, resolution_dpi=(75, 75)).dpi == (75, 75)


def test_a_read_page_need_not_have_a_jpeg(noise: Callable[..., Raster]) -> None:
    """Only some pages have an original."""
    assert ReadPage(noise()).original_jpeg is None
