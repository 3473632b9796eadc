"""What the doctor found: values, and how people and machines read them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

__all__ = ["Examination", "Finding", "as_json", "as_lines", "has_problem"]

WIDTH: Final = 100
NAME_WIDTH: Final = 26


class Finding(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Examination:
    """One thing that was looked at: what was seen, and what to do about it."""

    name: str
    finding: Finding
    seen: str
    advice: str = ""


def has_problem(examinations: Sequence[Examination]) -> bool:
    """Whether the target cannot be certified before something is mended."""
    return any(each.finding is Finding.PROBLEM for each in examinations)


def as_lines(examinations: Sequence[Examination]) -> tuple[str, ...]:
    """Return the findings as text, advice below what it is for, and a last word."""
    lines = [line for each in examinations for line in _lines(each)]
    return (*lines, "", _last_word(examinations))


def as_json(examinations: Sequence[Examination]) -> dict[str, Any]:
    """Return the findings as JSON."""
    return {
        "is_ready": not has_problem(examinations),
        "examinations": [
            {
                "name": each.name,
                "finding": each.finding.value,
                "seen": each.seen,
                "advice": each.advice,
            }
            for each in examinations
        ],
    }


def _lines(each: Examination) -> Iterator[str]:
    head = f"{each.finding.value:<8} {each.name:<{NAME_WIDTH}} "
    below = " " * len(head)
    first, *more = each.seen.splitlines() or [""]
    yield from textwrap.wrap(head + first, WIDTH, subsequent_indent=below) or [head]
    yield from (f"{below}{line.strip()}" for line in more)
    if each.advice:
        indent = f"{below}→ "
        yield from textwrap.wrap(
            each.advice, WIDTH, initial_indent=indent, subsequent_indent=f"{below}  "
        )


def _last_word(examinations: Sequence[Examination]) -> str:
    problems, warnings = (
        sum(each.finding is finding for each in examinations)
        for finding in (Finding.PROBLEM, Finding.WARNING)
    )
    if problems:
        return f"{_counted(problems, 'problem')}: mend that before you certify."
    if warnings:
        return f"Ready to be certified, with {_counted(warnings, 'warning')}."
    return "Ready to be certified."


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
