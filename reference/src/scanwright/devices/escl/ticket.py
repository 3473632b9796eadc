"""The scan ticket: the XML that a job is asked for with."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape

from scanwright.devices.escl.capabilities import (
    COLOR_MODES,
    UNITS_PER_INCH,
    Capabilities,
)
from scanwright.protocol.scanning import Region, ScanSettings, Source

__all__ = ["units", "write_ticket"]

MM_PER_INCH: Final = 25.4
HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<scan:ScanSettings xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm"'
    ' xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03">'
)


def units(length_mm: float) -> int:
    """Return a length in three-hundredths of an inch."""
    return round(length_mm / MM_PER_INCH * UNITS_PER_INCH)


def write_ticket(
    settings: ScanSettings, region: Region, capabilities: Capabilities
) -> bytes:
    """Return the ticket for settings that the device has; order as in the schema."""
    mime = capabilities.document_format
    parts = [
        HEAD,
        _tag("pwg:Version", capabilities.version),
        "<pwg:ScanRegions><pwg:ScanRegion>",
        _tag("pwg:Height", units(region.height_mm)),
        _tag("pwg:ContentRegionUnits", "escl:ThreeHundredthsOfInches"),
        _tag("pwg:Width", units(region.width_mm)),
        _tag("pwg:XOffset", units(region.left_mm)),
        _tag("pwg:YOffset", units(region.top_mm)),
        "</pwg:ScanRegion></pwg:ScanRegions>",
        _tag("pwg:InputSource", _input_source(settings.source)),
        _tag("scan:ColorMode", COLOR_MODES[settings.depth]),
        _tag("pwg:DocumentFormat", mime),
    ]
    if capabilities.has_format_extension:
        parts.append(_tag("scan:DocumentFormatExt", mime))
    parts += [
        _tag("scan:XResolution", settings.resolution_dpi),
        _tag("scan:YResolution", settings.resolution_dpi),
    ]
    if settings.source is not Source.FLATBED:
        is_duplex = settings.source is Source.DUPLEX
        parts.append(_tag("scan:Duplex", str(is_duplex).lower()))
    if capabilities.brightness and settings.brightness:
        level = capabilities.brightness.scaled(settings.brightness)
        parts.append(_tag("scan:Brightness", level))
    if capabilities.contrast and settings.contrast:
        level = capabilities.contrast.scaled(settings.contrast)
        parts.append(_tag("scan:Contrast", level))
    return "".join([*parts, "</scan:ScanSettings>"]).encode()


def _input_source(source: Source) -> str:
    return "Platen" if source is Source.FLATBED else "Feeder"


def _tag(name: str, value: object) -> str:
    return f"<{name}>{escape(str(value))}</{name}>"
