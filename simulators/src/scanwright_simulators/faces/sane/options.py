"""The options of an open device: their values, and the settings that these make.

What the SANE standard says of values is kept to: numbers are moved to the nearest that
the device has (INEXACT), words may be shortened as long as one only is meant, and
anything else is refused. `mode` and `source` switch other options on and off.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntFlag
from typing import Final

from scanwright_simulators.device import (
    Input,
    Levels,
    Mode,
    Model,
    Region,
    ScanSettings,
    View,
)
from scanwright_simulators.device.settings import steps
from scanwright_simulators.errors import SettingsRefused
from scanwright_simulators.faces.sane.descriptors import (
    FIXED_ONE,
    MODES,
    SENSOR,
    Cap,
    Option,
    Value,
    options_of,
    sources_of,
)
from scanwright_simulators.faces.sane.protocol import (
    Descriptor,
    Parameters,
    Range,
    Type,
)
from scanwright_simulators.faces.words import shown

__all__ = ["Change", "Info", "Options", "encode", "shape"]

FRAME_GRAY: Final = 0
FRAME_RGB: Final = 1


class Info(IntFlag):
    """What a frontend must know after it set an option."""

    NONE = 0
    INEXACT = 1
    RELOAD_OPTIONS = 2
    RELOAD_PARAMS = 4


RELOADS: Final = {
    "mode": Info.RELOAD_OPTIONS | Info.RELOAD_PARAMS,
    "source": Info.RELOAD_OPTIONS | Info.RELOAD_PARAMS,
    **dict.fromkeys(
        ("depth", "resolution", "tl-x", "tl-y", "br-x", "br-y"),
        Info.RELOAD_PARAMS,
    ),
}
MODES_BY_WORD: Final = {word: mode for mode, word in MODES.items()}


@dataclass(frozen=True, slots=True)
class Change:
    """A value as it was taken."""

    value: Value
    info: Info


class Options:
    """The options of one client, by their numbers; number 0 says how many there are.

    Values of buttons and sensors are the device's; `sensor` tells which these are.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._sources = sources_of(model)
        self._options = options_of(model)
        self._values = {o.descriptor.name: o.default for o in self._options}

    @property
    def descriptors(self) -> tuple[Descriptor, ...]:
        """All options in the order of their numbers."""
        return tuple(option.descriptor for option in self._options)

    @property
    def caps(self) -> tuple[Cap, ...]:
        """What can be done with each of them at the moment."""
        return tuple(self._cap(option) for option in self._options)

    def name(self, number: int) -> str:
        """Return what an option is called; raises SettingsRefused if there is none."""
        return self._option(number).descriptor.name

    def sensor(self, number: int) -> str | None:
        """Return the name of a button or sensor; None when it is an option."""
        option = self._option(number)
        return option.descriptor.name if option.cap == SENSOR else None

    def get(self, number: int) -> Value:
        """Return a value; raises SettingsRefused where there is none to get."""
        option = self._allowed(number, Cap.SOFT_DETECT)
        return self._values[option.descriptor.name]

    def set(self, number: int, blob: bytes) -> Change:
        """Take a value; raises SettingsRefused when it is none of this option's."""
        option = self._allowed(number, Cap.SOFT_SELECT)
        name = option.descriptor.name
        wish = _decode(option.descriptor, blob)
        value = _nearest(option.descriptor, wish)
        self._values[name] = value
        inexact = Info.NONE if value == wish else Info.INEXACT
        return Change(value, RELOADS.get(name, Info.NONE) | inexact)

    def settings(self) -> ScanSettings:
        """Return what these options ask of the device."""
        source = self._source
        return ScanSettings(
            input=source,
            mode=self._mode,
            resolution_dpi=self._number("resolution"),
            region=self._region(),
            depth=self._number("depth"),
            levels=Levels(
                brightness=self._number("brightness"),
                contrast=self._number("contrast"),
                threshold=self._number("threshold", missing=Levels().threshold),
            ),
            skip_blank=source.is_fed and bool(self._number("blank-page-removal")),
        )

    def parameters(self) -> Parameters:
        """Return the shape of the page that these options would give."""
        return shape(View.of(self.settings(), self._model.bed))

    @property
    def _mode(self) -> Mode:
        return MODES_BY_WORD[str(self._values["mode"])]

    @property
    def _source(self) -> Input:
        return self._sources[str(self._values["source"])]

    def _number(self, name: str, *, missing: int = 0) -> int:
        return int(self._values.get(name, missing))

    def _region(self) -> Region:
        """Return the region, whichever of its corners was set as the first one."""
        bed = self._model.bed
        left, right = sorted(self._edge(x, bed.width) for x in ("tl-x", "br-x"))
        top, bottom = sorted(self._edge(y, bed.height) for y in ("tl-y", "br-y"))
        return Region(left, top, right - left, bottom - top)

    def _edge(self, name: str, limit: int) -> int:
        """Return a length in steps; the end of its range is the edge of the bed."""
        word = self._number(name)
        descriptor = next(d for d in self.descriptors if d.name == name)
        is_edge = (
            isinstance(descriptor.constraint, Range)
            and word >= descriptor.constraint.high
        )
        return limit if is_edge else min(steps(word / FIXED_ONE), limit)

    def _option(self, number: int) -> Option:
        if not 0 <= number < len(self._options):
            raise SettingsRefused(f"there is no option {number}")
        return self._options[number]

    def _allowed(self, number: int, needed: Cap) -> Option:
        option = self._option(number)
        cap = self._cap(option)
        if Cap.INACTIVE in cap or needed not in cap:
            name = option.descriptor.name or option.descriptor.title
            raise SettingsRefused(f"option {number} ({name}) cannot be used so now")
        return option

    def _cap(self, option: Option) -> Cap:
        is_active = {
            "depth": self._mode is not Mode.BW,
            "threshold": self._mode is Mode.BW,
            "blank-page-removal": self._source.is_fed,
        }
        is_on = is_active.get(option.descriptor.name, True)
        return option.cap if is_on else option.cap | Cap.INACTIVE


