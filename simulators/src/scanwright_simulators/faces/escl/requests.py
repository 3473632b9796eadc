"""ScanSettings: what a host asks for, read strictly and filled with defaults. Pure.

What the device does not have is refused with a list of what it has; what no device
could mean is no message at all. Elements that are not known are passed over, as devices
do, but those that nearly were something are told as near misses.

A region counts as it is: one that leaves the bed anywhere is refused, never clipped,
and so are several. An intent gives defaults for what a request leaves out:

    intent          mode   dpi  region
    --------------  -----  ---  ---------------------------
    (none)          color  300  the bed
    Document        gray   300  the bed
    TextAndGraphic  color  300  the bed
    Photo           color  600  the bed
    Preview         color   75  the bed
    BusinessCard    color  300  3.5 x 2.2 inches

Of modes and resolutions that the device lacks, the nearest that it has.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final
from xml.etree import ElementTree as ET

from scanwright_simulators.device import (
    Input,
    Levels,
    Mode,
    Model,
    Region,
    ScanSettings,
    Size,
)
from scanwright_simulators.device.journal import nearest
from scanwright_simulators.device.settings import STEPS_PER_INCH
from scanwright_simulators.errors import MessageError, SettingsRefused
from scanwright_simulators.faces.escl.documents import PWG, SCAN, parse, short_name

__all__ = [
    "COLOR_MODES",
    "INTENTS",
    "SCALES",
    "UNIT",
    "JobRequest",
    "Scale",
    "parse_job_request",
]

UNIT: Final = STEPS_PER_INCH // 300
"""Steps of the engine in eSCL's unit of length."""

MM: Final = STEPS_PER_INCH / 25.4
UNITS: Final[Mapping[str, float]] = {
    "ThreeHundredthsOfInches": UNIT,
    "ThousandthsOfInches": STEPS_PER_INCH / 1000,
    "HundredthsOfMillimeters": MM / 100,
    "TenthsOfMillimeters": MM / 10,
    "Millimeters": MM,
    "Inches": STEPS_PER_INCH,
}
"""Steps in each unit that a region may come in, whatever its prefix."""

COLOR_MODES: Final = {
    Mode.BW: "BlackAndWhite1",
    Mode.GRAY: "Grayscale8",
    Mode.COLOR: "RGB24",
}
NUMBER: Final = re.compile(r"[+-]?[0-9]{1,9}")
TRUTHS: Final = {"true": True, "1": True, "false": False, "0": False}
MOST_MISSES: Final = 20
MOST_LOOKED_AT: Final = 200
"""Elements; an honest ScanSettings has thirty."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How eSCL counts a level, and where the engine's neutral value lies on it."""

    low: int
    high: int
    normal: int


SCALES: Final = {
    "Brightness": Scale(0, 2000, 1000),
    "Contrast": Scale(0, 2000, 1000),
    "Threshold": Scale(0, 255, 128),
}


@dataclass(frozen=True, slots=True)
class Intent:
    """What an intent stands for where a request says nothing."""

    mode: Mode = Mode.COLOR
    resolution_dpi: int = 300
    size: Size | None = None


NO_INTENT: Final = Intent()
INTENTS: Final[Mapping[str, Intent]] = {
    "Document": Intent(Mode.GRAY),
    "TextAndGraphic": Intent(),
    "Photo": Intent(resolution_dpi=600),
    "Preview": Intent(resolution_dpi=75),
    "BusinessCard": Intent(size=Size(4200, 2640)),
}

ELEMENTS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            *("ScanRegions", "ScanRegion", "ContentRegionUnits", "Version"),
            *("XOffset", "YOffset", "Width", "Height"),
            *("InputSource", "DocumentFormat", "ContentType"),
        ),
        PWG,
    ),
    **dict.fromkeys(
        (
            *("ScanSettings", "Intent", "ColorMode", "DocumentFormatExt", "Duplex"),
            *("XResolution", "YResolution", "CompressionFactor", *SCALES),
            *("BlankPageDetection", "BlankPageDetectionAndRemoval"),
        ),
        SCAN,
    ),
}
"""What a ScanSettings may hold, with the namespace of each."""


@dataclass(frozen=True, slots=True)
class JobRequest:
    """What a host wants scanned, the type of file that it wants, and near misses.

    With `wants_blankness` it will ask which pages were blank.
    """

    settings: ScanSettings
    mime: str
    wants_blankness: bool = False
    near: tuple[str, ...] = ()


def parse_job_request(
    body: bytes,
    model: Model,
    formats: Sequence[str],
) -> JobRequest:
    """Return what `body` asks for, with the device's defaults for what it leaves out.

    Raises:
        MessageError: `body` is not a ScanSettings document.
        SettingsRefused: it is one, and names something that the device does not know.
    """
    root = parse(body)
    if root.tag != f"{{{SCAN}}}ScanSettings":
        raise MessageError(
            f"the root is {root.tag[:100]}, not ScanSettings of the namespace {SCAN}",
        )
    intent = _read_intent(root)
    wants_removal = _flag(root, "BlankPageDetectionAndRemoval")
    settings = ScanSettings(
        input=_read_input(root, model),
        mode=_read_mode(root, model, intent),
        resolution_dpi=_read_resolution(root, model, intent),
        region=_read_region(root, model, intent),
        levels=_read_levels(root),
        skip_blank=wants_removal,
    )
    return JobRequest(
        settings,
        _read_format(root, formats),
        wants_blankness=wants_removal or _flag(root, "BlankPageDetection"),
        near=near_misses(root),
    )


