"""Fault rules from the outside: plain values in, a checked `Fault` out.

Scenario files and the control API spell rules alike, and get the same answers to what
makes no sense.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from scanwright_simulators.device.faults import CONDITIONS, Clears, Fault, FaultKind

__all__ = ["SANE_STATUSES", "RuleError", "read_rule"]

SANE_STATUSES: Final = (
    *("UNSUPPORTED", "CANCELLED", "DEVICE_BUSY", "INVAL", "EOF", "JAMMED", "NO_DOCS"),
    *("COVER_OPEN", "IO_ERROR", "NO_MEM", "ACCESS_DENIED", "WARMING_UP", "HW_LOCKED"),
)
LIMITS: Final = {
    "page": (0, 1_000_000),
    "byte": (0, 2**40),
    "after_s": (0, 86_400),
    "probability": (0, 1),
    "times": (1, 1_000_000),
    "http_status": (400, 599),
    "rate": (1, 2**40),
}
WHOLE: Final = frozenset({"page", "byte", "times", "http_status", "rate"})
IN_MID_JOB: Final = frozenset({FaultKind.OVERLAP, FaultKind.SLOW})
"""What nothing but a page can have; others can meet a job at its start, too."""


class RuleError(ValueError):
    """A rule makes no sense; `key` is what to look at."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.key = key


def read_rule(values: Mapping[str, Any]) -> Fault:
    """Return the rule that `values` spell; raises RuleError."""
    known = [field.name for field in fields(Fault)]
    for key in values:
        if key not in known:
            raise RuleError(key, f"is unknown; a fault knows: {', '.join(known)}")
    made = dict(values)
    made["kind"] = _choice(values, "kind", FaultKind)
    if "clears" in values:
        made["clears"] = _choice(values, "clears", Clears)
    for key in LIMITS.keys() & values.keys():
        made[key] = _number(key, values[key])
    if "sane_status" in values:
        _require_word("sane_status", values["sane_status"], SANE_STATUSES)
    fault = Fault(**made)
    _refuse_nonsense(fault)
    return fault


def _choice(
    values: Mapping[str, Any],
    key: str,
    kind: type[FaultKind | Clears],
) -> FaultKind | Clears:
    if key not in values:
        raise RuleError(key, "is missing; every fault needs it")
    _require_word(key, values[key], tuple(kind))
    return kind(values[key])


def _require_word(key: str, word: object, known: tuple[str, ...]) -> None:
    if not isinstance(word, str):
        raise RuleError(key, f"must be one of: {', '.join(known)}")
    if word not in known:
        raise RuleError(key, f"knows no {word!r}; there are: {', '.join(known)}")


def _number(key: str, value: Any) -> float:
    low, high = LIMITS[key]
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or (key in WHOLE and not isinstance(value, int)):
        what = "a whole number" if key in WHOLE else "a number"
        raise RuleError(key, f"must be {what}")
    # The value is not told: a whole number may have more digits than can be written.
    if not low <= value <= high:
        raise RuleError(key, f"must be from {low:g} to {high:g}")
    return float(value) if key not in WHOLE else value


def _refuse_nonsense(fault: Fault) -> None:
    if fault.kind is FaultKind.STATUS and not (fault.sane_status or fault.http_status):
        raise RuleError("kind", "status needs a sane_status or an http_status")
    if fault.kind is FaultKind.SLOW and fault.rate is None:
        raise RuleError("kind", "slow needs a rate, in bytes a second")
    if fault.page == 0 and fault.byte is not None:
        raise RuleError("byte", "page 0 is the start of a job and has no bytes")
    if fault.page == 0 and fault.kind in IN_MID_JOB:
        raise RuleError("page", f"{fault.kind} happens to pages, counted from 1")
    if fault.clears is Clears.BY_ITSELF and fault.kind not in CONDITIONS:
        raise RuleError("clears", f"{fault.kind} is over by itself in any case")
