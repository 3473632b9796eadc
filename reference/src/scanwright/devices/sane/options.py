"""A SANE option as a value: read from a descriptor once, then independent of it."""

from __future__ import annotations

from dataclasses import dataclass

from scanwright.devices.sane.binding import (
    FIXED_ONE,
    Capability,
    ConstraintType,
    Descriptor,
    OptionType,
    Unit,
)
from scanwright.protocol.scanning import Range

__all__ = ["Constraint", "Option", "OptionValue", "read_option"]

OptionValue = bool | int | float | str
Constraint = Range | tuple[float, ...] | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Option:
    """One option at one moment: after a reload it may look different."""

    index: int
    name: str
    type: OptionType
    unit: Unit = Unit.NONE
    size: int = 4
    cap: Capability = Capability.SOFT_SELECT | Capability.SOFT_DETECT
    constraint: Constraint = None

    @property
    def is_active(self) -> bool:
        """Whether it means anything with the present values of the others."""
        return not self.cap & Capability.INACTIVE

    @property
    def is_settable(self) -> bool:
        """Whether software may set it now."""
        return self.is_active and bool(self.cap & Capability.SOFT_SELECT)

    @property
    def words(self) -> tuple[str, ...]:
        """The strings that it may be; empty when it is not a choice of strings."""
        values = self.constraint if isinstance(self.constraint, tuple) else ()
        return tuple(value for value in values if isinstance(value, str))

    @property
    def numbers(self) -> tuple[float, ...]:
        """The numbers that it may be; empty when it is not a choice of numbers."""
        values = self.constraint if isinstance(self.constraint, tuple) else ()
        return tuple(value for value in values if not isinstance(value, str))

    @property
    def span(self) -> Range | None:
        """The least and the greatest number that it may be."""
        if isinstance(self.constraint, Range):
            return self.constraint
        if self.numbers:
            return Range(min(self.numbers), max(self.numbers))
        return None


def read_option(index: int, raw: Descriptor) -> Option | None:
    """Copy a descriptor; None for groups, buttons and types that do not exist."""
    try:
        kind = OptionType(raw.type)
        unit = Unit(raw.unit)
    except ValueError:
        return None
    if kind in {OptionType.GROUP, OptionType.BUTTON} or not raw.name:
        return None
    return Option(
        index=index,
        name=raw.name.decode("utf-8", "replace"),
        type=kind,
        unit=unit,
        size=raw.size,
        cap=Capability(raw.cap),
        constraint=_constraint(kind, raw),
    )


def _constraint(kind: OptionType, raw: Descriptor) -> Constraint:
    scale = FIXED_ONE if kind is OptionType.FIXED else 1
    if raw.constraint_type == ConstraintType.RANGE and raw.constraint.range:
        span = raw.constraint.range.contents
        return Range(span.min / scale, span.max / scale, span.quant / scale)
    if raw.constraint_type == ConstraintType.WORD_LIST and raw.constraint.word_list:
        words = raw.constraint.word_list  # the first one is their number
        return tuple(words[i] / scale for i in range(1, words[0] + 1))
    if raw.constraint_type == ConstraintType.STRING_LIST:
        return tuple(_strings(raw))
    return None


def _strings(raw: Descriptor) -> list[str]:
    found: list[str] = []
    strings = raw.constraint.string_list
    while strings and strings[len(found)] is not None:
        found.append(strings[len(found)].decode("utf-8", "replace"))
    return found
