"""From options to what a scanner can do: pure functions on a snapshot of the options.

A snapshot holds for one source and one mode: the adapter takes several, because a
feeder may have other lengths than the glass, and one mode other depths than another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from scanwright.devices.sane.binding import Unit
from scanwright.devices.sane.options import Option
from scanwright.devices.sane.words import Mode, sources
from scanwright.protocol.scanning import Depth, PixelType, Range, Source

__all__ = [
    "BEDS",
    "MM_PER_INCH",
    "SourceChoice",
    "bed_mm",
    "depths",
    "resolution_option",
    "resolutions",
    "scale_from_neutral",
    "scaled_range",
    "source_choices",
]

Options = Mapping[str, Option]

MM_PER_INCH: Final = 25.4
BEDS: Final = (210.0, 297.0)
"""Assumed when a driver does not tell: A4."""
FULL_SCALE: Final = 1000
SourceChoice = tuple[tuple[str, str | bool], ...]
"""Options and values that together choose a source."""


def source_choices(options: Options) -> dict[Source, SourceChoice]:
    """Return how to choose each source; a scanner that has no choice is a flatbed."""
    option = options.get("source")
    if option is None or not option.is_active or not option.words:
        return {Source.FLATBED: ()}
    words = sources(option.words)
    found: dict[Source, SourceChoice] = {
        source: (("source", word),) for source, word in words.items()
    }
    if not found:  # no word that we know: take what the driver has by itself
        return {Source.FLATBED: ()}
    if Source.FEEDER in words:
        found |= _duplex_by_switch(options, words[Source.FEEDER], found)
    return found


def depths(options: Options, mode: Mode, *, has_bw: bool) -> tuple[Depth, ...]:
    """Return what a mode delivers at which depths, best known first: 8, 16, 1.

    Gray at depth 1 is black and white, where there is no mode of its own for that.
    """
    kind, bits = mode
    if bits is not None:
        return (Depth(kind, bits),)
    option = options.get("depth")
    numbers = option.numbers if option and option.is_active else ()
    found = [Depth(kind, n) for n in (8, 16) if n in numbers] or [Depth(kind, 8)]
    if kind is PixelType.GRAY and 1 in numbers and not has_bw:
        found.append(Depth(PixelType.BW, 1))
    return tuple(found)


def resolution_option(options: Options) -> Option | None:
    """Return the option that holds the (horizontal) resolution."""
    names = ("resolution", "x-resolution", "scan-resolution")
    return next((options[name] for name in names if name in options), None)


def resolutions(options: Options, current_dpi: float) -> tuple[int, ...] | Range:
    """Return the resolutions to choose from, or the one that there is."""
    option = resolution_option(options)
    if option and option.is_settable:
        if isinstance(option.constraint, Range):
            span = option.constraint
            return Range(max(span.minimum, 1.0), span.maximum, span.step)
        values = sorted({round(value) for value in option.numbers if value >= 1})
        if values:
            return tuple(values)
    return (max(1, round(current_dpi)),)


def bed_mm(options: Options, current_dpi: float) -> tuple[float, float]:
    """Return width and height of what can be scanned."""
    return _length_mm(options, "x", current_dpi), _length_mm(options, "y", current_dpi)


def scaled_range(option: Option | None) -> Range | None:
    """Return the published range of brightness or contrast, if it can be set."""
    if option is None or not option.is_settable or option.span is None:
        return None
    span = option.span
    width = span.maximum - span.minimum
    if width <= 0:
        return None
    return Range(-FULL_SCALE, FULL_SCALE, 2 * FULL_SCALE * span.step / width)


def scale_from_neutral(value: int, option: Option, neutral: float) -> float:
    """Map -1000..1000 to the option's range, with 0 at the driver's own neutral."""
    span = option.span or Range(neutral, neutral)
    end = span.maximum if value > 0 else span.minimum
    exact = neutral + (end - neutral) * abs(value) / FULL_SCALE
    if span.step:
        exact = span.minimum + round((exact - span.minimum) / span.step) * span.step
    return min(max(exact, span.minimum), span.maximum)


def _duplex_by_switch(
    options: Options, feeder: str, found: Mapping[Source, SourceChoice]
) -> dict[Source, SourceChoice]:
    """Some backends (epson2, kodakaio) choose the sides by an option of its own."""
    if Source.DUPLEX in found:
        return {}
    sides = options.get("adf-mode") or options.get("adf_mode")
    if sides and "Duplex" in sides.words and "Simplex" in sides.words:
        return {
            Source.FEEDER: (("source", feeder), (sides.name, "Simplex")),
            Source.DUPLEX: (("source", feeder), (sides.name, "Duplex")),
        }
    if "duplex" in options and not options["duplex"].words:
        return {
            Source.FEEDER: (("source", feeder), ("duplex", False)),
            Source.DUPLEX: (("source", feeder), ("duplex", True)),
        }
    return {}


def _length_mm(options: Options, axis: str, current_dpi: float) -> float:
    near, far = options.get(f"tl-{axis}"), options.get(f"br-{axis}")
    default = BEDS[0 if axis == "x" else 1]
    if far is None or not far.is_active or far.span is None:
        return default
    start = near.span.minimum if near and near.span else 0.0
    length = far.span.maximum - start
    if far.unit is Unit.PIXEL:
        length = length / max(current_dpi, 1.0) * MM_PER_INCH
    return length if length > 0 else default
