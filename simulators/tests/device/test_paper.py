"""Paper: crooked by degrees, worn by millimetres, on the background of its device."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
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
from scanwright_simulators.device.content import A4, BlankSide, Content
from scanwright_simulators.device.generated import Kind, generate
from scanwright_simulators.device.paper import Paper, Wear
from scanwright_simulators.device.strips import STRIP_ROWS, render

IDENTITY = Identity("virtual-office", 12, Side.BACK, 345)
PAGE = generate(Kind.IDENTITY)
CARD = BlankSide(Size(2400, 1200))
BED = Size(3600, 3600)
GRAY = (90, 90, 90)


def view_of(
    mode: Mode = Mode.GRAY,
    dpi: int = 100,
    *,
    bed: Size = BED,
    region: Region | None = None,
) -> View:
    """Return a view of the whole bed, or a region of it."""
    return View.of(ScanSettings(Input.PLATEN, mode, dpi, region), bed)


def scan(content: Content, view: View) -> Image.Image:
    """Return `content` as `view` sees it."""
    return render(content.strips(view, IDENTITY), view.mode)


def light_box(image: Image.Image) -> tuple[int, int, int, int] | None:
    """Return where `image` is white."""
    return image.convert("L").point([0] * 250 + [255] * 6).getbbox()


def test_new_paper_is_its_content() -> None:
    """Without wear, a sheet gives the very strips of its content."""
    view = view_of(bed=A4)
    for paper in (Paper(PAGE), Paper(PAGE, Wear(seed=5)), Paper(PAGE, beyond=GRAY)):
        keys = [strip.key for strip in paper.strips(view, IDENTITY)]
        assert keys == [strip.key for strip in PAGE.strips(view, IDENTITY)]


def test_paper_says_what_its_content_says() -> None:
    """Size, label and blankness are those of the content, however worn."""
    paper = Paper(CARD, Wear(noise=15, streaks=4, skew_deg=3))
    assert (paper.size, paper.label) == (CARD.size, "blank")
    assert paper.is_blank()
    assert not Paper(PAGE).is_blank()


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("skew_deg", [0, 360, 0.0001])
def test_beyond_the_paper_is_the_device(mode: Mode, skew_deg: float) -> None:
    """A card lies white on a black background, whichever way it is drawn."""
    page = scan(Paper(CARD, Wear(skew_deg=skew_deg), (0, 0, 0)), view_of(mode))
    assert light_box(page) == pytest.approx((0, 0, 200, 100), abs=1)


def test_the_background_has_a_colour() -> None:
    """Any colour can lie beyond, and a region may see nothing else."""
    region = Region(2400, 1200, 600, 600)
    for skew_deg in (0, 1):
        paper = Paper(CARD, Wear(skew_deg=skew_deg), (10, 120, 30))
        page = scan(paper, view_of(Mode.COLOR, region=replace(region, left=2700)))
        assert page.getcolors() == [(50 * 50, (10, 120, 30))]
    assert scan(paper, view_of(region=replace(region, left=2700))).getcolors() == [
        (50 * 50, 77),
    ]


@pytest.mark.parametrize("dpi", [75, 150, 300])
@pytest.mark.parametrize("skew_deg", [-3, 2])
def test_skew_is_an_angle_about_the_middle(dpi: int, skew_deg: float) -> None:
    """At any resolution the lower edge has the same slope and the same middle."""
    page = scan(Paper(CARD, Wear(skew_deg=skew_deg), (0, 0, 0)), view_of(dpi=dpi))
    is_white = np.asarray(page) > 128
    columns = np.linspace(0.3, 1.7, 15) * dpi
    edge = [len(rows) - rows[::-1].argmax() for rows in is_white.T[columns.astype(int)]]
    slope, _ = np.polyfit(columns, edge, 1)
    assert math.degrees(math.atan(slope)) == pytest.approx(skew_deg, abs=0.3)
    expected = dpi / 2 + dpi / 2 / math.cos(math.radians(skew_deg))
    assert edge[7] == pytest.approx(expected, abs=1.5)


def test_a_region_of_a_skewed_sheet_is_a_part_of_it() -> None:
    """What a region sees is what the whole scan has there, but for rounding."""
    paper = Paper(PAGE, Wear(skew_deg=2), GRAY)
    whole = scan(paper, view_of(bed=A4))
    part = scan(paper, view_of(bed=A4, region=Region(2400, 1200, 4800, 6000)))
    there = whole.crop((200, 100, 600, 600))
    difference = np.asarray(part).astype(int) - np.asarray(there)
    assert np.abs(difference).max() <= 2


def test_straight_pages_share_what_their_contents_share() -> None:
    """Equal wear keeps the common body common, and strips fit for JPEG."""
    paper = Paper(PAGE, Wear(noise=5, cast=(0.9, 1, 1)))
    view = view_of(bed=A4)
    _, band, body = paper.strips(view, IDENTITY)
    _, other_band, other_body = paper.strips(view, replace(IDENTITY, serial=1))
    assert band.key != other_band.key
    assert body.key == other_body.key
    assert band.height_px % STRIP_ROWS == 0


def test_wear_is_in_the_key() -> None:
    """Everything that changes pixels changes the key."""
    view = view_of()
    papers = [
        Paper(CARD, Wear(noise=5), GRAY),
        Paper(CARD, Wear(noise=5, seed=1), GRAY),
        Paper(CARD, Wear(noise=6), GRAY),
        Paper(CARD, Wear(noise=5)),
        Paper(CARD, Wear(noise=5, skew_deg=1)),
        Paper(CARD, Wear(noise=5, skew_deg=2)),
    ]
    keys = {paper.strips(view, IDENTITY)[0].key for paper in papers}
    assert len(keys) == len(papers)


@pytest.mark.slow
@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("dpi", [75, 150, 300])
@pytest.mark.parametrize("skew_deg", [-3, 0, 3])
def test_the_identity_survives_wear(mode: Mode, dpi: int, skew_deg: float) -> None:
    """Moderate skew, noise, dust and colour leave the code readable."""
    wear = Wear(
        skew_deg=skew_deg,
        noise=15,
        streaks=6,
        cast=(0.95, 1.0, 0.85),
        background=(250, 244, 225),
        seed=dpi,
    )
    for content in (PAGE, generate(Kind.RECEIPT)):
        page = scan(Paper(content, wear, GRAY), view_of(mode, dpi, bed=A4))
        assert read_identity(page) == IDENTITY
