"""A page's wish for a scan: by name, and held against what the scanner can do.

Where REST speaks in numbers of TWAIN, the page channel says `duplex`, `gray`, `300`.
What is not named stays as it is set; what the scanner lacks is refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from scanwright.errors import InvalidParameter
from scanwright.protocol.members import Members
from scanwright.protocol.scanning import (
    Depth,
    DeviceDescription,
    PixelType,
    Range,
    Region,
    ScanSettings,
    Source,
)
from scanwright.protocol.settings import (
    UnsettableError,
    clamp_to_input,
    current_input,
    with_pixel_type,
    with_resolution,
)

__all__ = [
    "PIXEL_TYPES",
    "ScanWish",
    "apply_wish",
    "description_object",
    "parse_wish",
    "settings_object",
]

PIXEL_TYPES: Final = {
    "bw": PixelType.BW,
    "gray": PixelType.GRAY,
    "colour": PixelType.RGB,
}
NAMES: Final[Mapping[PixelType, str]] = {
    kind: name for name, kind in PIXEL_TYPES.items()
}
DEPTHS: Final = (1, 8, 16)
MOST_MM: Final = 10_000.0
MOST_PAGES: Final = 32_767


@dataclass(frozen=True, slots=True)
class ScanWish:
    """What a page asks for; None leaves it to the scanner."""

    source: Source | None = None
    pixel_type: PixelType | None = None
    bits: int | None = None
    resolution_dpi: int | None = None
    region: Region | None = None
    brightness: int | None = None
    contrast: int | None = None
    page_limit: int | None = None


def parse_wish(members: Members) -> ScanWish:
    """Read the `settings` of a scan.

    Raises:
        InvalidParameter: A member is mistyped or out of range; it is named.
    """
    source = members.choice("source", tuple(Source))
    pixel_type = members.choice("pixelType", tuple(PIXEL_TYPES))
    bits = members.integer("bits", minimum=1, maximum=16)
    if bits is not None and bits not in DEPTHS:
        members.refuse("bits", "must be 1, 8 or 16")
    return ScanWish(
        source=None if source is None else Source(source),
        pixel_type=None if pixel_type is None else PIXEL_TYPES[pixel_type],
        bits=bits,
        resolution_dpi=members.integer("resolutionDpi", minimum=1, maximum=65535),
        region=_region(members.nested("region")) if "region" in members else None,
        brightness=members.integer("brightness", minimum=-1000, maximum=1000),
        contrast=members.integer("contrast", minimum=-1000, maximum=1000),
        page_limit=members.integer("pageLimit", minimum=1, maximum=MOST_PAGES),
    )


def apply_wish(
    description: DeviceDescription, settings: ScanSettings, wish: ScanWish
) -> ScanSettings:
    """Return the settings with what is wished for.

    Raises:
        InvalidParameter: The scanner does not have it; the member is named.
    """
    if wish.source is not None:
        settings = _with_source(description, settings, wish.source)
    try:
        name = "pixelType"
        if wish.pixel_type is not None:
            settings = with_pixel_type(description, settings, wish.pixel_type)
        name = "bits"
        if wish.bits is not None:
            settings = _with_bits(description, settings, wish.bits)
        name = "resolutionDpi"
        if wish.resolution_dpi is not None:
            settings = with_resolution(description, settings, wish.resolution_dpi)
    except UnsettableError as error:
        raise InvalidParameter(f"settings.{name} {error}.") from error
    return replace(
        clamp_to_input(
            description,
            replace(settings, region=wish.region or settings.region),
        ),
        brightness=_or(wish.brightness, settings.brightness),
        contrast=_or(wish.contrast, settings.contrast),
        page_limit=wish.page_limit or settings.page_limit,
    )


def description_object(description: DeviceDescription) -> dict[str, object]:
    """Spell what a scanner can do."""
    return {
        "inputs": [
            {
                "source": each.source,
                "widthMm": round(each.width_mm, 2),
                "heightMm": round(each.height_mm, 2),
                "depths": [_depth_object(depth) for depth in each.depths],
                "resolutionsDpi": _range_object(each.resolutions_dpi)
                if isinstance(each.resolutions_dpi, Range)
                else list(each.resolutions_dpi),
            }
            for each in description.inputs
        ],
        "brightness": description.brightness and _range_object(description.brightness),
        "contrast": description.contrast and _range_object(description.contrast),
        "feederLoaded": description.feeder_loaded,
    }


def settings_object(settings: ScanSettings) -> dict[str, object]:
    """Spell how a scanner is set."""
    region = settings.region
    return {
        "source": settings.source,
        **_depth_object(settings.depth),
        "resolutionDpi": settings.resolution_dpi,
        "region": region
        and {
            "left": region.left_mm,
            "top": region.top_mm,
            "width": region.width_mm,
            "height": region.height_mm,
        },
        "brightness": settings.brightness,
        "contrast": settings.contrast,
        "pageLimit": settings.page_limit,
    }


def _region(members: Members) -> Region:
    def length(name: str, minimum: float) -> float:
        value = members.number(name, minimum=minimum, maximum=MOST_MM)
        if value is None:
            members.refuse(name, "is missing: it is in millimetres")
        return value

    return Region(
        left_mm=length("left", 0.0),
        top_mm=length("top", 0.0),
        width_mm=length("width", 0.1),
        height_mm=length("height", 0.1),
    )


def _with_source(
    description: DeviceDescription, settings: ScanSettings, source: Source
) -> ScanSettings:
    if description.input(source) is None:
        offered = ", ".join(each.source for each in description.inputs)
        raise InvalidParameter(
            f"settings.source must be one that the scanner has: {offered}."
        )
    return clamp_to_input(description, replace(settings, source=source))


def _with_bits(
    description: DeviceDescription, settings: ScanSettings, bits: int
) -> ScanSettings:
    wanted = Depth(settings.depth.pixel_type, bits)
    offered = current_input(description, settings).depths
    if wanted not in offered:
        fitting = sorted(
            depth.bits_per_sample
            for depth in offered
            if depth.pixel_type is wanted.pixel_type
        )
        raise UnsettableError(
            f"must be one that the scanner has: {', '.join(map(str, fitting))}"
        )
    return replace(settings, depth=wanted)


def _depth_object(depth: Depth) -> dict[str, object]:
    return {"pixelType": NAMES[depth.pixel_type], "bits": depth.bits_per_sample}


def _range_object(values: Range) -> dict[str, object]:
    return {"minimum": values.minimum, "maximum": values.maximum, "step": values.step}


def _or(wish: int | None, present: int) -> int:
    return present if wish is None else wish
