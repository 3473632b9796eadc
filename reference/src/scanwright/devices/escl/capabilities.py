"""What an eSCL scanner says about itself: its capabilities and its state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from scanwright.devices.escl.xml import Element, local_name, number, parse, text, texts
from scanwright.errors import Code, DeviceError
from scanwright.protocol.scanning import (
    Depth,
    DeviceDescription,
    InputDescription,
    PixelType,
    Range,
    Source,
)

__all__ = [
    "COLOR_MODES",
    "UNITS_PER_INCH",
    "Capabilities",
    "Level",
    "Status",
    "parse_capabilities",
    "parse_status",
]

UNITS_PER_INCH: Final = 300
MM_PER_UNIT: Final = 25.4 / UNITS_PER_INCH
COLOR_MODES: Final = {
    Depth(PixelType.RGB, 8): "RGB24",
    Depth(PixelType.RGB, 16): "RGB48",
    Depth(PixelType.GRAY, 8): "Grayscale8",
    Depth(PixelType.GRAY, 16): "Grayscale16",
    Depth(PixelType.BW, 1): "BlackAndWhite1",
}
"""Best first."""
CAPS_NAMES: Final = {
    "PlatenInputCaps": Source.FLATBED,
    "AdfSimplexInputCaps": Source.FEEDER,
    "AdfDuplexInputCaps": Source.DUPLEX,
}
PNG, JPEG = "image/png", "image/jpeg"
ADF_FAULTS: Final = {
    "ScannerAdfJam": (Code.FEEDER_JAM, "has a paper jam. Clear it and scan again"),
    "ScannerAdfHatchOpen": (Code.COVER_OPEN, "has its cover open. Close it"),
    "ScannerAdfMultipickDetected": (
        Code.DOUBLE_FEED,
        "drew in several sheets at once. Put them in again, and scan again",
    ),
    "ScannerAdfMispick": (Code.FEEDER_JAM, "could not draw in the next sheet"),
    "ScannerAdfInputTrayFailed": (Code.FEEDER_JAM, "has a failed input tray"),
    "ScannerAdfInputTrayOverloaded": (Code.FEEDER_JAM, "has too much paper in it"),
}


@dataclass(frozen=True, slots=True)
class Level:
    """Brightness or contrast on the device's own scale."""

    minimum: int
    maximum: int
    normal: int
    step: int

    def scaled(self, value: int) -> int:
        """Map -1000..1000 to the device's scale, with 0 at its normal."""
        end = self.maximum if value > 0 else self.minimum
        return round(self.normal + (end - self.normal) * abs(value) / 1000)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the scanner can do, and the format that it is best asked for."""

    model: str
    version: str
    description: DeviceDescription
    document_format: str
    has_format_extension: bool
    brightness: Level | None
    contrast: Level | None


@dataclass(frozen=True, slots=True)
class Status:
    """The scanner's state; `jobs` are job states by the last part of their URI."""

    state: str
    adf_state: str
    jobs: dict[str, str]

    def adf_fault(self, device: str) -> DeviceError | None:
        """Return what is wrong with the feeder."""
        if self.adf_state not in ADF_FAULTS:
            return None
        code, meaning = ADF_FAULTS[self.adf_state]
        return DeviceError(f"{device} {meaning} ({self.adf_state}).", code=code)


