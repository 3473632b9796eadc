"""From tables of options to what a scanner can do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.devices.sane.binding import Capability, OptionType, Unit
from scanwright.devices.sane.options import Constraint, Option
from scanwright.devices.sane.survey import (
    bed_mm,
    depths,
    resolutions,
    scale_from_neutral,
    scaled_range,
    source_choices,
)
from scanwright.protocol.scanning import Depth, PixelType, Range, Source

INACTIVE = Capability.SOFT_SELECT | Capability.INACTIVE


def table(*options: Option) -> dict[str, Option]:
    """Options by name."""
    return {option.name: option for option in options}


def words(name: str, *values: str) -> Option:
    """A choice of strings."""
    return Option(1, name, OptionType.STRING, constraint=values)


def numbers(name: str, constraint: Constraint, unit: Unit = Unit.NONE) -> Option:
    """A number with a constraint."""
    return Option(1, name, OptionType.INT, unit=unit, constraint=constraint)


def test_scanner_without_choice_is_a_flatbed() -> None:
    """No source option, or only unknown words: what there is counts as the glass."""
    assert source_choices({}) == {Source.FLATBED: ()}
    odd = table(words("source", "Magic"))
    assert source_choices(odd) == {Source.FLATBED: ()}


def test_duplex_may_be_a_switch_of_its_own() -> None:
    """epson2 has `adf-mode`, others a switch `duplex`; both belong to the feeder."""
    source = words("source", "Flatbed", "ADF")
    by_word = source_choices(table(source, words("adf-mode", "Simplex", "Duplex")))
    assert by_word[Source.DUPLEX] == (("source", "ADF"), ("adf-mode", "Duplex"))
    assert by_word[Source.FEEDER] == (("source", "ADF"), ("adf-mode", "Simplex"))
    switch = Option(2, "duplex", OptionType.BOOL, cap=INACTIVE)
    by_switch = source_choices(table(source, switch))
    assert by_switch[Source.DUPLEX] == (("source", "ADF"), ("duplex", True))


def test_word_for_duplex_needs_no_switch() -> None:
    """A duplex source of its own is chosen by itself."""
    source = words("source", "ADF", "ADF Duplex")
    switch = Option(2, "duplex", OptionType.BOOL)
    choices = source_choices(table(source, switch))
    assert choices[Source.DUPLEX] == (("source", "ADF Duplex"),)
    assert choices[Source.FEEDER] == (("source", "ADF"),)


def test_depths_of_a_mode() -> None:
    """The depth option says them; gray at depth 1 is black and white."""
    options = table(numbers("depth", (1.0, 8.0, 16.0)))
    gray = depths(options, (PixelType.GRAY, None), has_bw=False)
    assert [depth.bits_per_sample for depth in gray] == [8, 16, 1]
    assert gray[2].pixel_type is PixelType.BW
    assert len(depths(options, (PixelType.GRAY, None), has_bw=True)) == 2
    assert depths({}, (PixelType.RGB, None), has_bw=True) == (Depth(PixelType.RGB, 8),)
    assert depths({}, (PixelType.RGB, 16), has_bw=True) == (Depth(PixelType.RGB, 16),)


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        (numbers("resolution", (300.0, 75.0)), (75, 300)),
        (numbers("resolution", Range(0, 1200, 1)), Range(1, 1200, 1)),
        (numbers("x-resolution", (600.0,)), (600,)),
        (numbers("resolution", None), (150,)),
        (Option(1, "resolution", OptionType.INT, cap=INACTIVE), (150,)),
    ],
)
def test_resolutions(option: Option, expected: object) -> None:
    """A list, a range, or what there is when nothing can be chosen."""
    assert resolutions(table(option), 150.2) == expected


def test_bed_in_millimetres_and_in_pixels() -> None:
    """Both units of SANE give millimetres; without any, it is A4."""
    mm = table(
        numbers("tl-x", Range(10, 200), Unit.MM),
        numbers("br-x", Range(10, 220), Unit.MM),
    )
    assert bed_mm(mm, 300) == (210, 297)
    pixels = table(
        numbers("br-x", Range(0, 600), Unit.PIXEL),
        numbers("br-y", Range(0, 1200), Unit.PIXEL),
    )
    assert bed_mm(pixels, 300) == pytest.approx((50.8, 101.6))


def test_range_of_brightness_is_the_published_one() -> None:
    """Whatever the driver counts, outside it is -1000 to 1000."""
    assert scaled_range(numbers("brightness", Range(-100, 100, 1))) == Range(
        -1000, 1000, 10
    )
    assert scaled_range(None) is None
    assert scaled_range(numbers("brightness", Range(3, 3))) is None


@given(
    st.integers(-1000, 1000),
    st.integers(-300, 0),
    st.integers(1, 300),
    st.floats(0, 1),
    st.sampled_from([0, 1, 5]),
)
def test_levels_stay_in_range_and_order(
    value: int, low: int, high: int, place: float, step: int
) -> None:
    """0 is the driver's neutral, the ends are its ends, and more is never less."""
    option = numbers("brightness", Range(low, high, step))
    neutral = low + round(place * (high - low))
    scaled = scale_from_neutral(value, option, neutral)
    assert low <= scaled <= high
    assert scale_from_neutral(-1000, option, neutral) == low
    assert abs(scale_from_neutral(0, option, neutral) - neutral) <= step / 2
    if value < 1000:
        assert scale_from_neutral(value + 1, option, neutral) >= scaled
