"""Blankness: faint things are none, a line of text is something."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from scanwright_simulators.device import Identity, Size, View
from scanwright_simulators.device.blankness import is_empty, looks_blank
from scanwright_simulators.device.bounds import LONGEST, MOST_PIXELS
from scanwright_simulators.device.strips import Strip
from scanwright_simulators.errors import ContentError

PAGE = (413, 585)


def page_of(shade: int = 255, *, noise: float = 0, text: str = "") -> Image.Image:
    """Return an A4 page at 50 dpi."""
    large = Image.new("L", (PAGE[0] * 4, PAGE[1] * 4), shade)
    font = ImageFont.load_default(30)
    ImageDraw.Draw(large).text((200, 400), text, font=font, fill=30)
    light = np.asarray(large.resize(PAGE, Image.Resampling.BOX)).astype(float)
    light += np.random.default_rng(1).normal(0, noise, light.shape)
    return Image.fromarray(np.clip(light, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("shade", [255, 225, 40])
@pytest.mark.parametrize("noise", [0, 5, 12])
def test_paper_is_empty(shade: int, noise: float) -> None:
    """Paper of any colour with any reasonable grain is blank."""
    assert is_empty(page_of(shade, noise=noise))


@pytest.mark.parametrize("shade", [255, 225])
@pytest.mark.parametrize("noise", [0, 5, 12])
def test_a_line_of_text_is_something(shade: int, noise: float) -> None:
    """One short line in a usual size is enough, on any paper."""
    assert not is_empty(page_of(shade, noise=noise, text="Page 2 of 3"))


def test_shadows_and_dust_are_nothing() -> None:
    """Light that falls off slowly, and a speck of dust, are no content."""
    light = np.tile(np.linspace(255, 230, PAGE[0]), (PAGE[1], 1))
    light[100:102, 100:102] = 0
    assert is_empty(Image.fromarray(light.astype(np.uint8)))


def test_pictures_are_something() -> None:
    """A page without paper is not blank, however even its shades are spread."""
    light = np.tile(np.linspace(0, 255, PAGE[0]), (PAGE[1], 1))
    assert not is_empty(Image.fromarray(light.astype(np.uint8)))
    assert not is_empty(Image.fromarray((light > 120).astype(np.uint8) * 255))


@dataclass(frozen=True)
class Watched:
    """White paper that counts looks."""

    size: Size
    looks: list[View] = field(compare=False)

    def strips(self, view: View, identity: Identity) -> tuple[Strip, ...]:
        """Return white, and remember it."""
        del identity
        self.looks.append(view)
        size = (view.width_px, view.height_px)
        return (Strip(view, *size, lambda: Image.new("L", size, 255)),)


@dataclass(frozen=True)
class TooMuch:
    """A side that no memory has room for."""

    size: Size

    def strips(self, view: View, identity: Identity) -> tuple[Strip, ...]:
        """Return what cannot be drawn."""
        del identity

        def draw() -> Image.Image:
            raise MemoryError

        return (Strip(view, view.width_px, view.height_px, draw),)


def test_a_side_without_memory_for_it_is_an_error() -> None:
    """Whoever asks hears of no other error than ContentError."""
    with pytest.raises(ContentError, match="too little memory"):
        looks_blank(TooMuch(Size(1200, 1200)), 1)


def test_large_sheets_are_seen_from_afar() -> None:
    """A sheet of 25 square metres costs no more than a look at a large one."""
    side = Watched(Size(LONGEST, LONGEST), [])
    assert looks_blank(side, 1)
    (view,) = side.looks
    assert MOST_PIXELS / 2 < view.width_px * view.height_px <= MOST_PIXELS


def test_a_side_is_looked_at_once() -> None:
    """The look is from afar, and comes again only when the side has changed."""
    side = Watched(Size(12_000, 1200), [])
    assert looks_blank(side, 1)
    assert looks_blank(side, 1)
    assert [view.width_px for view in side.looks] == [500]
    assert looks_blank(side, 2)
    assert len(side.looks) == 2
