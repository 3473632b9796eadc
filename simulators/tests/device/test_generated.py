"""Generated pages: readable at every setting, and the same page in every region."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from scanwright_simulators.device import (
    Identity,
    Input,
    Levels,
    Mode,
    Region,
    ScanSettings,
    Side,
    Size,
    View,
    read_identity,
)
from scanwright_simulators.device.content import A4, BlankSide
from scanwright_simulators.device.generated import GeneratedSide, Kind, generate
from scanwright_simulators.device.strips import STRIP_ROWS, render

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
    head, band, body = FRONT.strips(view, IDENTITY)
    other_head, other_band, other_body = FRONT.strips(view, other)
    assert band.key != other_band.key
    assert (head.key, body.key) == (other_head.key, other_body.key)


def test_front_and_back_differ() -> None:
    """Both sides of a sheet carry different pictures."""
    view = view_of(Mode.COLOR, 75, Region(0, 3000, 1200, 1200))
    back = GeneratedSide(A4, 1, Side.BACK)
    assert scan(view).tobytes() != scan(view, back).tobytes()


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.BLANK])
@pytest.mark.parametrize("mode", Mode)
def test_every_kind_carries_its_identity(kind: Kind, mode: Mode) -> None:
    """Whatever a page shows, on whatever paper, it says who it is."""
    side = generate(kind, seed=7)
    view = View.of(ScanSettings(Input.PLATEN, mode, 75), side.size)
    assert read_identity(render(side.strips(view, IDENTITY), mode)) == IDENTITY
    assert not side.is_blank()


def test_kinds_have_their_own_paper() -> None:
    """Receipts and cheques are small unless they are told otherwise."""
    assert generate(Kind.RECEIPT).size == Size.of_mm(80, 200)
    assert generate(Kind.CHEQUE).size == Size.of_mm(203, 95)
    assert generate(Kind.FORM).size == A4
    assert generate(Kind.RECEIPT, size=A4).size == A4
    assert isinstance(generate(Kind.BLANK, size=A4), BlankSide)


def test_labels_say_what_is_shown() -> None:
    """The usual page is just generated, the others have names."""
    assert [generate(kind).label for kind in Kind] == [
        *("generated", "text", "photo", "barcodes"),
        *("receipt", "cheque", "form", "blank"),
    ]


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize(
    "levels",
    [
        Levels(brightness=-40),
        Levels(brightness=40),
        Levels(contrast=-50),
        Levels(contrast=60),
        Levels(threshold=60),
        Levels(threshold=220),
    ],
)
def test_moderate_levels_spare_the_identity(mode: Mode, levels: Levels) -> None:
    """The code is read from pages that are darker, lighter, flatter or harder."""
    settings_ = ScanSettings(Input.PLATEN, mode, 100, levels=levels)
    assert read_identity(scan(View.of(settings_, A4))) == IDENTITY


def test_text_stays_on_narrow_paper() -> None:
    """The clear text shrinks until it fits; beyond the paper there is white."""
    side = generate(Kind.RECEIPT)
    view = View.of(ScanSettings(Input.PLATEN, Mode.GRAY, 100), A4)
    page = render(side.strips(view, IDENTITY), Mode.GRAY)
    beside, below = page.crop((315, 0, 827, 1169)), page.crop((0, 788, 827, 1169))
    assert beside.getextrema() == below.getextrema() == (255, 255)
    margin = page.crop((305, 0, 315, 170))
    assert margin.getextrema() == (255, 255)