def encode(value: Value) -> bytes:
    """Return the bytes of a value."""
    return value.encode() if isinstance(value, str) else struct.pack("=i", value)


def shape(view: View) -> Parameters:
    """Return the shape of a page."""
    return Parameters(
        format=FRAME_RGB if view.mode is Mode.COLOR else FRAME_GRAY,
        last_frame=1,
        bytes_per_line=view.row_bytes,
        pixels_per_line=view.width_px,
        lines=view.height_px,
        depth=view.depth,
    )


def _decode(descriptor: Descriptor, blob: bytes) -> Value:
    try:
        if descriptor.type is Type.STRING:
            return blob.decode()
        (word,) = struct.unpack("=i", blob)
    except (struct.error, UnicodeDecodeError) as error:
        message = f"no value of {descriptor.name}: {error}"
        raise SettingsRefused(message) from error
    return int(word)


def _nearest(descriptor: Descriptor, wish: Value) -> Value:
    """Return the value of this option that `wish` means."""
    constraint = descriptor.constraint
    if isinstance(constraint, Range) and isinstance(wish, int):
        return min(max(wish, constraint.low), constraint.high)
    if isinstance(constraint, tuple):
        words = [word for word in constraint if isinstance(word, str)]
        if isinstance(wish, str):
            return _word(descriptor.name, wish, words)
        numbers = [number for number in constraint if isinstance(number, int)]
        return min(numbers, key=lambda number: abs(number - wish))
    if wish not in {0, 1}:
        raise SettingsRefused(f"{descriptor.name} is 0 or 1, not {wish}")
    return wish


def _word(name: str, wish: str, words: list[str]) -> str:
    lower = wish.lower()
    found = [w for w in words if w.lower() == lower] or [
        w for w in words if wish and w.lower().startswith(lower)
    ]
    if len(found) != 1:
        known = ", ".join(words)
        raise SettingsRefused(
            f"no {name} {shown(wish)!r}; there are: {known}",
            near=tuple(f"{word} begins like that" for word in found),
        )
    return found[0]
