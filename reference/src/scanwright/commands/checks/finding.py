"""A finding: what was looked at, how it is, and what to do when it is not well."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Finding", "State", "found", "problem", "warning"]


class State(StrEnum):
    """How something is. A warning may be as it should be; a problem may not."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `advice` says what to do."""

    area: str
    state: State
    text: str
    advice: str = ""


def found(area: str, text: str) -> Finding:
    """Return that something is well."""
    return Finding(area, State.OK, text)


def warning(area: str, text: str, advice: str) -> Finding:
    """Return that somebody should look at something."""
    return Finding(area, State.WARNING, text, advice)


def problem(area: str, text: str, advice: str) -> Finding:
    """Return that something does not work."""
    return Finding(area, State.PROBLEM, text, advice)
