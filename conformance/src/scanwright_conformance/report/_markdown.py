"""The run as Markdown: for a comment on a pull request, or the summary of a CI job.

What a target said stands in code alone, where no markup, no link and no mention works.
The whole stays below the length that hosts of comments allow.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from scanwright_conformance.report._markup import allowed
from scanwright_conformance.report._words import (
    SENTENCES,
    SHOWN,
    counted,
    curl_lines,
    duration,
    obstacle,
    profiles_in_words,
)
from scanwright_conformance.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scanwright_conformance.results import Result, Run

__all__ = ["code", "fence", "row", "run_as_markdown"]

MOST_TOLD: Final = 15
EXCERPT: Final = 600
OPEN: Final = (Verdict.BLOCKED, Verdict.UNSUPPORTED, Verdict.NOT_RUN)


def run_as_markdown(run: Run) -> str:
    """Return `run` as Markdown of the kind that GitHub and GitLab show."""
    blocks = [
        f"## {SENTENCES[run.roll_up]}",
        code(obstacle(run)),
        _subject(run),
        _standings(run),
        *_failures(run),
        _folded("What was left open", _open(run)),
        _folded("The run", _circumstances(run)),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def code(text: str, most: int = EXCERPT) -> str:
    """Return `text` as code within a line, whatever is in it."""
    words = _cut(" ".join(allowed(text).split()), most)
    if not words:
        return ""
    tick = _ticks(words, 1)
    # a space keeps a backtick at the edge away from those that enclose
    pad = " " if words.startswith("`") or words.endswith("`") else ""
    return f"{tick}{pad}{words}{pad}{tick}"


def fence(lines: Sequence[str], language: str = "") -> str:
    """Return lines as a block of code that none of them can end."""
    text = "\n".join(_cut(allowed(line), EXCERPT) for line in lines)
    tick = _ticks(text, 3)
    return f"{tick}{language}\n{text}\n{tick}"


def row(cells: Iterable[str]) -> str:
    """Return a row of a table. A bar would end its cell, however it is escaped."""
    safe = (cell.replace("|", "\N{BROKEN BAR}") for cell in cells)
    return f"| {' | '.join(safe)} |"


def _ticks(text: str, least: int) -> str:
    longest = max((len(each) for each in re.findall("`+", text)), default=0)
    return "`" * max(least, longest + 1)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def _subject(run: Run) -> str:
    subject, plan = run.subject, run.plan
    version = f" {code(subject.version)}" if subject.version else ""
    return (
        f"{code(subject.name)}{version} at {subject.assurance}, profiles "
        f"{profiles_in_words(plan.scope)}: {counted(run.counts)} "
        f"in {duration(run.seconds)}, seed {plan.seed}."
    )


def _standings(run: Run) -> str:
    rows = run.standings
    verdicts = [v for v in Verdict if any(each.counts[v] for each in rows)]
    if not verdicts:
        return ""
    lines = [
        row(["Profile", "Standing", *(verdict.value for verdict in verdicts)]),
        row([":--", ":--", *("--:" for _ in verdicts)]),
    ]
    for each in rows:
        numbers = [str(each.counts[verdict] or "") for verdict in verdicts]
        lines.append(row([each.profile, f"**{each.roll_up.value}**", *numbers]))
    return "\n".join(lines)


def _failures(run: Run) -> list[str]:
    wrong = [each for each in run.results if each.verdict in SHOWN]
    if not wrong:
        return []
    wrong.sort(key=lambda each: not each.is_binding)
    blocks = [f"### To mend: {len(wrong)}", *map(_failure, wrong[:MOST_TOLD])]
    if rest := wrong[MOST_TOLD:]:
        names = ", ".join(f"{each.clause.id} ({each.verdict.value})" for each in rest)
        blocks.append(f"And {len(rest)} more: {names}.")
    return blocks


def _failure(result: Result) -> str:
    clause, judgement = result.clause, result.judgement
    text = " ".join(clause.text.split())
    lines = [f"**{result.verdict.value} {clause.id}** ({clause.level.value}). {text}"]
    if judgement is not None and not judgement.is_met:
        lines.append(f"- expected {code(judgement.expected)}")
        lines.append(f"- observed {code(judgement.observed)}")
    if result.reason:
        lines.append(f"- {code(result.reason.splitlines()[-1])}")
    title = "\n".join([lines[0], "", *lines[1:]])
    commands = curl_lines(result)
    return (
        f"{title}\n\n{_folded('Commands', fence(commands, 'sh'))}"
        if commands
        else title
    )


def _open(run: Run) -> str:
    lines = []
    for verdict in OPEN:
        names = [each.clause.id for each in run.results if each.verdict is verdict]
        if names:
            lines.append(f"- {verdict.value}: {', '.join(names)}")
    return "\n".join(lines)


def _circumstances(run: Run) -> str:
    subject, plan = run.subject, run.plan
    where = ", ".join(f"{name} {value}" for name, value in plan.environment.items())
    lines = [
        f"- began {run.began_at.isoformat(timespec='seconds')}, pace {plan.pace:g}",
        f"- suite {run.suite_version}" + (f" on {where}" if where else ""),
        *(f"- {code(each)}" for each in subject.discrepancies),
        *(f"- left behind: {code(each)}" for each in run.traces),
    ]
    return "\n".join(lines)


def _folded(title: str, text: str) -> str:
    if not text:
        return ""
    return f"<details><summary>{title}</summary>\n\n{text}\n\n</details>"
