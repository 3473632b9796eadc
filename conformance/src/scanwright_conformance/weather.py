"""The weather between suite and target: what it is like, and whom it hits.

Bad weather makes a connection slow, cuts what it carries into small slices, or ends it.
Everything here is decided, nothing done. Decisions follow from a seed and the number of
the connection alone, so that a run can be repeated.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

__all__ = [
    "NAMED",
    "Direction",
    "Fault",
    "Mishap",
    "Weather",
    "WeatherUnknown",
    "delays_of",
    "mishap_of",
    "read_weather",
    "slices_of",
]

LONGEST_S: Final = 10.0
LARGEST_SLICE: Final = 65536
SLICED_BYTES: Final = 4096
"""How much of each direction is cut: heads are, and not every byte of a long page."""
REACH_BITS: Final = 12
"""Faults come within the first 4,095 bytes, most of them early: answers are short."""

MILLISECONDS: Final = re.compile(r"(\d+(?:\.\d+)?)ms")
SECONDS: Final = re.compile(r"(\d+(?:\.\d+)?)s")
PERCENT: Final = re.compile(r"(\d+(?:\.\d+)?)%")
SLICE: Final = re.compile(r"(\d+)(?:-(\d+))?")


class WeatherUnknown(Exception):
    """A text describes no weather; the message says which word, and what there is."""


class Direction(StrEnum):
    """Which way bytes go."""

    REQUEST = "request"
    """From the suite to the target."""
    ANSWER = "answer"
    """From the target to the suite."""


class Fault(StrEnum):
    """What can happen to a connection."""

    RESET = "reset"
    """Both ends see a reset."""
    HALF_CLOSE = "half-close"
    """One direction ends too early, the other goes on."""
    STALL = "stall"
    """Nothing passes any more, and nobody is told."""


@dataclass(frozen=True, slots=True)
class Mishap:
    """A fault that hits a connection: byte `at` of `direction` does not get through."""

    fault: Fault
    direction: Direction
    at: int


@dataclass(frozen=True, slots=True)
class Weather:
    """What connections are exposed to. `str` gives the text that it can be read from.

    Each burst of bytes is late by `latency_s`, and up to `jitter_s` more, in each
    direction. `slice_bytes` are the least and the most that is sent at once. The rates
    are shares of the connections: a fault is planned for so many of them, and one that
    ends before it gets away.
    """

    latency_s: float = 0.0
    jitter_s: float = 0.0
    slice_bytes: tuple[int, int] | None = None
    reset_rate: float = 0.0
    half_close_rate: float = 0.0
    stall_rate: float = 0.0

    @property
    def rates(self) -> Mapping[Fault, float]:
        """How many of the connections each fault is planned for."""
        return {
            Fault.RESET: self.reset_rate,
            Fault.HALF_CLOSE: self.half_close_rate,
            Fault.STALL: self.stall_rate,
        }

    @property
    def round_trip_s(self) -> float:
        """How long a question and its answer take at most, but for the target."""
        return 2 * (self.latency_s + self.jitter_s)

    @property
    def is_harmless(self) -> bool:
        """Whether everything arrives, if late: verdicts must not change then."""
        return not any(self.rates.values())

    def __str__(self) -> str:
        words = [
            f"{name}={_number(value * 1000)}ms"
            for name, value in (("latency", self.latency_s), ("jitter", self.jitter_s))
            if value
        ]
        if self.slice_bytes:
            words.append("slice={}-{}".format(*self.slice_bytes))
        words += [
            f"{fault}={_number(rate * 100)}%"
            for fault, rate in self.rates.items()
            if rate
        ]
        return ",".join(words) or CALM


CALM: Final = "calm"
DRIZZLE: Final = Weather(latency_s=0.02, jitter_s=0.01, slice_bytes=(1, 7))
STORM: Final = replace(DRIZZLE, reset_rate=0.01, half_close_rate=0.01, stall_rate=0.01)

NAMED: Final[Mapping[str, Weather]] = MappingProxyType(
    {CALM: Weather(), "drizzle": DRIZZLE, "storm": STORM}
)
"""Weathers that have a name. In a drizzle everything arrives, in a storm not."""


def read_weather(text: str) -> Weather:
    """Return the weather that `text` describes, or raise WeatherUnknown.

    It is a name, or words such as `latency=50ms,slice=1-7,reset=1%`, or a name and
    words that change it: `storm,stall=0%`.
    """
    words = [word.strip().lower() for word in text.split(",")]
    weather = NAMED.get(words[0])
    if weather is None:
        weather = Weather()
    else:
        words = words[1:]
    for word in words:
        weather = _changed(weather, word)
    if sum(weather.rates.values()) > 1:
        raise WeatherUnknown(
            f"weather {text!r}: reset, half-close and stall add up to more than 100%"
        )
    return weather


def mishap_of(weather: Weather, seed: int, number: int) -> Mishap | None:
    """Return what is planned for connection `number`, None for a lucky one."""
    dice = _dice(seed, number, "mishap")
    drawn = dice.random()
    for fault, rate in weather.rates.items():
        if drawn < rate:
            direction = dice.choice(tuple(Direction))
            return Mishap(fault, direction, int(2 ** dice.uniform(0, REACH_BITS)) - 1)
        drawn -= rate
    return None


def delays_of(
    weather: Weather, seed: int, number: int, direction: Direction
) -> Iterator[float]:
    """Yield by how many seconds each burst of one direction is late, without end."""
    dice = _dice(seed, number, f"delays of {direction}")
    while True:
        yield weather.latency_s + dice.random() * weather.jitter_s


def slices_of(
    weather: Weather, seed: int, number: int, direction: Direction
) -> Iterator[int]:
    """Yield how many bytes of one direction are sent at once, until they may be many.

    What comes after the last one is sent as it comes.
    """
    if weather.slice_bytes is None:
        return
    dice = _dice(seed, number, f"slices of {direction}")
    sent = 0
    while sent < SLICED_BYTES:
        size = dice.randint(*weather.slice_bytes)
        sent += size
        yield size


def _dice(seed: int, number: int, purpose: str) -> random.Random:
    # a text, for its hash is the same in every process
    return random.Random(f"{seed} {number} {purpose}")  # noqa: S311 - no secret


def _changed(weather: Weather, word: str) -> Weather:
    name, _, value = word.partition("=")
    match name:
        case "latency":
            return replace(weather, latency_s=_seconds(word, value))
        case "jitter":
            return replace(weather, jitter_s=_seconds(word, value))
        case "slice":
            return replace(weather, slice_bytes=_slice(word, value))
        case Fault.RESET:
            return replace(weather, reset_rate=_rate(word, value))
        case Fault.HALF_CLOSE:
            return replace(weather, half_close_rate=_rate(word, value))
        case Fault.STALL:
            return replace(weather, stall_rate=_rate(word, value))
    known = ", ".join(NAMED)
    raise WeatherUnknown(
        f"weather: {word!r} is unknown; there is {known}, or words such as "
        "latency=50ms,jitter=20ms,slice=1-7,reset=1%,half-close=1%,stall=1%"
    )


def _seconds(word: str, value: str) -> float:
    if found := MILLISECONDS.fullmatch(value):
        seconds = float(found[1]) / 1000
    elif found := SECONDS.fullmatch(value):
        seconds = float(found[1])
    else:
        raise WeatherUnknown(f"weather: {word!r} is no time; write it as 50ms or 1.5s")
    if seconds > LONGEST_S:
        raise WeatherUnknown(f"weather: {word!r} is above {LONGEST_S:g} s")
    return seconds


def _slice(word: str, value: str) -> tuple[int, int]:
    found = SLICE.fullmatch(value)
    least, most = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= least <= most <= LARGEST_SLICE:
        raise WeatherUnknown(
            f"weather: {word!r} is no size of slices; write 1-7, at most "
            f"{LARGEST_SLICE}: the least and the most bytes that are sent at once"
        )
    return least, most


def _rate(word: str, value: str) -> float:
    found = PERCENT.fullmatch(value)
    if not found or float(found[1]) > 100:
        raise WeatherUnknown(
            f"weather: {word!r} is no share of connections; write 1% (0% to 100%)"
        )
    return float(found[1]) / 100


def _number(value: float) -> str:
    """Return a number without the noise of its binary fraction."""
    return f"{value:.6f}".rstrip("0").rstrip(".")
