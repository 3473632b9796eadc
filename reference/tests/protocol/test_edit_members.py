"""Edits and measurements as clients spell them."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.errors import InvalidParameter
from scanwright.protocol import edits
from scanwright.protocol.edit_members import (
    ANALYSES,
    EDITS,
    parse_analysis,
    parse_edit,
)
from scanwright.protocol.members import Members

AREA = {"left": -3, "top": 2, "right": 10, "bottom": 20}
RECTANGLE = edits.Rectangle(-3, 2, 10, 20)
SPELLED: list[tuple[dict[str, object], edits.Edit]] = [
    ({"kind": "rotate", "angle": 1.5}, edits.Rotate(1.5)),
    (
        {
            "kind": "rotate",
            "angle": -90,
            "keepSize": True,
            "interpolation": 5,
            "fill": "ff0080",
        },
        edits.Rotate(-90, True, edits.Interpolation.BEST, "ff0080"),  # noqa: FBT003 - a table
    ),
    ({"kind": "flip"}, edits.Flip()),
    ({"kind": "mirror"}, edits.Mirror()),
    ({"kind": "crop", **AREA}, edits.Crop(RECTANGLE)),
    ({"kind": "erase", **AREA, "fill": "000000"}, edits.Erase(RECTANGLE, "000000")),
    ({"kind": "resize", "width": 7, "height": 9}, edits.Resize(7, 9)),
    ({"kind": "setWidth", "width": 7, "fill": "00FF00"}, edits.SetWidth(7, "00FF00")),
    (
        {"kind": "setDpi", "x": 100, "y": 50, "resample": True, "interpolation": 1},
        edits.SetDpi(100, 50, True, edits.Interpolation.NEAREST),  # noqa: FBT003 - a table
    ),
    ({"kind": "setDepth", "bitsPerPixel": 24}, edits.SetDepth(24)),
    ({"kind": "gray"}, edits.ToGray()),
    ({"kind": "blackAndWhite"}, edits.ToBlackAndWhite()),
    ({"kind": "blackAndWhite", "threshold": 0}, edits.ToBlackAndWhite(0)),
    ({"kind": "invert"}, edits.Invert()),
    (
        {"kind": "adjust", "brightness": -1000, "contrast": 10},
        edits.AdjustTones(-1000, 10),
    ),
    (
        {"kind": "deskew", "keepSize": True, "interpolation": 3, "fill": "111111"},
        edits.Deskew(True, edits.Interpolation.BICUBIC, "111111"),  # noqa: FBT003 - a table
    ),
    ({"kind": "autoBorder"}, edits.Border()),
]
MEASURED: list[tuple[dict[str, object], edits.Analysis]] = [
    ({"kind": "skew"}, edits.FindSkew()),
    ({"kind": "skew", **AREA}, edits.FindSkew(RECTANGLE)),
    ({"kind": "border"}, edits.FindBorder()),
    ({"kind": "blank"}, edits.BlankByBlocks(20, 30)),
    (
        {"kind": "blank", "minBlockHeight": 5, "maxBlockHeight": 5},
        edits.BlankByBlocks(5, 5),
    ),
    ({"kind": "blank", "method": "deviation"}, edits.BlankByDeviation(128, 1.0)),
    (
        {"kind": "blank", "method": "deviation", "threshold": 9, "maxStdDev": 0.5},
        edits.BlankByDeviation(9, 0.5),
    ),
]


@pytest.mark.parametrize(("spelled", "edit"), SPELLED)
def test_every_edit_is_read(spelled: dict[str, object], edit: edits.Edit) -> None:
    """An edit is what its members say, with defaults; all of them are known."""
    members = Members(spelled)
    assert parse_edit(members) == edit
    assert members.unknown() == []


@pytest.mark.parametrize(("spelled", "analysis"), MEASURED)
def test_every_measurement_is_read(
    spelled: dict[str, object], analysis: edits.Analysis
) -> None:
    """A measurement is what its members say, with defaults; all of them are known."""
    members = Members(spelled)
    assert parse_analysis(members) == analysis
    assert members.unknown() == []


def test_no_kind_is_left_out() -> None:
    """The tables of this test have every kind of edit and measurement."""
    assert {spelled["kind"] for spelled, _ in SPELLED} == EDITS.keys()
    assert {spelled["kind"] for spelled, _ in MEASURED} == ANALYSES.keys()


@pytest.mark.parametrize(
    ("spelled", "name"),
    [
        ({}, "kind is missing"),
        ({"kind": "melt"}, "kind must be one of rotate, flip"),
        ({"kind": "rotate"}, "angle is missing"),
        ({"kind": "rotate", "angle": 361}, "angle must be from"),
        ({"kind": "rotate", "angle": float("nan")}, "angle must be from"),
        ({"kind": "rotate", "angle": 1, "interpolation": 4}, "interpolation must be"),
        ({"kind": "rotate", "angle": 1, "fill": "red"}, "fill must be a colour"),
        ({"kind": "crop", "left": 0, "top": 0, "right": 5}, "bottom is missing"),
        ({"kind": "crop", **AREA, "right": -3}, "right must be more than left"),
        ({"kind": "erase", **AREA, "bottom": 2}, "bottom must be more than top"),
        ({"kind": "resize", "width": 0, "height": 5}, "width must be from 1"),
        ({"kind": "setWidth", "width": 100_001}, "width must be from 1 to 100000"),
        ({"kind": "setDpi", "x": 300}, "y is missing"),
        ({"kind": "setDepth", "bitsPerPixel": 5}, "bitsPerPixel must be one of 1, 4"),
        ({"kind": "blackAndWhite", "threshold": 256}, "threshold must be from"),
        ({"kind": "adjust", "contrast": 1001}, "contrast must be from"),
    ],
)
def test_a_wrong_edit_is_refused_by_its_member(
    spelled: dict[str, object], name: str
) -> None:
    """The message names the member in full, and says what is wrong with it."""
    with pytest.raises(InvalidParameter) as caught:
        parse_edit(Members(spelled, "edits[2]"))
    assert caught.value.message.startswith(f"edits[2].{name}")


@pytest.mark.parametrize(
    ("spelled", "name"),
    [
        ({"kind": "rotate"}, "kind must be one of skew"),
        ({"kind": "skew", "left": 0}, "top is missing"),
        ({"kind": "blank", "method": "guess"}, "method must be one of"),
        ({"kind": "blank", "minBlockHeight": 0}, "minBlockHeight must be from 1"),
        ({"kind": "blank", "minBlockHeight": 31}, "minBlockHeight must not be more"),
        (
            {"kind": "blank", "method": "deviation", "maxStdDev": 100.5},
            "maxStdDev must be from 0 to 100",
        ),
    ],
)
def test_a_wrong_measurement_is_refused_by_its_member(
    spelled: dict[str, object], name: str
) -> None:
    """Heights are above 0 and in order, a deviation is from 0 to 100."""
    with pytest.raises(InvalidParameter, match=name):
        parse_analysis(Members(spelled))


NAMES = sorted({name for spelled, _ in [*SPELLED, *MEASURED] for name in spelled})
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=7)


@given(
    st.sampled_from([*EDITS, *ANALYSES]),
    st.dictionaries(st.sampled_from(NAMES), VALUES | st.integers(1, 300)),
)
def test_any_members_are_a_wish_or_refused(kind: str, rest: dict[str, object]) -> None:
    """No object leads to anything but a wish or InvalidParameter."""
    for parse in (parse_edit, parse_analysis):
        with contextlib.suppress(InvalidParameter):
            parse(Members({**rest, "kind": kind}))
