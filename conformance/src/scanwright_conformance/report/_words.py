"""The words that the terminal says about a run: the same with colours and without."""

from __future__ import annotations

import textwrap
from collections import Counter
from typing import TYPE_CHECKING, Final

from scanwright_conformance.report._curl import curl_line
from scanwright_conformance.verdict import RollUp, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scanwright_conformance.report._files import ReportPaths
    from scanwright_conformance.results import Result, Run, Subject
    from scanwright_spec import Clause

__all__ = ["SENTENCES", "SHOWN", "Tally", "failure", "headline", "summary"]

WIDTH: Final = 88
INDENT: Final = "    "
SHOWN: Final = frozenset({Verdict.FAIL, Verdict.FLAKY, Verdict.WARN, Verdict.ERROR})

SENTENCES: Final = {
    RollUp.CERTIFIED: "Certified: every MUST that applies is met.",
    RollUp.SELECTION: "Every selected MUST is met. A selection certifies nothing.",
    RollUp.FAILED: "Failed: the target does not meet the specification.",
    RollUp.INCOMPLETE: "Incomplete: not everything that applies could be tried.",
    RollUp.ERROR: "Suite error: the suite made a mistake, so the verdict is open.",
}


class Tally:
    """Counts verdicts by area, and tells when an area is complete."""

    def __init__(self, clauses: Iterable[Clause]) -> None:
        self._open = Counter(clause.area for clause in clauses)
        self._counts: dict[str, Counter[Verdict]] = {}

    def add(self, result: Result) -> str:
        """Count `result`; return the line of its area when it was the last one."""
        area = result.clause.area
        counts = self._counts.setdefault(area, Counter())
        counts[result.verdict] += 1
        self._open[area] -= 1
        return f"{area:<8} {_counted(counts)}" if self._open[area] == 0 else ""


def headline(subject: Subject, clauses: Sequence[Clause]) -> str:
    """Return the first line."""
    where = subject.addresses.get("api", "an address that is not known")
    return f"{subject.name} at {where} ({subject.assurance}), {len(clauses)} clauses"


def failure(result: Result) -> str:
    """Return all that somebody needs to see what is wrong, and to see it again."""
    clause, judgement = result.clause, result.judgement
    lines = textwrap.wrap(" ".join(clause.text.split()), WIDTH - len(INDENT))
    if judgement is not None and not judgement.is_met:
        lines.append(f"expected: {judgement.expected}")
        lines.append(f"observed: {judgement.observed}")
        lines += [f"$ {line}" for line in _curl_lines(result, judgement.labels)]
    if result.reason:
        lines += result.reason.splitlines()
    title = f"{result.verdict.value} {clause.id} ({clause.level.value})"
    return "\n".join([title, *(f"{INDENT}{line}" for line in lines)])


def summary(run: Run, paths: ReportPaths | None) -> str:
    """Return the last lines: counts, roll-up, and where the reports are."""
    lines = [f"{_counted(run.counts)} in {run.seconds:.1f} s", SENTENCES[run.roll_up]]
    if paths is not None:
        lines += [str(path) for path in paths.all]
    return "\n".join(lines)


def _counted(counts: Mapping[Verdict, int]) -> str:
    parts = [(counts[verdict], verdict.value) for verdict in Verdict]
    return " · ".join(f"{count} {name}" for count, name in parts if count)


def _curl_lines(result: Result, labels: Sequence[str]) -> list[str]:
    if result.transcript is None:
        return []
    return [
        curl_line(exchange.request)
        for exchange in result.transcript.exchanges
        if exchange.label in labels
    ]
