"""Strips: rows of a page, drawn when needed, as an image or as a scanner sends them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
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
)
from scanwright_simulators.device.content import BlankSide, Content, load
from scanwright_simulators.device.generated import Kind, generate
from scanwright_simulators.device.paper import Paper
from scanwright_simulators.device.strips import Strip, raw_rows, render
from scanwright_simulators.device.wear import Wear

BED = Size.of_mm(100, 150)
IDENTITY = Identity("any", 1, Side.FRONT, 1)
WORN = Wear(noise=8, streaks=2, cast=(0.9, 1.0, 0.8), background=(250, 245, 220))


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Content]:
    """Return something of every kind of content."""
    folder = tmp_path_factory.mktemp("contents")
    noise = Image.effect_noise((90, 70), 90)
    noise.convert("RGB").save(folder / "a.png", dpi=(30, 30))
    noise.save(folder / "b.pdf", resolution=25)
    made = [generate(kind, size=BED, seed=3) for kind in Kind]
    return [
        *made,
        *load([folder], BED),
        Paper(generate(Kind.RECEIPT), WORN),
        Paper(made[0], replace(WORN, skew_deg=2.5), (90, 90, 95)),
        Paper(BlankSide(Size.of_mm(60, 60)), Wear(), (0, 0, 0)),
    ]


@st.composite
def views(draw: st.DrawFn) -> View:
    """Draw any view of the bed, at resolutions that keep it small."""
    left = draw(st.integers(0, BED.width - 200))
    top = draw(st.integers(0, BED.height - 200))
    region = Region(
        left,
        top,
        draw(st.integers(50, BED.width - left)),
        draw(st.integers(50, BED.height - top)),
    )
    levels = st.builds(
        Levels,
        brightness=st.integers(-100, 100),
        contrast=st.integers(-100, 100),
        threshold=st.integers(1, 255),
    )
    wish = ScanSettings(
        Input.PLATEN,
        draw(st.sampled_from(Mode)),
        draw(st.sampled_from([25, 50, 75])),
        region,
        depth=draw(st.sampled_from([8, 16])),
        levels=draw(levels | st.just(Levels())),
    )
    return View.of(wish, BED)


def stack(*shades: int) -> list[Strip]:
    """Return strips of one row of two pixels each."""

    def strip(shade: int) -> Strip:
        return Strip(shade, 2, 1, lambda: Image.new("L", (2, 1), shade))

    return [strip(shade) for shade in shades]


def test_strips_stand_on_each_other() -> None:
    """A page shows its strips from top to bottom."""
    page = render(stack(10, 20, 30), Mode.GRAY)
    assert page.size == (2, 3)
    assert page.tobytes() == bytes([10, 10, 20, 20, 30, 30])


def test_bits_are_black_and_start_at_the_highest() -> None:
    """1-bit rows: 1 is black, the leftmost pixel is the highest bit, padding is 0."""
    image = Image.new("1", (10, 1), 255)
    for x in (0, 9):
        image.putpixel((x, 0), 0)
    view = View(Mode.BW, 100, 0, 0, 10, 1, depth=1)
    rows = raw_rows(Strip("bits", 10, 1, lambda: image), view)
    assert rows.tolist() == [[0b10000000, 0b01000000]]


def test_deep_samples_are_in_the_order_of_the_machine() -> None:
    """16-bit samples are 8-bit values times 257: white stays white."""
    view = View(Mode.GRAY, 100, 0, 0, 2, 1, depth=16)
    (strip,) = stack(3)
    rows = raw_rows(strip, view)
    assert rows.dtype == np.uint8
    assert rows.view(np.uint16).tolist() == [[771, 771]]


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(data=st.data(), view=views())
def test_every_view_of_everything(
    contents: Sequence[Content],
    data: st.DataObject,
    view: View,
) -> None:
    """Raw rows have the bytes that the view promises, and the pixels of the image."""
    content = data.draw(st.sampled_from(contents))
    strips = content.strips(view, IDENTITY)
    page = render(strips, view.mode)
    assert page.size == (view.width_px, view.height_px)
    assert page.mode == view.mode.pillow
    raw = np.vstack([raw_rows(strip, view) for strip in strips])
    assert raw.dtype == np.uint8
    assert raw.shape == (view.height_px, view.row_bytes)
    assert raw.size == view.size_bytes
    assert raw.tobytes() == expected(page, view)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(data=st.data(), view=views())
def test_equal_keys_are_equal_pixels(
    contents: Sequence[Content],
    data: st.DataObject,
    view: View,
) -> None:
    """Asked again, content gives the same keys and the same pixels; levels matter."""
    content = data.draw(st.sampled_from(contents))
    first, again = (content.strips(view, IDENTITY) for _ in range(2))
    assert [strip.key for strip in first] == [strip.key for strip in again]
    for one, other in zip(first, again, strict=True):
        assert one.draw().tobytes() == other.draw().tobytes()
    brightness = -view.levels.brightness or 1
    changed = replace(view, levels=replace(view.levels, brightness=brightness))
    keys = {strip.key for strip in content.strips(changed, IDENTITY)}
    assert keys.isdisjoint(strip.key for strip in first)


def test_keys_tell_contents_apart(contents: Sequence[Content]) -> None:
    """No two contents share a strip, but for the band of equal paper."""
    view = View(Mode.GRAY, 75, 0, 0, 100, 300)
    keys = [content.strips(view, IDENTITY)[-1].key for content in contents]
    assert len(set(keys)) == len(keys)


def expected(page: Image.Image, view: View) -> bytes:
    """Return the raw bytes of `page`, by another way."""
    if view.mode is Mode.BW:
        return page.tobytes("raw", "1;I")
    samples = np.frombuffer(page.tobytes(), np.uint8)
    if view.depth == 8:
        return samples.tobytes()
    return (samples.astype(np.uint16) * 257).tobytes()
