"""Option descriptors as values."""

from __future__ import annotations

import ctypes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.devices.sane.binding import (
    Capability,
    ConstraintType,
    Descriptor,
    OptionType,
    RawRange,
    Unit,
)
from scanwright.devices.sane.library import Handle
from scanwright.devices.sane.options import Option, read_option
from scanwright.protocol.scanning import Range


def descriptor(kind: OptionType, name: bytes | None = b"thing") -> Descriptor:
    """A descriptor without a constraint."""
    raw = Descriptor()
    raw.name, raw.type, raw.size = name, kind, 4
    raw.cap = Capability.SOFT_SELECT
    return raw


@given(st.lists(st.integers(-(2**31), 2**31 - 1), max_size=6), st.booleans())
def test_word_list_gives_its_numbers(values: list[int], fixed: bool) -> None:  # noqa: FBT001 - hypothesis calls it
    """The first word is the count; FIXED words are 16.16."""
    raw = descriptor(OptionType.FIXED if fixed else OptionType.INT)
    words = (ctypes.c_int * (len(values) + 1))(len(values), *values)
    raw.constraint_type = ConstraintType.WORD_LIST
    raw.constraint.word_list = ctypes.cast(words, ctypes.POINTER(ctypes.c_int))
    option = read_option(3, raw)
    assert option is not None
    scale = 65536 if fixed else 1
    assert option.numbers == tuple(value / scale for value in values)


def test_range_and_strings_are_copied() -> None:
    """What the driver frees later is still there."""
    raw = descriptor(OptionType.FIXED)
    span = RawRange(0, 300 << 16, 1 << 15)
    raw.constraint_type = ConstraintType.RANGE
    raw.constraint.range = ctypes.pointer(span)
    option = read_option(1, raw)
    assert option is not None
    assert option.span == Range(0, 300, 0.5)
    words = (ctypes.c_char_p * 3)(b"Gray", b"Color", None)
    raw = descriptor(OptionType.STRING)
    raw.constraint_type = ConstraintType.STRING_LIST
    raw.constraint.string_list = ctypes.cast(words, ctypes.POINTER(ctypes.c_char_p))
    option = read_option(2, raw)
    assert option is not None
    assert option.words == ("Gray", "Color")
    assert option.numbers == ()


@pytest.mark.parametrize("kind", [OptionType.GROUP, OptionType.BUTTON, 77])
def test_what_holds_no_value_is_no_option(kind: OptionType) -> None:
    """Groups, buttons and inventions are passed over."""
    assert read_option(1, descriptor(kind)) is None
    assert read_option(1, descriptor(OptionType.INT, None)) is None


def test_inactive_options_cannot_be_set() -> None:
    """An inactive option means nothing; a read-only one cannot be set."""
    inactive = Option(1, "a", OptionType.INT, cap=Capability(1 | 32))
    read_only = Option(1, "b", OptionType.INT, cap=Capability.SOFT_DETECT)
    assert not inactive.is_active
    assert not inactive.is_settable
    assert read_only.is_active
    assert not read_only.is_settable


def test_real_device_describes_its_options(handle: Handle) -> None:
    """The test backend's descriptors are read as sane-backends documents them."""
    options = handle.options
    assert options["mode"].words == ("Gray", "Color")
    assert options["depth"].numbers == (1, 8, 16)
    assert options["resolution"].span == Range(1, 1200, 1)
    assert options["br-x"].unit is Unit.MM
    assert options["source"].words == ("Flatbed", "Automatic Document Feeder")
