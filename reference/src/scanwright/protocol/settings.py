"""From wishes to settings: what a request asks for, held against what a scanner can do.

The order of application is `settings`, then `caps`, then `config`: the later wins.
Values that a scanner does not have are refused by name; between the resolutions that it
has, the nearest is taken.

Implements: JOBS-order, JOBS-config-applies, JOBS-config-range,
JOBS-config-feeder-fallback, JOBS-config-count, DEV-settings, DEV-settings-round-trip.
"""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Final

from scanwright.errors import InvalidParameter
from scanwright.protocol.requests import Config
from scanwright.protocol.scanning import (
    Depth,
    DeviceDescription,
    InputDescription,
    PixelType,
    Range,
    Region,
    ScanSettings,
    Source,
)

__all__ = [
    "PAPER_SIZES",
    "UnsettableError",
    "apply_config",
    "apply_profile",
    "clamp_to_input",
    "current_input",
    "default_settings",
    "encode_profile",
    "supported_papers",
    "with_paper",
    "with_pixel_type",
    "with_resolution",
    "with_source",
]

PREFERRED_DPI: Final = 200
SIZE_TOLERANCE_MM: Final = 1.0
"""Beds are named for a paper that they miss by a fraction of a millimetre."""

PREFERRED_BITS: Final = {PixelType.BW: 1, PixelType.GRAY: 8, PixelType.RGB: 8}

PAPER_SIZES: Final[dict[int, tuple[str, float, float]]] = {
    1: ("A4", 210.0, 297.0),
    2: ("JIS B5", 182.0, 257.0),
    3: ("US Letter", 215.9, 279.4),
    4: ("US Legal", 215.9, 355.6),
    5: ("A5", 148.0, 210.0),
    6: ("ISO B4", 250.0, 353.0),
    7: ("ISO B6", 125.0, 176.0),
    9: ("US Ledger", 279.4, 431.8),
    10: ("US Executive", 184.15, 266.7),
    11: ("A3", 297.0, 420.0),
    13: ("A6", 105.0, 148.0),
}
"""TWAIN TWSS numbers to name, width and height in millimetres."""


class UnsettableError(ValueError):
    """The scanner does not have this value; the text says what it has."""


def default_settings(description: DeviceDescription) -> ScanSettings:
    """Return what an open scanner scans with when nobody asks for anything."""
    first = description.inputs[0]
    depth = _best_depth(first, PixelType.RGB)
    settings = ScanSettings(source=first.source, depth=depth, resolution_dpi=1)
    return replace(settings, resolution_dpi=_nearest(first, PREFERRED_DPI))


def current_input(
    description: DeviceDescription,
    settings: ScanSettings,
) -> InputDescription:
    """Return the input that `settings` scan from."""
    return description.input(settings.source) or description.inputs[0]


def with_source(
    description: DeviceDescription,
    settings: ScanSettings,
    *,
    feeder: bool | None = None,
    duplex: bool | None = None,
) -> ScanSettings:
    """Choose the input; what the scanner lacks falls back to what it has."""
    wants_feeder = settings.source is not Source.FLATBED if feeder is None else feeder
    wants_duplex = settings.source is Source.DUPLEX if duplex is None else duplex
    order = [Source.FLATBED, Source.FEEDER, Source.DUPLEX]
    if wants_feeder:
        order = [Source.FEEDER, Source.DUPLEX, Source.FLATBED]
        if wants_duplex:
            order = [Source.DUPLEX, Source.FEEDER, Source.FLATBED]
    source = next(s for s in order if description.input(s))
    return clamp_to_input(description, replace(settings, source=source))


def clamp_to_input(
    description: DeviceDescription,
    settings: ScanSettings,
) -> ScanSettings:
    """Fit depth, resolution and region to the input, which may have changed."""
    chosen = current_input(description, settings)
    depth = settings.depth
    if depth not in chosen.depths:
        depth = _best_depth(chosen, depth.pixel_type)
    return replace(
        settings,
        depth=depth,
        resolution_dpi=_nearest(chosen, settings.resolution_dpi),
        region=_clip(chosen, settings.region),
    )


def with_pixel_type(
    description: DeviceDescription,
    settings: ScanSettings,
    number: int,
) -> ScanSettings:
    """Choose a published pixel type."""
    chosen = current_input(description, settings)
    offered = sorted({d.pixel_type for d in chosen.depths})
    if number not in offered:
        names = ", ".join(f"{int(p)} ({p.name})" for p in offered)
        raise UnsettableError(f"must be one that the scanner has: {names}")
    wanted = PixelType(number)
    if settings.depth.pixel_type is wanted:
        return settings
    return replace(settings, depth=_best_depth(chosen, wanted))


def with_resolution(
    description: DeviceDescription,
    settings: ScanSettings,
    dpi: float,
) -> ScanSettings:
    """Choose the nearest resolution that the scanner has; `dpi` is in its range."""
    chosen = current_input(description, settings)
    low, high = _bounds(chosen)
    if not low <= dpi <= high:
        raise UnsettableError(f"must be from {low:g} to {high:g} dpi on this scanner")
    return replace(settings, resolution_dpi=_nearest(chosen, dpi))


