"""The options of SANE's test backend, as its test.conf names them.

Where the backend's own defaults make no scanner (0.00076 dpi, a bed of 200 mm), ours
make one with an A4 bed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from scanwright_simulators._table import Table

__all__ = ["OPTIONS", "SaneOptions", "read_options"]

SaneOptions = tuple[tuple[str, str], ...]
"""Name and value of each option that a scenario sets, as test.conf spells them."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number within limits."""

    default: float
    low: float
    high: float
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some words."""

    default: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Switch:
    """On or off; all are off by default."""


STATUS_CODES: Final = (
    "Default",
    *(
        f"SANE_STATUS_{name}"
        for name in (
            *("UNSUPPORTED", "CANCELLED", "DEVICE_BUSY", "INVAL", "EOF", "JAMMED"),
            *("NO_DOCS", "COVER_OPEN", "IO_ERROR", "NO_MEM", "ACCESS_DENIED"),
        )
    ),
)

OPTIONS: Final[dict[str, Number | Choice | Switch]] = {
    "mode": Choice("Color", ("Gray", "Color")),
    "depth": Number(8, 1, 16, is_whole=True),
    "resolution": Number(300, 1, 1200),
    "resolution_min": Number(1, 1, 1200),
    "resolution_max": Number(1200, 1, 1200),
    "resolution_quant": Number(1, 0, 1200),
    "test-picture": Choice(
        "Color pattern",
        ("Solid black", "Solid white", "Color pattern", "Grid"),
    ),
    "geometry_min": Number(0, 0, 1000),
    "geometry_max": Number(300, 0, 1000),
    "geometry_quant": Number(0, 0, 1000),
    "tl_x": Number(0, 0, 1000),
    "tl_y": Number(0, 0, 1000),
    "br_x": Number(210, 0, 1000),
    "br_y": Number(297, 0, 1000),
    "hand-scanner": Switch(),
    "three-pass": Switch(),
    "three-pass-order": Choice("RGB", ("RGB", "RBG", "GBR", "GRB", "BRG", "BGR")),
    "invert-endianess": Switch(),
    "read-limit": Switch(),
    "read-limit-size": Number(1, 1, 65536, is_whole=True),
    "read-delay": Switch(),
    "read-delay-duration": Number(1000, 1000, 200_000, is_whole=True),
    "read-status-code": Choice("Default", STATUS_CODES),
    "fuzzy-parameters": Switch(),
    "ppl-loss": Number(0, -128, 128, is_whole=True),
    "non-blocking": Switch(),
    "select-fd": Switch(),
    "enable-test-options": Switch(),
}


def read_options(table: Table | None) -> SaneOptions:
    """Return every option with its value, from `table` or the default."""
    source = table or Table("", "sane.options", {}, {})
    options = tuple((name, _read(source, name)) for name in OPTIONS)
    source.done()
    return options


def _read(table: Table, name: str) -> str:
    option = OPTIONS[name]
    if isinstance(option, Switch):
        return str(table.take(name, bool, default=False)).lower()
    if isinstance(option, Choice):
        word = table.take(name, str, option.default)
        if word not in option.words:
            known = ", ".join(option.words)
            raise table.error(f"knows no {word!r}; there are: {known}", name)
        return f'"{word}"'
    if option.is_whole:
        whole = table.take(name, int, int(option.default))
        table.within(name, whole, option.low, option.high)
        return str(whole)
    number = table.take(name, float, option.default)
    table.within(name, number, option.low, option.high)
    return str(float(number))
