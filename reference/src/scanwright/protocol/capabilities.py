"""A scanner's abilities in the published form: TWAIN numbers, containers, labels.

Each row of the table is one capability: its number and label, how it reads from a
description and the current settings, and how it is set, if it can be. SANE and eSCL
know no such numbers; a page that was written for TWAIN draws its controls from them.

Implements: DEV-capabilities, DEV-capabilities-core, DEV-capabilities-filter,
JOBS-caps-apply, JOBS-caps-exception.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

from scanwright.errors import InvalidParameter
from scanwright.protocol.requests import CapabilityWish
from scanwright.protocol.scanning import (
    Depth,
    DeviceDescription,
    PixelType,
    Range,
    ScanSettings,
    Source,
)
from scanwright.protocol.settings import (
    PAPER_SIZES,
    UnsettableError,
    clamp_to_input,
    current_input,
    default_settings,
    supported_papers,
    with_paper,
    with_pixel_type,
    with_resolution,
    with_source,
)

__all__ = ["apply_capabilities", "capability_details"]

Details = dict[str, object]
MM_PER_INCH: Final = 25.4


class _Container(IntEnum):
    ENUMERATION = 4
    ONE_VALUE = 5
    RANGE = 6


class _ValueType(IntEnum):
    INT16 = 1
    UINT16 = 4
    BOOL = 6
    FIX32 = 7


_CONTAINER_LABELS: Final = {
    _Container.ENUMERATION: "TWON_ENUMERATION",
    _Container.ONE_VALUE: "TWON_ONEVALUE",
    _Container.RANGE: "TWON_RANGE",
}

_READ: Final = ("get", "getdefault", "getcurrent")
_WRITE: Final = ("get", "set", "reset", "getdefault", "getcurrent")


@dataclass(frozen=True, slots=True)
class _Value:
    """A capability as it stands: one value, a choice of several, or a range."""

    current: float
    default: float
    choices: tuple[float, ...] | Range | None = None


_Reader = Callable[[DeviceDescription, ScanSettings], _Value | None]
_Setter = Callable[[DeviceDescription, ScanSettings, float], ScanSettings]


@dataclass(frozen=True, slots=True)
class _Capability:
    number: int
    label: str
    value_type: _ValueType
    read: _Reader
    set: _Setter | None = None


def capability_details(
    description: DeviceDescription,
    settings: ScanSettings,
    numbers: Collection[int] | None = None,
) -> list[Details]:
    """Return CapabilityDetails of all capabilities, or of those in `numbers`."""
    details = []
    for capability in _TABLE:
        if numbers is not None and capability.number not in numbers:
            continue
        value = capability.read(description, settings)
        if value is not None:
            details.append(_details(capability, value))
    return details


def apply_capabilities(
    description: DeviceDescription,
    settings: ScanSettings,
    wishes: Iterable[CapabilityWish],
) -> tuple[ScanSettings, list[str]]:
    """Set capabilities in the order given; return also what was skipped, and why.

    Raises:
        InvalidParameter: One whose failure is not to be ignored cannot be set.
    """
    skipped: list[str] = []
    for wish in wishes:
        try:
            settings = _set(description, settings, wish)
        except UnsettableError as error:
            if wish.is_strict:
                raise InvalidParameter(f"{wish.path} {error}.") from error
            skipped.append(f"{wish.path} {error}")
    return settings, skipped


def _set(
    description: DeviceDescription,
    settings: ScanSettings,
    wish: CapabilityWish,
) -> ScanSettings:
    capability = _BY_NUMBER.get(wish.number)
    if capability is None or capability.read(description, settings) is None:
        raise UnsettableError(f"names capability {wish.number}, which is not there")
    if capability.set is None:
        raise UnsettableError(f"names {capability.label}, which can only be read")
    if wish.value is None:
        raise UnsettableError(f"is no value of {capability.label}")
    return capability.set(description, settings, wish.value)


def _details(capability: _Capability, value: _Value) -> Details:
    container = _container(value)
    kind = capability.value_type
    common: Details = {
        "capability": {"value": capability.number, "label": capability.label},
        "conType": {"value": int(container), "label": _CONTAINER_LABELS[container]},
        "valueType": int(kind),
        "query": list(_WRITE if capability.set else _READ),
        "curValue": _spell(value.current, kind),
        "defaultValue": _spell(value.default, kind),
    }
    if isinstance(value.choices, Range):
        return common | {
            "minValue": _spell(value.choices.minimum, kind),
            "maxValue": _spell(value.choices.maximum, kind),
            "stepSize": _spell(value.choices.step or 1, kind),
        }
    if value.choices is not None:
        return common | {
            "enums": [_spell(choice, kind) for choice in value.choices],
            "curIndex": value.choices.index(value.current),
            "defIndex": value.choices.index(value.default),
        }
    return common


def _container(value: _Value) -> _Container:
    if value.choices is None:
        return _Container.ONE_VALUE
    if isinstance(value.choices, Range):
        return _Container.RANGE
    return _Container.ENUMERATION


def _spell(value: float, kind: _ValueType) -> bool | float:
    if kind is _ValueType.BOOL:
        return bool(value)
    if kind is _ValueType.FIX32:
        return round(float(value), 4)
    return int(value)


def _constant(value: float) -> _Reader:
    return lambda _description, _settings: _Value(value, value)


def _defaults(description: DeviceDescription, settings: ScanSettings) -> ScanSettings:
    """Return the defaults of the chosen input: they differ from glass to tray."""
    default = replace(default_settings(description), source=settings.source)
    return clamp_to_input(description, default)


def _has_feeder(description: DeviceDescription) -> bool:
    return any(i.source is not Source.FLATBED for i in description.inputs)


def _count(_description: DeviceDescription, settings: ScanSettings) -> _Value:
    return _Value(-1 if settings.page_limit is None else settings.page_limit, -1)


def _set_count(
    _description: DeviceDescription,
    settings: ScanSettings,
    value: float,
) -> ScanSettings:
    if value != -1 and not 1 <= value <= 32767:
        raise UnsettableError("must be -1 or from 1 to 32767")
    return replace(settings, page_limit=None if value == -1 else int(value))


def _pixel_type(description: DeviceDescription, settings: ScanSettings) -> _Value:
    depths = current_input(description, settings).depths
    return _Value(
        settings.depth.pixel_type,
        _defaults(description, settings).depth.pixel_type,
        tuple(sorted({int(d.pixel_type) for d in depths})),
    )


def _set_pixel_type(
    description: DeviceDescription,
    settings: ScanSettings,
    value: float,
) -> ScanSettings:
    return with_pixel_type(description, settings, _whole(value))


def _bit_depth(description: DeviceDescription, settings: ScanSettings) -> _Value:
    pixel_type = settings.depth.pixel_type
    depths = current_input(description, settings).depths
    offered = sorted(_bits(d) for d in depths if d.pixel_type is pixel_type)
    usual = with_pixel_type(description, _defaults(description, settings), pixel_type)
    return _Value(_bits(settings.depth), _bits(usual.depth), tuple(offered))


def _set_bit_depth(
    description: DeviceDescription,
    settings: ScanSettings,
    value: float,
) -> ScanSettings:
    """Take a depth of the current pixel type first, then of any other."""
    depths = current_input(description, settings).depths
    fitting = [d for d in depths if _bits(d) == value]
    if not fitting:
        offered = ", ".join(str(b) for b in sorted({_bits(d) for d in depths}))
        raise UnsettableError(f"must be a depth that the scanner has: {offered}")
    fitting.sort(key=lambda d: d.pixel_type is not settings.depth.pixel_type)
    return replace(settings, depth=fitting[0])


def _bits(depth: Depth) -> int:
    return depth.bits_per_sample * (3 if depth.pixel_type is PixelType.RGB else 1)


def _resolution(description: DeviceDescription, settings: ScanSettings) -> _Value:
    offered = current_input(description, settings).resolutions_dpi
    default = _defaults(description, settings).resolution_dpi
    if not isinstance(offered, Range):
        choices = tuple(sorted({*offered, settings.resolution_dpi, default}))
        return _Value(settings.resolution_dpi, default, choices)
    return _Value(settings.resolution_dpi, default, offered)


def _feeder_enabled(
    description: DeviceDescription,
    settings: ScanSettings,
) -> _Value:
    default = default_settings(description).source is not Source.FLATBED
    return _Value(settings.source is not Source.FLATBED, default)


def _set_feeder_enabled(
    description: DeviceDescription,
    settings: ScanSettings,
    value: float,
) -> ScanSettings:
    if value and not _has_feeder(description):
        raise UnsettableError("must be false: the scanner has no feeder")
    return with_source(description, settings, feeder=bool(value))


def _feeder_loaded(
    description: DeviceDescription,
    _settings: ScanSettings,
) -> _Value | None:
    loaded = description.feeder_loaded
    return None if loaded is None else _Value(loaded, loaded)


def _duplex(description: DeviceDescription, _settings: ScanSettings) -> _Value:
    one_pass = description.input(Source.DUPLEX) is not None
    return _Value(one_pass, one_pass)


def _duplex_enabled(
    description: DeviceDescription,
    settings: ScanSettings,
) -> _Value | None:
    if description.input(Source.DUPLEX) is None:
        return None
    return _Value(settings.source is Source.DUPLEX, 0)


def _set_duplex_enabled(
    description: DeviceDescription,
    settings: ScanSettings,
    value: float,
) -> ScanSettings:
    source = Source.DUPLEX if value else Source.FEEDER
    if description.input(source) is None:
        raise UnsettableError("must be true: the feeder always scans both sides")
    return clamp_to_input(description, replace(settings, source=source))


def _paper(description: DeviceDescription, settings: ScanSettings) -> _Value:
    chosen = current_input(description, settings)
    fitting = supported_papers(chosen)
    region = settings.region
    current = 0
    if region is not None and not region.left_mm and not region.top_mm:
        current = next(
            (
                number
                for number in fitting
                if abs(PAPER_SIZES[number][1] - region.width_mm) <= 1
                and abs(PAPER_SIZES[number][2] - region.height_mm) <= 1
            ),
            0,
        )
    return _Value(current, 0, (0, *fitting))


def _set_paper(
    description: DeviceDescription,
    settings: ScanSettings,
    value: float,
) -> ScanSettings:
    return with_paper(description, settings, _whole(value))


def _width(description: DeviceDescription, settings: ScanSettings) -> _Value:
    inches = current_input(description, settings).width_mm / MM_PER_INCH
    return _Value(inches, inches)


def _height(description: DeviceDescription, settings: ScanSettings) -> _Value:
    inches = current_input(description, settings).height_mm / MM_PER_INCH
    return _Value(inches, inches)


def _brightness(
    description: DeviceDescription,
    settings: ScanSettings,
) -> _Value | None:
    if description.brightness is None:
        return None
    return _Value(settings.brightness, 0, _SLIDER)


def _set_brightness(
    _description: DeviceDescription,
    settings: ScanSettings,
    value: float,
) -> ScanSettings:
    return replace(settings, brightness=_slider(value))


def _contrast(
    description: DeviceDescription,
    settings: ScanSettings,
) -> _Value | None:
    if description.contrast is None:
        return None
    return _Value(settings.contrast, 0, _SLIDER)


def _set_contrast(
    _description: DeviceDescription,
    settings: ScanSettings,
    value: float,
) -> ScanSettings:
    return replace(settings, contrast=_slider(value))


_SLIDER: Final = Range(-1000, 1000, 1)


def _slider(value: float) -> int:
    if not _SLIDER.minimum <= value <= _SLIDER.maximum:
        raise UnsettableError("must be from -1000 to 1000")
    return round(value)


def _whole(value: float) -> int:
    if value != int(value):
        raise UnsettableError("must be a whole number")
    return int(value)


_TABLE: Final = (
    _Capability(1, "CAP_XFERCOUNT", _ValueType.INT16, _count, _set_count),
    _Capability(257, "ICAP_PIXELTYPE", _ValueType.UINT16, _pixel_type, _set_pixel_type),
    _Capability(258, "ICAP_UNITS", _ValueType.UINT16, _constant(0)),
    _Capability(259, "ICAP_XFERMECH", _ValueType.UINT16, _constant(0)),
    _Capability(
        4098,
        "CAP_FEEDERENABLED",
        _ValueType.BOOL,
        _feeder_enabled,
        _set_feeder_enabled,
    ),
    _Capability(4099, "CAP_FEEDERLOADED", _ValueType.BOOL, _feeder_loaded),
    _Capability(4114, "CAP_DUPLEX", _ValueType.UINT16, _duplex),
    _Capability(
        4115,
        "CAP_DUPLEXENABLED",
        _ValueType.BOOL,
        _duplex_enabled,
        _set_duplex_enabled,
    ),
    _Capability(4116, "CAP_ENABLEDSUIONLY", _ValueType.BOOL, _constant(0)),
    _Capability(4117, "CAP_CUSTOMDSDATA", _ValueType.BOOL, _constant(1)),
    _Capability(
        4353, "ICAP_BRIGHTNESS", _ValueType.FIX32, _brightness, _set_brightness
    ),
    _Capability(4355, "ICAP_CONTRAST", _ValueType.FIX32, _contrast, _set_contrast),
    _Capability(4369, "ICAP_PHYSICALWIDTH", _ValueType.FIX32, _width),
    _Capability(4370, "ICAP_PHYSICALHEIGHT", _ValueType.FIX32, _height),
    _Capability(
        4376, "ICAP_XRESOLUTION", _ValueType.FIX32, _resolution, with_resolution
    ),
    _Capability(
        4377, "ICAP_YRESOLUTION", _ValueType.FIX32, _resolution, with_resolution
    ),
    _Capability(4386, "ICAP_SUPPORTEDSIZES", _ValueType.UINT16, _paper, _set_paper),
    _Capability(4395, "ICAP_BITDEPTH", _ValueType.UINT16, _bit_depth, _set_bit_depth),
)

_BY_NUMBER: Final = {capability.number: capability for capability in _TABLE}
