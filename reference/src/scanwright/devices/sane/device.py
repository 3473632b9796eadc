"""An open SANE scanner as a `Device`."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from scanwright.devices.port import Cancelled, PageSink
from scanwright.devices.sane.binding import Status, Unit
from scanwright.devices.sane.frames import PageReader, depth_of
from scanwright.devices.sane.library import Sane
from scanwright.devices.sane.options import Option, OptionValue
from scanwright.devices.sane.status import failure
from scanwright.devices.sane.survey import (
    MM_PER_INCH,
    bed_mm,
    depths,
    resolution_option,
    resolutions,
    scale_from_neutral,
    scaled_range,
    source_choices,
)
from scanwright.devices.sane.words import Mode, modes
from scanwright.errors import Code, DeviceError
from scanwright.protocol.scanning import (
    Depth,
    DeviceDescription,
    InputDescription,
    PixelType,
    Region,
    ScanSettings,
    Source,
)

__all__ = ["SaneDevice"]

PATIENCE_S: Final = {Status.DEVICE_BUSY: 5.0, Status.WARMING_UP: 120.0}
"""How long a start is tried again; the caller's own deadline may come first."""
RETRY_S: Final = 0.25
LEVELS: Final = ("brightness", "contrast")

log = logging.getLogger(__name__)


