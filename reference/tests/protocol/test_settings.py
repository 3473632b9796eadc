"""Wishes against abilities: what a scanner has is taken, what it lacks is refused."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.errors import InvalidParameter
from scanwright.protocol.requests import Config
from scanwright.protocol.scanning import (
    Depth,
    DeviceDescription,
    InputDescription,
    PixelType,
    Range,
    Region,
    ScanSettings,
    Source,
)
from scanwright.protocol.settings import (
    apply_config,
    apply_profile,
    default_settings,
    encode_profile,
    supported_papers,
)

BW = Depth(PixelType.BW, 1)
GRAY = Depth(PixelType.GRAY, 8)
GRAY16 = Depth(PixelType.GRAY, 16)
RGB = Depth(PixelType.RGB, 8)

FLATBED = InputDescription(
    source=Source.FLATBED,
    width_mm=215.9,
    height_mm=297.0,
    depths=(GRAY, GRAY16, RGB),
    resolutions_dpi=Range(50, 1200, 1),
)
FEEDER = InputDescription(
    source=Source.FEEDER,
    width_mm=215.9,
    height_mm=355.6,
    depths=(BW, GRAY),
    resolutions_dpi=(100, 200, 300),
)
BOTH = DeviceDescription(inputs=(FLATBED, FEEDER))
GLASS = DeviceDescription(inputs=(FLATBED,))


def depths() -> st.SearchStrategy[Depth]:
    """Any depth at all."""
    return st.builds(Depth, st.sampled_from(PixelType), st.sampled_from([1, 8, 16]))


def profiles() -> st.SearchStrategy[ScanSettings]:
    """Any settings at all, fitting or not."""
    size = st.floats(min_value=-50, max_value=5000)
    return st.builds(
        ScanSettings,
        source=st.sampled_from(Source),
        depth=depths(),
        resolution_dpi=st.integers(-10, 99999),
        region=st.none() | st.builds(Region, size, size, size, size),
        brightness=st.integers(-1000, 1000),
        contrast=st.integers(-1000, 1000),
        page_limit=st.none() | st.integers(1, 99),
    )


def test_the_default_is_colour_from_the_first_input() -> None:
    """Nobody asked: the first input, in colour, at 200 dpi."""
    assert default_settings(BOTH) == ScanSettings(Source.FLATBED, RGB, 200)


@given(profiles())
def test_any_settings_fit_after_they_were_applied(settings: ScanSettings) -> None:
    """A profile of another scanner is fitted: no value that this one lacks remains."""
    text = base64.b64decode(encode_profile(settings))
    fitted = apply_profile(BOTH, text)
    chosen = BOTH.input(fitted.source)
    assert chosen is not None
    assert fitted.depth in chosen.depths
    assert 50 <= fitted.resolution_dpi <= 1200
    if fitted.region is not None:
        assert fitted.region.left_mm + fitted.region.width_mm <= chosen.width_mm + 1e-6
        assert fitted.region.top_mm + fitted.region.height_mm <= chosen.height_mm + 1e-6


@given(st.integers(50, 1200))
def test_settings_that_fit_come_back_unchanged(dpi: int) -> None:
    """Writing and reading a profile on the same scanner changes nothing."""
    settings = ScanSettings(Source.FLATBED, GRAY16, dpi, brightness=-3, page_limit=2)
    assert apply_profile(BOTH, base64.b64decode(encode_profile(settings))) == settings


@pytest.mark.parametrize("text", [b"", b"{}", b"[1]", b"\xff", b'{"region": null}'])
def test_a_text_that_we_did_not_write_is_refused(text: bytes) -> None:
    """`settings` must be a profile."""
    with pytest.raises(InvalidParameter, match="settings"):
        apply_profile(BOTH, text)


def test_a_resolution_in_between_is_rounded_to_the_nearest() -> None:
    """A feeder with 100, 200 and 300 dpi scans 240 at 200."""
    config = Config(use_feeder=True, resolution_dpi=240)
    assert apply_config(BOTH, default_settings(BOTH), config).resolution_dpi == 200


@pytest.mark.parametrize(("step", "dpi"), [(0, 333), (100, 350)])
def test_a_range_is_followed_in_its_steps(step: float, dpi: int) -> None:
    """A scanner with 50, 150, 250 ... dpi takes 333 as 350; a continuous one as 333."""
    glass = replace(FLATBED, resolutions_dpi=Range(50, 1200, step))
    scanner = DeviceDescription(inputs=(glass,))
    config = Config(resolution_dpi=333)
    settings = apply_config(scanner, default_settings(scanner), config)
    assert settings.resolution_dpi == dpi


@pytest.mark.parametrize(
    ("config", "name"),
    [
        (Config(resolution_dpi=99999), "config.Resolution"),
        (Config(pixel_type=0), "config.PixelType"),
        (Config(pixel_type=5), "config.PixelType"),
        (Config(page_size=11), "config.PageSize"),
        (Config(page_size=999), "config.PageSize"),
    ],
)
def test_what_the_scanner_lacks_is_refused_by_name(config: Config, name: str) -> None:
    """Out of range for this scanner is as wrong as out of range for all."""
    with pytest.raises(InvalidParameter) as caught:
        apply_config(BOTH, default_settings(BOTH), config)
    assert caught.value.message.startswith(name)


def test_a_feeder_that_is_not_there_falls_back_to_the_glass() -> None:
    """The published fallback: no feeder, so the flatbed."""
    config = Config(use_feeder=True, use_duplex=True)
    settings = apply_config(GLASS, default_settings(GLASS), config)
    assert settings.source is Source.FLATBED


def test_choosing_the_feeder_fits_the_depth_to_it() -> None:
    """The feeder has no colour, so its richest pixel type is taken."""
    settings = apply_config(BOTH, default_settings(BOTH), Config(use_feeder=True))
    assert settings.depth == GRAY


def test_paper_sizes_are_those_that_fit() -> None:
    """Letter and A4 fit the glass, Legal only the feeder, A3 neither."""
    assert {1, 3} <= set(supported_papers(FLATBED))
    assert 4 not in supported_papers(FLATBED)
    assert 4 in supported_papers(FEEDER)
    assert 11 not in supported_papers(FEEDER)


def test_a_paper_size_is_a_region() -> None:
    """A5 takes its part of the glass, 0 all of it."""
    a5 = apply_config(BOTH, default_settings(BOTH), Config(page_size=5))
    assert a5.region == Region(0, 0, 148.0, 210.0)
    assert apply_config(BOTH, a5, Config(page_size=0)).region is None


@pytest.mark.parametrize(("count", "limit"), [(-1, None), (3, 3)])
def test_a_count_is_a_limit(count: int, limit: int | None) -> None:
    """-1 means all pages."""
    config = Config(count=count)
    assert apply_config(BOTH, default_settings(BOTH), config).page_limit == limit
