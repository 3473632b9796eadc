"""The comparison as JSON, and as Markdown for who reads on a host of code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.report._comparison import compare
from scanwright_conformance.report._json import counts_as_json
from scanwright_conformance.report._markdown import code, row
from scanwright_conformance.report._standing import level_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanwright_conformance.report._comparison import Column, Comparison, Line
    from scanwright_conformance.results import Result, Run

__all__ = ["FORMAT", "comparison_as_json", "comparison_as_markdown"]

FORMAT: Final = "scanwright-comparison/1"
MOST_LINES: Final = 200
MOST_LETTERS: Final = 80


def comparison_as_json(runs: Sequence[Run]) -> dict[str, Any]:
    """Return `runs` side by side as JSON values; `comparison.schema.json` has them."""
    comparison = compare(runs)
    return {
        "format": FORMAT,
        "differences": comparison.differences,
        "targets": [_target(column) for column in comparison.columns],
        "clauses": [
            {
                "clause": line.clause.id,
                "profile": group.profile,
                "is_different": line.is_different,
                "results": [_result(each) for each in line.results],
            }
            for group in comparison.groups
            for line in group.lines
        ],
    }


def comparison_as_markdown(runs: Sequence[Run]) -> str:
    """Return the roll-ups of `runs`, and the clauses that they do not agree on."""
    comparison = compare(runs)
    blocks = [f"## {len(runs)} targets side by side", _roll_ups(comparison)]
    if not comparison.differences:
        blocks.append(f"They agree on all {len(comparison.lines)} clauses.")
    else:
        total, different = len(comparison.lines), comparison.differences
        blocks += [
            f"They differ in {different} of {total} clauses:",
            _lines(comparison),
        ]
    return "\n\n".join(blocks) + "\n"


def _target(column: Column) -> dict[str, Any]:
    run = column.run
    return {
        "column": column.name,
        "name": run.subject.name,
        "version": run.subject.version,
        "level": level_of(run).value,
        "profiles": list(run.plan.scope.profiles),
        "only": sorted(run.plan.scope.only),
        "began_at": run.began_at.isoformat(timespec="seconds"),
        "seed": run.plan.seed,
        "suite_version": run.suite_version,
        "roll_up": run.roll_up.value,
        "counts": counts_as_json(run.counts),
    }


def _result(result: Result | None) -> dict[str, Any] | None:
    if result is None:
        return None
    judgement = result.judgement
    return {
        "verdict": result.verdict.value,
        "is_binding": result.is_binding,
        "expected": judgement.expected if judgement else "",
        "observed": judgement.observed if judgement else "",
        "reason": result.reason,
    }


def _roll_ups(comparison: Comparison) -> str:
    lines = [row(["Target", "Level", "Roll-up"]), row([":--"] * 3)]
    for column in comparison.columns:
        run = column.run
        name = code(column.name, MOST_LETTERS)
        lines.append(row([name, level_of(run).value, f"**{run.roll_up.value}**"]))
    return "\n".join(lines)


def _lines(comparison: Comparison) -> str:
    names = [code(column.name, MOST_LETTERS) for column in comparison.columns]
    lines = [row(["Clause", *names]), row([":--"] * (len(names) + 1))]
    different = [line for line in comparison.lines if line.is_different]
    lines += [_line(line) for line in different[:MOST_LINES]]
    table = "\n".join(lines)
    rest = len(different) - MOST_LINES
    return f"{table}\n\nAnd {rest} more." if rest > 0 else table


def _line(line: Line) -> str:
    said = [each.value if each else "not asked" for each in line.verdicts]
    return row([line.clause.id, *said])