class SaneDevice:
    """A scanner behind libsane."""

    def __init__(self, sane: Sane, address: str) -> None:
        self._handle = sane.open(address)
        self._cancelled = threading.Event()
        self._settings: ScanSettings | None = None
        self._dpi = (0, 0)
        # What the driver thinks neutral is unknown until somebody moves it.
        self._neutral = {
            name: self._number(option)
            for name in LEVELS
            if (option := self._option(name)) and option.is_settable
        }
        self._description = self._survey()

    def describe(self) -> DeviceDescription:
        """Say what the scanner can do."""
        return self._description

    def configure(self, settings: ScanSettings) -> ScanSettings:
        """Set everything, in the order in which options depend on each other."""
        self._choose_source(settings.source)
        self._choose_depth(settings.depth)
        self._choose_resolution(settings.resolution_dpi)
        self._choose_levels(settings)
        bed = self._description.input(settings.source)
        region = settings.region
        if bed is not None:
            whole = Region(0.0, 0.0, bed.width_mm, bed.height_mm)
            region = self._choose_region(region or whole)
        self._dpi = self._current_dpi()
        frame = self._handle.parameters()
        found = replace(settings, region=region, resolution_dpi=self._dpi[0])
        if frame.format <= 1:
            found = replace(found, depth=depth_of(frame, self._handle.name))
        self._settings = found
        return found

    def scan(self, sink: PageSink) -> None:
        """Deliver pages; see the port."""
        settings = self._settings
        if settings is None:
            raise DeviceError("The scanner was not configured.")
        reader = PageReader(self._handle, sink, self._cancelled.is_set)
        limit = settings.page_limit
        if settings.source is Source.FLATBED:
            limit = 1
        try:
            for number in self._started_pages(limit):
                side = number % 2 if settings.source is Source.DUPLEX else 0
                reader.read(settings.source, side, self._dpi)
        except Cancelled:
            log.info("%s: the scan was cancelled", self._handle.name)
        finally:
            # Due after the last page, and after any error before the next call.
            self._handle.cancel()

    def cancel(self) -> None:
        """Raise a flag: calling a driver in mid-read breaks too many of them."""
        self._cancelled.set()

    def close(self) -> None:
        """Close the device."""
        self._handle.close()

    def _started_pages(self, limit: int | None) -> Iterator[int]:
        """Start page after page; yields the number of each, from 0 on."""
        number = 0
        while limit is None or number < limit:
            status = self._start(is_first=number == 0)
            if status is Status.NO_DOCS and number > 0:
                return
            if status is not Status.GOOD:
                raise failure(status, self._handle.name, "starting a page")
            yield number
            number += 1

    def _start(self, *, is_first: bool) -> Status:
        """Start a page, and again while the scanner is busy or cold.

        Between pages nothing is cancelled: that would end the batch, and what is in
        the feeder might come again from its first sheet.
        """
        begun = time.monotonic()
        while True:
            if self._cancelled.is_set():
                raise Cancelled
            status = self._handle.start()
            if time.monotonic() - begun >= PATIENCE_S.get(status, 0.0):
                return status
            if is_first:
                self._handle.cancel()
            self._cancelled.wait(RETRY_S)

    def _survey(self) -> DeviceDescription:
        """Try every source, and tell of each what its options say then."""
        choices = source_choices(self._handle.options)
        initial = self._initial("source", "mode", "depth")
        current = initial.get("source")
        first = sorted(choices, key=lambda s: ("source", current) not in choices[s])
        inputs = []
        for source in first:
            try:
                inputs.append(self._survey_input(source))
            except DeviceError as error:
                log.warning("%s is left out: %s", source, error.message)
        if not inputs:
            raise DeviceError(
                f"{self._handle.name} lets none of its sources be chosen.",
                code=Code.CAPABILITY_UNSUPPORTED,
            )
        for name, value in initial.items():
            self._set(name, value)
        return DeviceDescription(
            inputs=tuple(inputs),
            brightness=scaled_range(self._option("brightness")),
            contrast=scaled_range(self._option("contrast")),
            feeder_loaded=self._feeder_loaded(),
        )

    def _survey_input(self, source: Source) -> InputDescription:
        self._choose_source(source)
        dpi = self._current_dpi()[0]
        width_mm, height_mm = bed_mm(self._handle.options, dpi)
        return InputDescription(
            source=source,
            width_mm=width_mm,
            height_mm=height_mm,
            depths=tuple(depth for depth, _, _ in self._depth_choices()),
            resolutions_dpi=resolutions(self._handle.options, dpi),
        )

    def _depth_choices(self) -> list[tuple[Depth, str | None, int | None]]:
        """Return every depth with the mode and the value of `depth` that make it.

        Colour comes first, then gray, then black and white.
        """
        words = self._modes()
        if not words:
            depth = depth_of(self._handle.parameters(), self._handle.name)
            return [(depth, None, None)]
        has_bw = any(kind is PixelType.BW for kind, _ in words.values())
        found: dict[Depth, tuple[Depth, str | None, int | None]] = {}
        for word, mode in words.items():
            self._set("mode", word)
            for depth in depths(self._handle.options, mode, has_bw=has_bw):
                bits = None if mode[1] else depth.bits_per_sample
                found.setdefault(depth, (depth, word, bits))
        return sorted(found.values(), key=lambda choice: -choice[0].pixel_type)

    def _modes(self) -> dict[str, Mode]:
        option = self._option("mode")
        return modes(option.words) if option and option.is_settable else {}

    def _choose_source(self, source: Source) -> None:
        choices = source_choices(self._handle.options)
        if source not in choices:
            raise DeviceError(
                f"{self._handle.name} has no {source}.",
                code=Code.CAPABILITY_UNSUPPORTED,
            )
        for name, value in choices[source]:
            self._set(name, value)

    def _choose_depth(self, depth: Depth) -> None:
        for found, word, bits in self._depth_choices():
            if found == depth:
                if word is not None:
                    self._set("mode", word)
                option = self._option("depth")
                if bits is not None and option and option.is_settable:
                    self._set("depth", bits)
                return
        raise DeviceError(
            f"{self._handle.name} has no {depth.pixel_type.name} "
            f"at {depth.bits_per_sample} bits.",
            code=Code.CAPABILITY_UNSUPPORTED,
        )

    def _choose_resolution(self, dpi: int) -> None:
        option = resolution_option(self._handle.options)
        if option and option.is_settable:
            self._set(option.name, dpi)
        vertical = self._option("y-resolution")
        if vertical and vertical.is_settable:
            self._set("y-resolution", dpi)

    def _choose_levels(self, settings: ScanSettings) -> None:
        for name in self._neutral:
            option = self._option(name)
            if option and option.is_settable:
                value = getattr(settings, name)
                self._set(name, scale_from_neutral(value, option, self._neutral[name]))

    def _choose_region(self, region: Region) -> Region:
        """Set the corners; the upper left one first goes out of the way."""
        ends = {
            "x": (region.left_mm, region.left_mm + region.width_mm),
            "y": (region.top_mm, region.top_mm + region.height_mm),
        }
        for axis in ends:
            self._place(f"tl-{axis}", 0.0)
        for axis, (_, end) in ends.items():
            self._place(f"br-{axis}", end)
        for axis, (start, _) in ends.items():
            self._place(f"tl-{axis}", start)
        left, right = (
            self._corner("tl-x", ends["x"][0]),
            self._corner("br-x", ends["x"][1]),
        )
        top, bottom = (
            self._corner("tl-y", ends["y"][0]),
            self._corner("br-y", ends["y"][1]),
        )
        return Region(left, top, right - left, bottom - top)

    def _place(self, name: str, length_mm: float) -> None:
        option = self._option(name)
        if option is None or not option.is_settable:
            return
        value = length_mm
        if option.unit is Unit.PIXEL:
            value = length_mm / MM_PER_INCH * self._current_dpi()[0]
        span = option.span
        if span is not None:
            origin = self._origin(name)
            value = min(max(value + origin, span.minimum), span.maximum)
        self._set(name, value)

    def _corner(self, name: str, default_mm: float) -> float:
        option = self._option(name)
        if option is None or not option.is_active:
            return default_mm
        value = self._number(option) - self._origin(name)
        if option.unit is Unit.PIXEL:
            return value / max(self._current_dpi()[0], 1) * MM_PER_INCH
        return value

    def _origin(self, name: str) -> float:
        """Where the bed begins: not every driver counts from 0."""
        near = self._option(f"tl-{name[-1]}")
        return near.span.minimum if near and near.span else 0.0

    def _current_dpi(self) -> tuple[int, int]:
        option = resolution_option(self._handle.options)
        if option is None or not option.is_active:
            return (0, 0)
        horizontal = round(self._number(option))
        vertical = self._option("y-resolution")
        if vertical is None or not vertical.is_active:
            return (horizontal, horizontal)
        return (horizontal, round(self._number(vertical)))

    def _feeder_loaded(self) -> bool | None:
        """Some backends (fujitsu, canon_dr, epjitsu) have a sensor as an option."""
        for name in ("page-loaded", "adf-loaded"):
            option = self._option(name)
            if option and option.is_active:
                return bool(self._handle.get(option))
        return None

    def _initial(self, *names: str) -> dict[str, OptionValue]:
        return {
            name: self._handle.get(option)
            for name in names
            if (option := self._option(name)) and option.is_settable
        }

    def _option(self, name: str) -> Option | None:
        return self._handle.options.get(name)

    def _number(self, option: Option) -> float:
        return float(self._handle.get(option))

    def _set(self, name: str, value: OptionValue) -> None:
        option = self._option(name)
        if option is not None and option.is_settable:
            self._handle.set(option, value)
