"""Options: values are taken as the SANE standard says, and make settings."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright_simulators.device import Input, Levels, Mode, Model, Region, Size
from scanwright_simulators.errors import SettingsRefused
from scanwright_simulators.faces.sane.descriptors import Cap, Value
from scanwright_simulators.faces.sane.options import Info, Options, encode

MM = 1 << 16
MODEL = Model(
    name="Any",
    make_and_model="Any",
    bed=Size.of_mm(210, 297),
    inputs=tuple(Input),
    resolutions_dpi=(75, 300, 600),
    modes=tuple(Mode),
    depths=(8, 16),
)


def number(options: Options, name: str) -> int:
    """Return the number of an option."""
    return [descriptor.name for descriptor in options.descriptors].index(name)


def put(options: Options, name: str, value: Value) -> tuple[Value, Info]:
    """Set an option; return the value that was taken, and the news."""
    change = options.set(number(options, name), encode(value))
    return change.value, change.info


def cap(options: Options, name: str) -> Cap:
    """Return what can be done with an option now."""
    return options.caps[number(options, name)]


@pytest.fixture
def options() -> Options:
    """Return the options of a scanner with everything."""
    return Options(MODEL)


@pytest.mark.parametrize(
    ("name", "wish", "taken"),
    [
        ("resolution", 290, 300),
        ("resolution", 99_999, 600),
        ("brightness", 1000, 100),
        ("br-x", 300 * MM, 210 * MM),
        ("tl-y", -5, 0),
        ("depth", 12, 8),
    ],
)
def test_numbers_move_to_the_nearest(
    options: Options, name: str, wish: int, taken: int
) -> None:
    """What a device has not is replaced by the nearest that it has, and told."""
    value, info = put(options, name, wish)
    assert value == taken
    assert Info.INEXACT in info


def test_exact_values_are_taken_without_a_word(options: Options) -> None:
    """A value that the device has is not INEXACT, but parameters may change."""
    assert put(options, "contrast", 5) == (5, Info.NONE)
    assert put(options, "resolution", 75) == (75, Info.RELOAD_PARAMS)


@pytest.mark.parametrize("wish", ["Lineart", "lineart", "L", "line"])
def test_words_may_be_shortened(options: Options, wish: str) -> None:
    """A word counts as soon as it can be only one, whatever its case."""
    value, info = put(options, "mode", wish)
    assert value == "Lineart"
    assert Info.RELOAD_OPTIONS | Info.RELOAD_PARAMS in info
    assert (Info.INEXACT in info) == (wish != "Lineart")


@pytest.mark.parametrize(
    ("name", "blob"),
    [
        ("source", b"AD"),
        ("source", b"Moon"),
        ("source", b""),
        ("mode", b"\xff"),
        ("resolution", b"\0"),
        ("resolution", b""),
        ("scan", b"\1\0\0\0"),
        ("standard", b""),
        ("threshold", b"\1\0\0\0"),
    ],
)
def test_what_is_no_value_is_refused(options: Options, name: str, blob: bytes) -> None:
    """Ambiguous or unknown words, other sizes, and what cannot be set are refused."""
    with pytest.raises(SettingsRefused):
        options.set(number(options, name), blob)


def test_switches_are_on_or_off(options: Options) -> None:
    """A switch takes 0 and 1 only."""
    put(options, "source", "ADF")
    assert put(options, "blank-page-removal", 1) == (1, Info.NONE)
    with pytest.raises(SettingsRefused):
        put(options, "blank-page-removal", 2)


def test_mode_and_source_switch_options(options: Options) -> None:
    """Threshold goes with 1-bit pages, depth with others, blank pages with feeders."""
    assert Cap.INACTIVE in cap(options, "threshold")
    assert Cap.INACTIVE in cap(options, "blank-page-removal")
    put(options, "mode", "Lineart")
    put(options, "source", "ADF Duplex")
    assert Cap.INACTIVE in cap(options, "depth")
    assert Cap.INACTIVE not in cap(options, "threshold")
    assert Cap.INACTIVE not in cap(options, "blank-page-removal")
    with pytest.raises(SettingsRefused):
        options.get(number(options, "depth"))


def test_options_make_settings(options: Options) -> None:
    """Everything that was set arrives in the settings."""
    for name, value in (
        *(("mode", "Lineart"), ("source", "ADF Duplex"), ("resolution", 600)),
        *(("tl-x", MM * 127 // 10), ("br-x", MM * 127 // 5), ("br-y", MM * 254)),
        *(("brightness", 10), ("contrast", -20), ("threshold", 77)),
        ("blank-page-removal", 1),
    ):
        put(options, name, value)
    settings = options.settings()
    assert (settings.input, settings.mode) == (Input.DUPLEX, Mode.BW)
    assert settings.resolution_dpi == 600
    assert settings.region == Region(600, 0, 600, 12_000)
    assert settings.levels == Levels(10, -20, 77)
    assert settings.skip_blank


def test_the_whole_bed_is_the_whole_bed() -> None:
    """The end of a range is the edge, though it is rounded for people."""
    model = replace(MODEL, bed=Size(9921, 14_033))
    options = Options(model)
    assert options.settings().region == Region(0, 0, 9921, 14_033)


def test_corners_may_be_swapped(options: Options) -> None:
    """Frontends set one corner before the other: their order does not matter."""
    put(options, "tl-x", 100 * MM)
    put(options, "br-x", 50 * MM)
    region = options.settings().region
    assert region
    assert region.left < 100 * 1200 / 25.4
    assert region.width > 0


def test_parameters(options: Options) -> None:
    """The shape of a page follows from the options."""
    assert options.parameters().bytes_per_line == 2480 * 3
    put(options, "mode", "Lineart")
    it = options.parameters()
    assert (it.format, it.depth, it.bytes_per_line) == (0, 1, 310)


def test_sensors_are_no_options(options: Options) -> None:
    """Buttons and sensors are told from options."""
    assert options.sensor(number(options, "copy")) == "copy"
    assert options.sensor(number(options, "mode")) is None
    with pytest.raises(SettingsRefused):
        options.sensor(999)


@given(st.data())
def test_no_value_breaks_the_settings(data: st.DataObject) -> None:
    """Whatever is set, what results is something that can be asked of the device."""
    options = Options(MODEL)
    words = st.sampled_from([b"Gray", b"Lineart", b"Flatbed", b"ADF Duplex"])
    numbers = st.integers(-(2**31), 2**31 - 1).map(lambda n: struct.pack("=i", n))
    for _ in range(data.draw(st.integers(0, 12))):
        where = data.draw(st.integers(-1, len(options.descriptors)))
        try:
            options.set(where, data.draw(words | numbers | st.binary(max_size=8)))
        except SettingsRefused:
            continue
        assert options.get(where) is not None
    settings = options.settings()
    region = settings.region
    assert region
    assert region.left + region.width <= MODEL.bed.width
    assert settings.resolution_dpi in MODEL.resolutions_dpi
    assert options.parameters().lines > 0
