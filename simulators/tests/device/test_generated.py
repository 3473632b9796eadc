"""Generated pages: readable at every setting, and the same page in every region."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from scanwright_simulators.device import (
    Identity,
    Input,
    Mode,
    Region,
    ScanSettings,
    Side,
    Size,
    View,
    read_identity,
)
from scanwright_simulators.device.generated import GeneratedSide
from scanwright_simulators.device.strips import STRIP_ROWS, render

A4 = Size.of_mm(210, 297)
FRONT = GeneratedSide(A4, 1, Side.FRONT)
IDENTITY = Identity("the-longest-slug-we-allow"[-24:], 9999, Side.FRONT, 999_999)


def scan(view: View, side: GeneratedSide = FRONT) -> Image.Image:
    """Return what `view` sees of `side`."""
    return render(side.strips(view, IDENTITY), view.mode)


def view_of(mode: Mode, dpi: int, region: Region | None = None) -> View:
    """Return the view of those settings on A4."""
    return View.of(ScanSettings(Input.PLATEN, mode, dpi, region), A4)


@pytest.mark.slow
@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("dpi", [75, 100, 150, 200, 300, 600])
def test_the_identity_survives(mode: Mode, dpi: int) -> None:
    """The longest identity is read from every mode and resolution."""
    page = scan(view_of(mode, dpi))
    assert page.mode == mode.pillow
    assert read_identity(page) == IDENTITY


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_region_is_a_part_of_the_page(data: st.DataObject) -> None:
    """Scanning a region gives the pixels that the whole scan has there."""
    mode = data.draw(st.sampled_from(Mode))
    left = data.draw(st.integers(0, A4.width // 16 - 1)) * 16
    top = data.draw(st.integers(0, A4.height // 16 - 1)) * 16
    width = data.draw(st.integers(16, A4.width - left))
    height = data.draw(st.integers(16, A4.height - top))
    view = view_of(mode, 75, Region(left, top, width, height))
    part = scan(view)
    box = (view.left_px, view.top_px)
    whole = scan(view_of(mode, 75)).crop((*box, box[0] + 2000, box[1] + 2000))
    visible = (min(part.width, 620 - box[0]), min(part.height, 877 - box[1]))
    assert part.size == (view.width_px, view.height_px)
    assert part.crop((0, 0, *visible)).tobytes() == (
        whole.crop((0, 0, *visible)).tobytes()
    )


@given(st.integers(0, A4.height - 100), st.sampled_from([75, 100, 150, 300]))
def test_inner_strips_have_whole_rows(top: int, dpi: int) -> None:
    """All strips but the last can be joined as JPEG, and together they are the page."""
    view = view_of(Mode.GRAY, dpi, Region(0, top, A4.width, A4.height - top))
    strips = FRONT.strips(view, IDENTITY)
    assert all(strip.height_px % STRIP_ROWS == 0 for strip in strips[:-1])
    assert sum(strip.height_px for strip in strips) == view.height_px


def test_pages_share_their_body() -> None:
    """Two pages of one side differ in the key of the band alone."""
    view = view_of(Mode.GRAY, 75)
    other = Identity("other", 1, Side.FRONT, 1)
    (band, body), (other_band, other_body) = (
        FRONT.strips(view, identity) for identity in (IDENTITY, other)
    )
    assert band.key != other_band.key
    assert body.key == other_body.key


def test_front_and_back_differ() -> None:
    """Both sides of a sheet carry different pictures."""
    view = view_of(Mode.COLOR, 75, Region(0, 3000, 1200, 1200))
    back = GeneratedSide(A4, 1, Side.BACK)
    assert scan(view).tobytes() != scan(view, back).tobytes()
