"""How a client spells edits and measurements: one object with a `kind`, read to a wish.

`{"kind": "rotate", "angle": 1.5, "keepSize": true}` becomes `Rotate`. Members that are
absent have the published defaults; those that name a size or a place have none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from scanwright.errors import InvalidParameter
from scanwright.protocol.edits import (
    WHITE,
    AdjustTones,
    Analysis,
    BlankByBlocks,
    BlankByDeviation,
    Border,
    Crop,
    Deskew,
    Edit,
    Erase,
    FindBorder,
    FindSkew,
    Flip,
    Interpolation,
    Invert,
    Mirror,
    Rectangle,
    Resize,
    Rotate,
    SetDepth,
    SetDpi,
    SetWidth,
    ToBlackAndWhite,
    ToGray,
    red_green_blue,
)
from scanwright.protocol.members import Members

__all__ = ["parse_analysis", "parse_edit"]

LARGEST_ANGLE: Final = 360
LONGEST_SIDE_PX: Final = 100_000
FURTHEST_PX: Final = 1_000_000
"""A place may lie outside of the page; this only bounds the number."""
HIGHEST_DPI: Final = 65_535
"""What the density of a JPEG file can hold."""
DEPTHS: Final = (1, 4, 8, 16, 24, 48)
SIDES: Final = ("left", "top", "right", "bottom")


def parse_edit(members: Members) -> Edit:
    """Read one edit.

    Raises:
        InvalidParameter: A member is missing, mistyped or out of range; it is named.
    """
    return EDITS[_kind(members, EDITS)](members)


def parse_analysis(members: Members) -> Analysis:
    """Read one measurement.

    Raises:
        InvalidParameter: A member is missing, mistyped or out of range; it is named.
    """
    return ANALYSES[_kind(members, ANALYSES)](members)


def _kind(members: Members, kinds: Mapping[str, object]) -> str:
    kind = members.choice("kind", kinds.keys())
    if kind is None:
        members.refuse("kind", f"is missing: it must be one of {', '.join(kinds)}")
    return kind


def _rotate(members: Members) -> Rotate:
    angle = members.number("angle", minimum=-LARGEST_ANGLE, maximum=LARGEST_ANGLE)
    if angle is None:
        members.refuse("angle", "is missing")
    return Rotate(
        angle=angle,
        keep_size=members.boolean("keepSize", default=False),
        interpolation=_interpolation(members),
        fill=_fill(members),
    )


def _deskew(members: Members) -> Deskew:
    return Deskew(
        keep_size=members.boolean("keepSize", default=False),
        interpolation=_interpolation(members),
        fill=_fill(members),
    )


def _resize(members: Members) -> Resize:
    return Resize(
        width_px=_required(members, "width", 1, LONGEST_SIDE_PX),
        height_px=_required(members, "height", 1, LONGEST_SIDE_PX),
        interpolation=_interpolation(members),
    )


def _set_width(members: Members) -> SetWidth:
    width = _required(members, "width", 1, LONGEST_SIDE_PX)
    return SetWidth(width, _fill(members))


def _set_dpi(members: Members) -> SetDpi:
    return SetDpi(
        x_dpi=_required(members, "x", 1, HIGHEST_DPI),
        y_dpi=_required(members, "y", 1, HIGHEST_DPI),
        resample=members.boolean("resample", default=False),
        interpolation=_interpolation(members),
    )


def _set_depth(members: Members) -> SetDepth:
    bits = _required(members, "bitsPerPixel", min(DEPTHS), max(DEPTHS))
    if bits not in DEPTHS:
        members.refuse("bitsPerPixel", f"must be one of {_listed(DEPTHS)}")
    return SetDepth(bits)


def _black_and_white(members: Members) -> ToBlackAndWhite:
    return ToBlackAndWhite(members.integer("threshold", minimum=0, maximum=255))


def _adjust(members: Members) -> AdjustTones:
    return AdjustTones(
        brightness=members.integer(
            "brightness", minimum=-1000, maximum=1000, default=0
        ),
        contrast=members.integer("contrast", minimum=-1000, maximum=1000, default=0),
    )


def _skew(members: Members) -> FindSkew:
    has_area = any(side in members for side in SIDES)
    return FindSkew(_area(members) if has_area else None)


def _blank(members: Members) -> BlankByDeviation | BlankByBlocks:
    if members.choice("method", ("deviation", "blocks")) == "deviation":
        return BlankByDeviation(
            threshold=members.integer("threshold", minimum=0, maximum=255, default=128),
            max_std_dev=members.number(
                "maxStdDev", minimum=0, maximum=100, default=1.0
            ),
        )
    lowest = members.integer(
        "minBlockHeight", minimum=1, maximum=LONGEST_SIDE_PX, default=20
    )
    highest = members.integer(
        "maxBlockHeight", minimum=1, maximum=LONGEST_SIDE_PX, default=30
    )
    if lowest > highest:
        members.refuse("minBlockHeight", f"must not be more than {highest}")
    return BlankByBlocks(lowest, highest)


def _area(members: Members) -> Rectangle:
    left, top, right, bottom = (
        _required(members, side, -FURTHEST_PX, FURTHEST_PX) for side in SIDES
    )
    if right <= left:
        members.refuse("right", "must be more than left")
    if bottom <= top:
        members.refuse("bottom", "must be more than top")
    return Rectangle(left, top, right, bottom)


def _required(members: Members, name: str, minimum: int, maximum: int) -> int:
    value = members.integer(name, minimum=minimum, maximum=maximum)
    if value is None:
        members.refuse(name, "is missing")
    return value


def _interpolation(members: Members) -> Interpolation:
    known = [int(number) for number in Interpolation]
    number = members.integer(
        "interpolation",
        minimum=min(known),
        maximum=max(known),
        default=Interpolation.BILINEAR,
    )
    if number not in known:
        members.refuse("interpolation", f"must be one of {_listed(known)}")
    return Interpolation(number)


def _fill(members: Members) -> str:
    fill = members.text("fill")
    if fill is None:
        return WHITE
    try:
        red_green_blue(fill)
    except InvalidParameter:
        members.refuse("fill", "must be a colour of six hexadecimal digits")
    return fill


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))


EDITS: Final[Mapping[str, Callable[[Members], Edit]]] = {
    "rotate": _rotate,
    "flip": lambda _: Flip(),
    "mirror": lambda _: Mirror(),
    "crop": lambda members: Crop(_area(members)),
    "erase": lambda members: Erase(_area(members), _fill(members)),
    "resize": _resize,
    "setWidth": _set_width,
    "setDpi": _set_dpi,
    "setDepth": _set_depth,
    "gray": lambda _: ToGray(),
    "blackAndWhite": _black_and_white,
    "invert": lambda _: Invert(),
    "adjust": _adjust,
    "deskew": _deskew,
    "autoBorder": lambda _: Border(),
}
ANALYSES: Final[Mapping[str, Callable[[Members], Analysis]]] = {
    "skew": _skew,
    "border": lambda _: FindBorder(),
    "blank": _blank,
}