def with_paper(
    description: DeviceDescription,
    settings: ScanSettings,
    number: int,
) -> ScanSettings:
    """Choose a TWSS paper size; 0 is all that the scanner can see."""
    if number == 0:
        return replace(settings, region=None)
    chosen = current_input(description, settings)
    if number not in supported_papers(chosen):
        fitting = supported_papers(chosen)
        names = ", ".join(f"{n} ({PAPER_SIZES[n][0]})" for n in fitting)
        raise UnsettableError(f"must be 0 or a size that fits: {names}")
    _, width, height = PAPER_SIZES[number]
    region = Region(left_mm=0, top_mm=0, width_mm=width, height_mm=height)
    return replace(settings, region=_clip(chosen, region))


def supported_papers(chosen: InputDescription) -> list[int]:
    """Return the TWSS numbers of all papers that fit the input."""
    return [
        number
        for number, (_, width, height) in PAPER_SIZES.items()
        if width <= chosen.width_mm + SIZE_TOLERANCE_MM
        and height <= chosen.height_mm + SIZE_TOLERANCE_MM
    ]


def apply_config(
    description: DeviceDescription,
    settings: ScanSettings,
    config: Config,
) -> ScanSettings:
    """Apply DeviceConfiguration.

    Raises:
        InvalidParameter: The scanner does not have a value; the member is named.
    """
    settings = with_source(
        description,
        settings,
        feeder=config.use_feeder,
        duplex=config.use_duplex,
    )
    steps = (
        ("PixelType", config.pixel_type, with_pixel_type),
        ("Resolution", config.resolution_dpi, with_resolution),
        ("PageSize", config.page_size, with_paper),
    )
    for name, value, step in steps:
        if value is None:
            continue
        try:
            settings = step(description, settings, value)
        except UnsettableError as error:
            raise InvalidParameter(f"config.{name} {error}.") from error
    if config.count is not None:
        limit = None if config.count == -1 else config.count
        settings = replace(settings, page_limit=limit)
    return settings


def encode_profile(settings: ScanSettings) -> str:
    """Write settings as the opaque base64 text of endpoint 10."""
    region = settings.region
    value = {
        "profile": 1,
        "source": settings.source,
        "pixelType": settings.depth.pixel_type,
        "bits": settings.depth.bits_per_sample,
        "dpi": settings.resolution_dpi,
        "region": region
        and [region.left_mm, region.top_mm, region.width_mm, region.height_mm],
        "brightness": settings.brightness,
        "contrast": settings.contrast,
        "pages": settings.page_limit,
    }
    return base64.b64encode(json.dumps(value).encode()).decode("ascii")


def apply_profile(description: DeviceDescription, profile: bytes) -> ScanSettings:
    """Read such a text back, fitted to this scanner.

    Raises:
        InvalidParameter: It was not written by `encode_profile`.
    """
    try:
        value = json.loads(profile)
        region = value["region"]
        settings = ScanSettings(
            source=Source(value["source"]),
            depth=Depth(PixelType(value["pixelType"]), int(value["bits"])),
            resolution_dpi=int(value["dpi"]),
            region=None if region is None else Region(*(float(r) for r in region)),
            brightness=int(value["brightness"]),
            contrast=int(value["contrast"]),
            page_limit=None if value["pages"] is None else int(value["pages"]),
        )
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
        raise InvalidParameter(
            "settings must be a text that scanner/settings gave out.",
        ) from error
    if description.input(settings.source) is None:
        settings = replace(settings, source=description.inputs[0].source)
    return clamp_to_input(description, settings)


def _best_depth(chosen: InputDescription, wanted: PixelType) -> Depth:
    """Return the usual depth of the wanted pixel type, or the richest that there is."""
    same = [d for d in chosen.depths if d.pixel_type is wanted]
    if not same:
        richest = max(chosen.depths, key=lambda d: d.pixel_type)
        return _best_depth(chosen, richest.pixel_type)
    usual = PREFERRED_BITS[wanted]
    return min(same, key=lambda d: abs(d.bits_per_sample - usual))


def _bounds(chosen: InputDescription) -> tuple[float, float]:
    offered = chosen.resolutions_dpi
    if isinstance(offered, Range):
        return offered.minimum, offered.maximum
    return min(offered), max(offered)


def _nearest(chosen: InputDescription, dpi: float) -> int:
    offered = chosen.resolutions_dpi
    if not isinstance(offered, Range):
        return min(offered, key=lambda r: (abs(r - dpi), r))
    inside = min(max(dpi, offered.minimum), offered.maximum)
    if offered.step:
        steps = round((inside - offered.minimum) / offered.step)
        inside = min(offered.minimum + steps * offered.step, offered.maximum)
    return max(1, round(inside))


def _clip(chosen: InputDescription, region: Region | None) -> Region | None:
    if region is None:
        return None
    left = min(max(region.left_mm, 0.0), chosen.width_mm)
    top = min(max(region.top_mm, 0.0), chosen.height_mm)
    width = min(region.width_mm, chosen.width_mm - left)
    height = min(region.height_mm, chosen.height_mm - top)
    if not (width > 0 and height > 0):
        return None
    return Region(left_mm=left, top_mm=top, width_mm=width, height_mm=height)