def near_misses(root: ET.Element) -> tuple[str, ...]:
    """Explain the elements that were passed over and are close to known ones."""
    misses: list[str] = []
    for element in islice(root.iter(), MOST_LOOKED_AT):
        space, _, name = element.tag.rpartition("}")
        if ELEMENTS.get(name) == space.lstrip("{"):
            continue
        if found := _meant(name[:60]):
            meant = short_name(f"{{{ELEMENTS[found]}}}{found}")
            miss = f"{element.tag[:100]} was ignored; {meant} would have been taken"
            misses.append(miss)
        if len(misses) == MOST_MISSES:
            break
    return tuple(misses)


@lru_cache(maxsize=MOST_LOOKED_AT)
def _meant(name: str) -> str:
    """Return the element that `name` may mean, itself if there is one of that name."""
    found = [name] if name in ELEMENTS else nearest(name, list(ELEMENTS))
    return found[0] if found else ""


def _text(root: ET.Element, space: str, name: str) -> str:
    found = root.find(f".//{{{space}}}{name}")
    return (found.text or "").strip() if found is not None else ""


def _number(root: ET.Element, space: str, name: str, default: int) -> int:
    text = _text(root, space, name)
    if not text:
        return default
    if not NUMBER.fullmatch(text):
        raise MessageError(f"{name} is no whole number: {text[:40]!r}")
    return int(text)


def _flag(root: ET.Element, name: str) -> bool:
    text = _text(root, SCAN, name) or "false"
    if text not in TRUTHS:
        raise MessageError(f"{name} is neither true nor false: {text[:40]!r}")
    return TRUTHS[text]


def _refused(what: str, wish: str, offer: Sequence[str]) -> SettingsRefused:
    found = nearest(wish[:60], offer)
    return SettingsRefused(
        f"no {what} {wish[:60]}; there are: {', '.join(offer)}",
        near=tuple(f"{what} {name} would have been taken" for name in found[:1]),
    )


def _read_format(root: ET.Element, formats: Sequence[str]) -> str:
    mime = _text(root, SCAN, "DocumentFormatExt") or _text(root, PWG, "DocumentFormat")
    if mime and mime not in formats:
        raise _refused("format", mime, formats)
    return mime or formats[0]


def _read_intent(root: ET.Element) -> Intent:
    name = _text(root, SCAN, "Intent")
    if name and name not in INTENTS:
        raise _refused("Intent", name, tuple(INTENTS))
    return INTENTS.get(name, NO_INTENT)


def _read_input(root: ET.Element, model: Model) -> Input:
    source = _text(root, PWG, "InputSource")
    is_duplex = _flag(root, "Duplex")
    if not source:
        return model.inputs[0]
    if source == "Platen":
        return Input.PLATEN
    if source != "Feeder":
        raise _refused("InputSource", source, ("Platen", "Feeder"))
    return Input.DUPLEX if is_duplex else Input.FEEDER


def _read_mode(root: ET.Element, model: Model, intent: Intent) -> Mode:
    name = _text(root, SCAN, "ColorMode")
    if not name:
        return intent.mode if intent.mode in model.modes else model.modes[-1]
    for mode in model.modes:
        if COLOR_MODES[mode] == name:
            return mode
    raise _refused("ColorMode", name, [COLOR_MODES[mode] for mode in model.modes])


def _read_resolution(root: ET.Element, model: Model, intent: Intent) -> int:
    wish = intent.resolution_dpi
    default = min(model.resolutions_dpi, key=lambda dpi: abs(dpi - wish))
    x = _number(root, SCAN, "XResolution", default)
    y = _number(root, SCAN, "YResolution", x)
    if x != y:
        raise SettingsRefused(f"XResolution {x} and YResolution {y} must be equal")
    return x


def _read_region(root: ET.Element, model: Model, intent: Intent) -> Region | None:
    regions = root.findall(f".//{{{PWG}}}ScanRegion")
    if len(regions) > 1:
        raise SettingsRefused(
            f"{len(regions)} scan regions; the device takes one (MaxScanRegions)",
        )
    if not regions:
        return _default_region(model, intent)
    region = regions[0]
    units = _text(region, PWG, "ContentRegionUnits") or "ThreeHundredthsOfInches"
    factor = UNITS.get(units.rpartition(":")[2])
    if factor is None:
        raise _refused("ContentRegionUnits", units, tuple(UNITS))
    left, top, width, height = (
        round(factor * _number(region, PWG, name, 0))
        for name in ("XOffset", "YOffset", "Width", "Height")
    )
    return Region(left, top, width, height)


def _default_region(model: Model, intent: Intent) -> Region | None:
    if intent.size is None:
        return None
    width = min(intent.size.width, model.bed.width)
    return Region(0, 0, width, min(intent.size.height, model.bed.height))


def _read_levels(root: ET.Element) -> Levels:
    brightness, contrast = (
        (value - SCALES[name].normal) * 100 // (SCALES[name].high - SCALES[name].normal)
        for name in ("Brightness", "Contrast")
        for value in (_level(root, name),)
    )
    # The engine's darkest threshold is 1: with 0 all pixels would be white.
    return Levels(brightness, contrast, max(1, _level(root, "Threshold")))


def _level(root: ET.Element, name: str) -> int:
    scale = SCALES[name]
    value = _number(root, SCAN, name, scale.normal)
    if not scale.low <= value <= scale.high:
        raise SettingsRefused(
            f"no {name} {value}; it goes from {scale.low} to {scale.high}",
            near=(f"{min(max(value, scale.low), scale.high)} would have been taken",),
        )
    return value