def parse_capabilities(data: bytes) -> Capabilities:
    """Read ScannerCapabilities; a `DeviceError` if nothing can be scanned with them."""
    root = parse(data, "ScannerCapabilities")
    formats = {
        name.lower()
        for tag in ("DocumentFormat", "DocumentFormatExt")
        for name in texts(root, tag)
    }
    if not formats & {PNG, JPEG}:
        raise DeviceError(
            "The scanner offers neither PNG nor JPEG.", code=Code.CAPABILITY_UNSUPPORTED
        )
    is_lossless = PNG in formats
    inputs = [
        found
        for element in root.iter()
        if (found := _input(element, root, is_lossless=is_lossless)) is not None
    ]
    if not inputs:
        raise DeviceError(
            "The scanner names no source with a colour mode and a resolution.",
            code=Code.CAPABILITY_UNSUPPORTED,
        )
    brightness = _level(root, "BrightnessSupport")
    contrast = _level(root, "ContrastSupport")
    return Capabilities(
        model=text(root, "MakeAndModel"),
        version=text(root, "Version") or "2.0",
        description=DeviceDescription(
            inputs=tuple(inputs),
            brightness=_range(brightness),
            contrast=_range(contrast),
        ),
        document_format=PNG if is_lossless else JPEG,
        has_format_extension=bool(texts(root, "DocumentFormatExt")),
        brightness=brightness,
        contrast=contrast,
    )


def parse_status(data: bytes) -> Status:
    """Read ScannerStatus."""
    root = parse(data, "ScannerStatus")
    infos = (item for item in root.iter() if local_name(item) == "JobInfo")
    return Status(
        state=text(root, "State"),
        adf_state=text(root, "AdfState"),
        jobs={
            text(job, "JobUri").rstrip("/").rpartition("/")[2]: text(job, "JobState")
            for job in infos
        },
    )


def _input(
    element: Element, root: Element, *, is_lossless: bool
) -> InputDescription | None:
    source = CAPS_NAMES.get(local_name(element))
    if source is None:
        return None
    profiles = list(_profiles(element, root))
    depths = _depths(profiles, is_lossless=is_lossless)
    resolutions = _resolutions(profiles)
    width, height = number(element, "MaxWidth"), number(element, "MaxHeight")
    if not depths or not resolutions or width <= 0 or height <= 0:
        return None
    return InputDescription(
        source=source,
        width_mm=width * MM_PER_UNIT,
        height_mm=height * MM_PER_UNIT,
        depths=depths,
        resolutions_dpi=resolutions,
    )


def _profiles(element: Element, root: Element) -> Iterator[Element]:
    """Yield an input's setting profiles; some devices only refer to one elsewhere."""
    for profile in element.iter():
        if local_name(profile) != "SettingProfile":
            continue
        reference = profile.get("ref")
        named = (
            item
            for item in root.iter()
            if local_name(item) == "SettingProfile" and item.get("name") == reference
        )
        yield next(named, profile) if reference else profile


def _depths(profiles: list[Element], *, is_lossless: bool) -> tuple[Depth, ...]:
    """Return the depths that arrive as they are: in a JPEG every sample has 8 bits."""
    offered = {mode for profile in profiles for mode in texts(profile, "ColorMode")}
    return tuple(
        depth
        for depth, mode in COLOR_MODES.items()
        if mode in offered and (is_lossless or depth.bits_per_sample == 8)
    )


def _resolutions(profiles: list[Element]) -> tuple[int, ...] | Range | None:
    """Return what all the profiles offer; a range counts when there are no numbers."""
    discrete = {
        int(value)
        for profile in profiles
        for item in profile.iter()
        if local_name(item) == "DiscreteResolution"
        for value in (text(item, "XResolution"),)
        if value == text(item, "YResolution") and value.isdecimal() and int(value) > 0
    }
    if discrete:
        return tuple(sorted(discrete))
    for profile in profiles:
        for item in profile.iter():
            if local_name(item) == "XResolutionRange":
                return Range(
                    number(item, "Min"), number(item, "Max"), number(item, "Step", 1)
                )
    return None


def _level(root: Element, name: str) -> Level | None:
    element = next((item for item in root.iter() if local_name(item) == name), None)
    if element is None:
        return None
    low, high = number(element, "Min"), number(element, "Max")
    if low >= high:
        return None
    normal = number(element, "Normal", (low + high) // 2)
    return Level(low, high, normal, number(element, "Step", 1))


def _range(level: Level | None) -> Range | None:
    if level is None:
        return None
    return Range(-1000, 1000, 2000 * level.step / (level.maximum - level.minimum))
