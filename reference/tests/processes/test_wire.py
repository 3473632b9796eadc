"""Values to JSON and back."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.processes.wire import from_json, to_json
from scanwright.protocol.scanning import (
    Depth,
    DeviceDescription,
    DeviceId,
    DeviceType,
    InputDescription,
    PageFormat,
    PixelType,
    Range,
    ScanSettings,
    Source,
)

# Before the strategies are made; a NaN would not equal itself.
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
VALUES = st.one_of(
    st.from_type(DeviceDescription),
    st.from_type(DeviceId),
    st.from_type(InputDescription),
    st.from_type(PageFormat),
    st.from_type(ScanSettings),
)


@given(VALUES)
def test_round_trip(value: object) -> None:
    """Every value of the protocol comes back equal, through real JSON text."""
    assert from_json(type(value), json.loads(json.dumps(to_json(value)))) == value


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Depth, {"pixel_type": 9, "bits_per_sample": 8}),
        (Depth, {"pixel_type": 1}),
        (Depth, {"pixel_type": 1, "bits_per_sample": 8, "more": 1}),
        (Depth, {"pixel_type": 1, "bits_per_sample": "8"}),
        (Depth, {"pixel_type": 1, "bits_per_sample": True}),
        (Depth, [1, 8]),
        (Range, {"minimum": 1, "maximum": None, "step": 0}),
        (DeviceDescription, {"inputs": 1}),
        (int, None),
    ],
)
def test_other_values_are_refused(kind: type[object], value: object) -> None:
    """A missing, additional or mistyped member is an error, not a guess."""
    with pytest.raises(ValueError, match="is no"):
        from_json(kind, value)


def test_tuples_have_their_length() -> None:
    """A pair is two values."""
    page = to_json(PageFormat(1, 1, Depth(PixelType.GRAY, 8), (3, 4), Source.FLATBED))
    assert isinstance(page, dict)
    page["resolution_dpi"] = [3]
    with pytest.raises(ValueError, match="2 items"):
        from_json(PageFormat, page)


def test_whole_numbers_may_stand_for_others() -> None:
    """JSON writes 1.0 as 1 now and then."""
    value = from_json(Range, {"minimum": 1, "maximum": 2, "step": 0})
    assert isinstance(value.minimum, float)


def test_what_has_no_place_is_refused() -> None:
    """Bytes and the like do not slip into a message."""
    with pytest.raises(TypeError, match="bytes"):
        to_json(b"page")


@dataclass(frozen=True)
class Left:
    """One of two without members."""


@dataclass(frozen=True)
class Right:
    """The other."""


@dataclass(frozen=True)
class Way:
    """Where to go."""

    turn: Left | Right | None


def test_a_union_of_dataclasses_says_which_one() -> None:
    """Their members do not tell; with their names, each is itself."""
    for turn in (Left(), Right(), None):
        assert from_json(Way, to_json(Way(turn))) == Way(turn)
    assert to_json(Way(Right())) == {"turn": {"is": "Right", "of": {}}}


@pytest.mark.parametrize(
    "turn",
    [
        {},
        {"is": "Right"},
        {"is": "Right", "of": {"x": 1}},
        {"is": "Way", "of": {}},
        {"is": [], "of": {}},
        {"is": "Right", "of": {}, "or": {}},
        "Right",
    ],
)
def test_a_union_is_not_guessed(turn: object) -> None:
    """Without a name, or with another one, there is no value."""
    with pytest.raises(ValueError, match="is no"):
        from_json(Way, {"turn": turn})


def test_flags_keep_all_their_bits() -> None:
    """A mask of several types is one value."""
    mask = DeviceType.SANE | DeviceType.ESCL
    assert from_json(DeviceType, to_json(mask)) == mask
