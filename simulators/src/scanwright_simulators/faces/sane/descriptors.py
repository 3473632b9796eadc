"""Which options a model has, in the words and numbers that SANE frontends know.

Groups, then options within them, in the order in which frontends show them. Lengths of
the bed are rounded to a tenth of a millimetre, as people write paper sizes: the end of
a range always means the edge of the bed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntFlag
from typing import Final

from scanwright_simulators.device import Input, Mode, Model
from scanwright_simulators.device.settings import MM_PER_INCH, STEPS_PER_INCH
from scanwright_simulators.faces.sane.protocol import (
    Constraint,
    Descriptor,
    Range,
    Type,
    Unit,
)

__all__ = [
    "COVER_OPEN",
    "FIXED_ONE",
    "MODES",
    "PAGE_LOADED",
    "SENSOR",
    "Cap",
    "Option",
    "Value",
    "options_of",
    "sources_of",
]

Value = int | str
"""Numbers and switches are words, FIXED ones in their 16.16 form; the rest is text."""

FIXED_ONE: Final = 1 << 16
USUAL_DPI: Final = 300
MODES: Final = {Mode.BW: "Lineart", Mode.GRAY: "Gray", Mode.COLOR: "Color"}
PAGE_LOADED: Final = "page-loaded"
COVER_OPEN: Final = "cover-open"


class Cap(IntFlag):
    """What can be done with an option, by the numbers of the SANE standard."""

    NONE = 0
    SOFT_SELECT = 1
    HARD_SELECT = 2
    SOFT_DETECT = 4
    INACTIVE = 32
    ADVANCED = 64


SETTABLE: Final = Cap.SOFT_SELECT | Cap.SOFT_DETECT
SENSOR: Final = Cap.HARD_SELECT | Cap.SOFT_DETECT | Cap.ADVANCED
"""Buttons and sensors are these, and nothing else is."""


@dataclass(frozen=True, slots=True)
class Option:
    """An option, what can be done with it, and its value at the beginning."""

    descriptor: Descriptor
    cap: Cap = SETTABLE
    default: Value = 0


def sources_of(model: Model) -> dict[str, Input]:
    """Return the inputs of `model` by what frontends call them, the default first."""
    words = {
        Input.PLATEN: "Flatbed",
        Input.FEEDER: "ADF",
        Input.DUPLEX: "ADF Duplex",
    }
    return {words[source]: source for source in model.inputs}


def options_of(model: Model) -> tuple[Option, ...]:
    """Return all options of `model`; the first says how many they are."""
    rest = (
        *_mode_options(model),
        *_geometry_options(model),
        *_enhancement_options(model),
        *_buttons(model),
        *_sensors(model),
    )
    count = Descriptor(
        "",
        "Number of options",
        "Read-only option that says how many options a device has.",
        Type.INT,
    )
    return (Option(count, Cap.SOFT_DETECT, len(rest) + 1), *rest)


def _mode_options(model: Model) -> Iterator[Option]:
    yield _group("standard", "Scan mode", "Source, mode and resolution.")
    modes = tuple(MODES[mode] for mode in model.modes)
    yield _choice(
        "mode",
        "Scan mode",
        "Whether a page is scanned in black and white, gray or colour.",
        modes,
        default="Color" if Mode.COLOR in model.modes else modes[0],
    )
    yield _numbers(
        "depth",
        "Bit depth",
        "Bits of one sample.",
        (Unit.BIT, model.depths),
        default=model.depths[0],
    )
    yield _numbers(
        "resolution",
        "Scan resolution",
        "Dots per inch of the scanned page.",
        (Unit.DPI, model.resolutions_dpi),
        default=min(model.resolutions_dpi, key=lambda dpi: abs(dpi - USUAL_DPI)),
    )
    sources = tuple(sources_of(model))
    yield _choice(
        "source",
        "Scan source",
        "Where the paper comes from.",
        sources,
        default=sources[0],
    )


def _geometry_options(model: Model) -> Iterator[Option]:
    yield _group("geometry", "Geometry", "The part of the bed that is scanned.")
    width, height = _edge(model.bed.width), _edge(model.bed.height)
    for name, title, text, edge, default in (
        ("tl-x", "Top-left x", "Where the scan begins, from the left.", width, 0),
        ("tl-y", "Top-left y", "Where the scan begins, from the top.", height, 0),
        ("br-x", "Bottom-right x", "Where the scan ends, from the left.", width, width),
        (
            "br-y",
            "Bottom-right y",
            "Where the scan ends, from the top.",
            height,
            height,
        ),
    ):
        range_mm = Range(0, edge)
        descriptor = Descriptor(name, title, text, Type.FIXED, Unit.MM, 4, range_mm)
        yield Option(descriptor, default=default)


def _enhancement_options(model: Model) -> Iterator[Option]:
    yield _group("enhancement", "Enhancement", "How light becomes numbers.")
    percent = Range(-100, 100, 1)
    yield _number("brightness", "Brightness", "How light the page becomes.", percent, 0)
    yield _number("contrast", "Contrast", "How far dark and light are.", percent, 0)
    if Mode.BW in model.modes:
        yield _number(
            "threshold",
            "Threshold",
            "In black and white, whatever is at least that light becomes white.",
            Range(1, 255, 1),
            128,
        )
    if model.has_feeder:
        yield Option(
            Descriptor(
                "blank-page-removal",
                "Blank page removal",
                "Leave out pages of the feeder that have nothing on them.",
                Type.BOOL,
            ),
        )


def _buttons(model: Model) -> Iterator[Option]:
    if model.buttons:
        yield _group("buttons", "Buttons", "Buttons of the scanner, yes once a press.")
    for name in model.buttons:
        title = f"{name.capitalize()} button"
        text = f"Whether {name} was pressed since this was read."
        yield Option(Descriptor(name, title, text, Type.BOOL), SENSOR)


def _sensors(model: Model) -> Iterator[Option]:
    yield _group("sensors", "Sensors", "What the scanner sees of itself.")
    if model.has_feeder:
        yield Option(
            Descriptor(
                PAGE_LOADED,
                "Page loaded",
                "Whether there is paper in the feeder.",
                Type.BOOL,
            ),
            SENSOR,
        )
    yield Option(
        Descriptor(COVER_OPEN, "Cover open", "Whether a cover is open.", Type.BOOL),
        SENSOR,
    )


def _edge(length: int) -> int:
    """Return the 16.16 millimetres that stand for an edge of the bed."""
    return round(round(length * MM_PER_INCH / STEPS_PER_INCH, 1) * FIXED_ONE)


def _group(name: str, title: str, text: str) -> Option:
    return Option(Descriptor(name, title, text, Type.GROUP, size=0), Cap.NONE)


def _choice(
    name: str,
    title: str,
    text: str,
    words: tuple[str, ...],
    *,
    default: str,
) -> Option:
    size = max(len(word) for word in words) + 1
    descriptor = Descriptor(name, title, text, Type.STRING, Unit.NONE, size, words)
    return Option(descriptor, default=default)


def _numbers(
    name: str,
    title: str,
    text: str,
    offer: tuple[Unit, tuple[int, ...]],
    *,
    default: int,
) -> Option:
    unit, numbers = offer
    descriptor = Descriptor(name, title, text, Type.INT, unit, 4, numbers)
    return Option(descriptor, default=default)


def _number(
    name: str,
    title: str,
    text: str,
    constraint: Constraint,
    default: int,
) -> Option:
    descriptor = Descriptor(name, title, text, Type.INT, Unit.NONE, 4, constraint)
    return Option(descriptor, default=default)
