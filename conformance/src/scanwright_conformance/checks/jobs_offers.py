"""What a scanner offers, read from the capabilities of a pending job.

Both halves of a check use this: the stimulus to choose what it asks for, the judge to
know what was chosen. A listing that says nothing usable offers nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.session import Stopped

if TYPE_CHECKING:
    from scanwright_conformance.session import Job
    from scanwright_conformance.transcript import Exchange

__all__ = [
    "PIXEL_TYPE",
    "RESOLUTIONS",
    "Offer",
    "current",
    "offer",
    "read_capabilities",
]

PIXEL_TYPE: Final = 257
RESOLUTIONS: Final = (4376, 4377)
"""Across and down."""

LARGEST: Final = 1_000_000
CONTINUOUS: Final = 0.001
"""A smaller step is none."""

Number = int | float


@dataclass(frozen=True, slots=True)
class Offer:
    """The values of one capability: `values` of a list, else a range with a step."""

    values: tuple[Number, ...] = ()
    minimum: Number = 0
    maximum: Number = 0
    step: Number = 0

    @property
    def lowest(self) -> Number:
        """The smallest value."""
        return min(self.values) if self.values else self.minimum

    @property
    def highest(self) -> Number:
        """The largest value."""
        return max(self.values) if self.values else self.maximum

    def nearest(self, wanted: Number) -> Number:
        """Return the value next to `wanted`; of two that are equally near the lower."""
        if self.values:
            return min(self.values, key=lambda each: (abs(each - wanted), each))
        inside = min(max(wanted, self.minimum), self.maximum)
        if self.step < CONTINUOUS:
            return inside
        steps = math.floor((inside - self.minimum) / self.step + 0.5)
        most = math.floor((self.maximum - self.minimum) / self.step)
        return self.minimum + min(steps, most) * self.step

    def some(self, count: int, about: Number) -> tuple[int, ...]:
        """Return up to `count` whole values that differ, the smallest from `about` on.

        Where there are not enough above `about` those below it come next.
        """
        found = self.values or self._steps(count, about)
        whole = sorted({int(each) for each in found if each == int(each)})
        above = [each for each in whole if each >= about]
        below = [each for each in reversed(whole) if each < about]
        return tuple((above + below)[:count])

    def _steps(self, count: int, about: Number) -> tuple[Number, ...]:
        step = max(self.step, 1)
        first = self.nearest(math.ceil(about))
        # a third of a hundred dots apart, so that pages differ visibly in size
        stride = max(step, math.ceil(33 / step) * step)
        around = (first + n * stride for n in range(-count, count + 1))
        return tuple(each for each in around if self.minimum <= each <= self.maximum)


async def read_capabilities(job: Job, *, label: str = "capabilities") -> Exchange:
    """Ask for all capabilities of the pending `job`; Stopped when none are told."""
    exchange = await job.get("/scanner/capabilities", label=label)
    if not _details(exchange):
        raise Stopped(f"{label!r} tells no capabilities")
    return exchange


def offer(capabilities: Exchange, number: int) -> Offer | None:
    """Return what capability `number` offers; None when it is not there."""
    match _details(capabilities).get(number):
        # conType 4 is an enumeration, 6 a range: TWON_ENUMERATION, TWON_RANGE
        case {"conType": {"value": 4}, "enums": [*values]} if _are_numbers(values):
            return Offer(values=tuple(values))
        case {
            "conType": {"value": 6},
            "minValue": low,
            "maxValue": high,
            "stepSize": step,
        } if _are_numbers([low, high, step]) and low <= high:
            return Offer(minimum=low, maximum=high, step=step)
        case {"curValue": only} if _are_numbers([only]):
            return Offer(values=(only,))
    return None


def current(capabilities: Exchange, number: int) -> object:
    """Return the current value of capability `number`; None when it tells none."""
    match _details(capabilities).get(number):
        case {
            "conType": {"value": 4},
            "enums": [*values],
            "curIndex": int(index),
        } if 0 <= index < len(values):
            return values[index]
        case {"curValue": value}:
            return value
    return None


def _are_numbers(values: list[Any]) -> bool:
    """Tell whether these can be reckoned with: JSON may hold infinity and its like."""
    return bool(values) and all(
        isinstance(each, int | float) and abs(each) <= LARGEST for each in values
    )


def _details(capabilities: Exchange) -> dict[int, Any]:
    listed = capabilities.json_or_none()
    if not isinstance(listed, list):
        return {}
    found = {}
    for each in listed:
        match each:
            case {"capability": {"value": int(number)}}:
                found[number] = each
    return found
