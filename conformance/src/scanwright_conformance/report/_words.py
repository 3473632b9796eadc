"""The words about a run: the same in the terminal, in Markdown and in HTML."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

from scanwright_conformance.report._curl import curl_line
from scanwright_conformance.report._markup import allowed
from scanwright_conformance.report._standing import broken
from scanwright_conformance.scope import COMPATIBLE
from scanwright_conformance.verdict import RollUp, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scanwright_conformance.report._files import ReportPaths
    from scanwright_conformance.results import Plan, Result, Run, Subject
    from scanwright_conformance.scope import Scope

__all__ = [
    "SENTENCES",
    "SHOWN",
    "counted",
    "curl_lines",
    "duration",
    "estimate",
    "failure",
    "headline",
    "next_steps",
    "obstacle",
    "profiles_in_words",
    "standings_table",
    "summary",
    "titled",
]

WIDTH: Final = 88
INDENT: Final = "    "
MOST_IDS: Final = 8
SHOWN: Final = frozenset({Verdict.FAIL, Verdict.FLAKY, Verdict.WARN, Verdict.ERROR})

SENTENCES: Final = {
    RollUp.CERTIFIED: "Certified: every MUST that applies is met.",
    RollUp.SELECTION: "Every selected MUST is met. A selection certifies nothing.",
    RollUp.FAILED: "Failed: the target does not meet the specification.",
    RollUp.INCOMPLETE: "Incomplete: not everything that applies could be tried.",
    RollUp.NOTHING: "Nothing applies: the target declares none of what was asked for.",
    RollUp.ERROR: "Suite error: the suite made a mistake, so the verdict is open.",
}


def headline(plan: Plan) -> str:
    """Return the first line. The seed is in it: it repeats the order of the run."""
    subject = plan.subject
    where = subject.addresses.get("api", "an address that is not known")
    profiles = profiles_in_words(plan.scope)
    return allowed(
        f"{titled(subject)} at {where} ({subject.assurance}), profiles {profiles}: "
        f"{len(plan.clauses)} clauses, seed {plan.seed}"
    )


def titled(subject: Subject) -> str:
    """Return the name of a target with its version, as far as that is known."""
    return f"{subject.name} {subject.version}".rstrip()


def profiles_in_words(scope: Scope) -> str:
    """Return what a run was asked about, in short."""
    return "compatible" if scope.profiles == COMPATIBLE else ", ".join(scope.profiles)


def failure(result: Result) -> str:
    """Return all that somebody needs to see what is wrong, and to see it again."""
    clause, judgement = result.clause, result.judgement
    lines = textwrap.wrap(" ".join(clause.text.split()), WIDTH - len(INDENT))
    if judgement is not None and not judgement.is_met:
        lines.append(f"expected: {judgement.expected}")
        lines.append(f"observed: {judgement.observed}")
        lines += [f"$ {line}" for line in curl_lines(result)]
    if result.reason:
        lines += result.reason.splitlines()
    bond = "" if result.is_binding else ", binds nobody here"
    title = f"{result.verdict.value} {clause.id} ({clause.level.value}{bond})"
    # what a target answers may hold what a terminal obeys
    return allowed("\n".join([title, *(f"{INDENT}{line}" for line in lines)]))


def curl_lines(result: Result) -> list[str]:
    """Return the command lines that show again what the judgement is about."""
    if result.transcript is None or result.judgement is None:
        return []
    return [
        curl_line(exchange.request)
        for exchange in result.transcript.exchanges
        if exchange.label in result.judgement.labels
    ]


def summary(run: Run, paths: ReportPaths | None, *, place: str = "...") -> str:
    """Return the last lines: standings, roll-up, what to do next, where to read more.

    `place` is how the command line names the target.
    """
    lines = [
        standings_table(run),
        f"{counted(run.counts)} in {duration(run.seconds)}",
        SENTENCES[run.roll_up],
        obstacle(run),
        *(f"left behind: {trace}" for trace in run.traces),
        *next_steps(run, place),
    ]
    if paths is not None:
        first, *others = paths.all
        beside = ", ".join(path.name for path in others)
        lines.append(f"report: {first}" + (f" (beside it {beside})" if beside else ""))
    return allowed("\n".join(line for line in lines if line))


def obstacle(run: Run) -> str:
    """Return why nothing at all was tried, "" when something was."""
    applicable = [r for r in run.results if r.verdict is not Verdict.NOT_APPLICABLE]
    reasons = {each.reason for each in applicable}
    is_untried = not any(each.attempts for each in applicable)
    return reasons.pop() if is_untried and len(reasons) == 1 else ""


def standings_table(run: Run) -> str:
    """Return a line for each profile: its standing, and its verdicts in columns."""
    rows = run.standings
    if not rows:
        return ""
    verdicts = [v for v in Verdict if any(each.counts[v] for each in rows)]
    table = [["profile", "standing", *(verdict.value for verdict in verdicts)]]
    table += [
        [each.profile, each.roll_up.value, *(str(each.counts[v]) for v in verdicts)]
        for each in rows
    ]
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    return "\n".join(_row(row, widths) for row in table)


def next_steps(run: Run, place: str) -> list[str]:
    """Return what to do about a target that failed, nothing when it did not."""
    names = [each.clause.id for each in broken(run.results)]
    if not names:
        return []
    more = f" (and {len(names) - MOST_IDS} more)" if len(names) > MOST_IDS else ""
    words = f"--only {' '.join(names[:MOST_IDS])} --seed {run.plan.seed}{more}"
    return [
        "next:",
        f"  scanwright spec {names[0]}",
        f"  scanwright certify {place}{_profiles(run.plan.scope)} {words}",
    ]


def _profiles(scope: Scope) -> str:
    """Return the words that ask for the same duties, as far as they are unusual."""
    is_usual = scope.profiles == COMPATIBLE
    return "" if is_usual else f" --profile {' '.join(scope.profiles)}"


def counted(counts: Mapping[Verdict, int] | Mapping[str, int]) -> str:
    """Return the verdicts that were given, with their numbers."""
    by_name: dict[str, int] = {str(verdict): each for verdict, each in counts.items()}
    parts = [(by_name.get(verdict.value, 0), verdict.value) for verdict in Verdict]
    return " · ".join(f"{count} {name}" for count, name in parts if count)


def duration(seconds: float) -> str:
    """Return seconds as people say them: 8.3 s, 2 min 20 s."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def estimate(remaining_s: float | None) -> str:
    """Return how long a run will still take, "" when it is not known or is over."""
    if remaining_s is None or remaining_s < 1:
        return ""
    if remaining_s < 60:
        return f"about {remaining_s:.0f} s left"
    return f"about {duration(remaining_s)} left"


def _row(row: Sequence[str], widths: Sequence[int]) -> str:
    """Return words to the left and numbers to the right."""
    words = [text.ljust(width) for text, width in zip(row[:2], widths[:2], strict=True)]
    numbers = [
        text.rjust(width) for text, width in zip(row[2:], widths[2:], strict=True)
    ]
    return "  ".join([*words, *numbers]).rstrip()
