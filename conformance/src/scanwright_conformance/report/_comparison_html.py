"""The comparison as one HTML file: a column a target, a line a clause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanwright_conformance.report._clause_html import commands
from scanwright_conformance.report._comparison import compare
from scanwright_conformance.report._filter_html import choice, search
from scanwright_conformance.report._html import footer_html
from scanwright_conformance.report._markup import (
    Html,
    css_class,
    element,
    join,
    prose,
    tone,
)
from scanwright_conformance.report._page import page
from scanwright_conformance.report._standing import level_of
from scanwright_conformance.report._words import counted, curl_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanwright_conformance.report._comparison import (
        Column,
        Comparison,
        Group,
        Line,
    )
    from scanwright_conformance.results import Result, Run

__all__ = ["comparison_as_html"]


def comparison_as_html(runs: Sequence[Run]) -> str:
    """Return `runs` side by side as a document of its own."""
    comparison = compare(runs)
    return page(
        f"{len(runs)} targets compared",
        element("a", "Skip to the clauses", class_="skip", href="#clauses"),
        _head(comparison),
        element("main", _table(comparison), _details(comparison)),
        footer_html(", ".join(sorted({run.suite_version for run in runs}))),
        script="comparison.js",
    )


def _head(comparison: Comparison) -> Html:
    total, different = len(comparison.lines), comparison.differences
    said = f"They differ in {different} of {total} clauses."
    if not different:
        said = f"They agree on all {total} clauses."
    return element(
        "header",
        element("p", "Scanwright ", element("span", "Comparison"), class_="kind"),
        element("h1", f"{len(comparison.columns)} targets side by side"),
        element("p", said),
        element("h2", "Targets", class_="hidden-words"),
        element("ul", *map(_target, comparison.columns), class_="targets"),
        class_="certificate",
    )


def _target(column: Column) -> Html:
    run = column.run
    began = run.began_at.strftime("%-d %B %Y, %H:%M UTC")
    return element(
        "li",
        element("h3", column.name),
        element("p", run.roll_up.value, class_="verdict"),
        element("p", counted(run.counts)),
        element("p", f"{level_of(run).value}, seed {run.plan.seed}", class_="soft"),
        element("p", began, class_="soft"),
        class_=f"target {tone(run.roll_up)}",
    )


def _table(comparison: Comparison) -> Html:
    heads = [
        element("th", "Clause", scope="col"),
        *(element("th", column.name, scope="col") for column in comparison.columns),
    ]
    width = len(heads)
    table = element(
        "table",
        element("caption", "Verdicts by clause and target", class_="hidden-words"),
        element("thead", element("tr", *heads)),
        *(_group(group, width) for group in comparison.groups),
        class_="compared",
    )
    return element(
        "section",
        element("h2", "Clauses", id="clauses", tabindex="-1"),
        _filter(comparison),
        element("p", id="shown", role="status", class_="soft"),
        # what can be scrolled can be reached by the keyboard
        element(
            "div",
            table,
            class_="scroller",
            role="region",
            tabindex="0",
            aria_label="Verdicts by clause and target",
        ),
        aria_labelledby="clauses",
    )


def _filter(comparison: Comparison) -> Html:
    profiles = {group.profile: group.profile for group in comparison.groups}
    box = Html('<input name="different" type="checkbox">')
    return element(
        "form",
        search(),
        choice("profile", "Profile", profiles),
        element("label", box, "Only differences", class_="check"),
        class_="filter",
        role="search",
        aria_label="Filter the clauses",
        hidden="",
    )


def _group(group: Group, width: int) -> Html:
    title = element("th", group.profile, scope="rowgroup", colspan=str(width))
    return element(
        "tbody",
        element("tr", title, class_="group"),
        *(_line(line) for line in group.lines),
        data_profile=group.profile,
    )


def _line(line: Line) -> Html:
    clause = line.clause
    words = f"{clause.id} {clause.level.value} {clause.text}"
    return element(
        "tr",
        element("th", clause.id, scope="row"),
        *(
            _cell(clause.id, number, result)
            for number, result in enumerate(line.results, start=1)
        ),
        class_="differs" if line.is_different else "agrees",
        data_words=" ".join(words.lower().split()),
        data_different="yes" if line.is_different else "no",
    )


def _cell(clause: str, number: int, result: Result | None) -> Html:
    if result is None:
        return element("td", "not asked", class_="soft not-run")
    link = element("a", result.verdict.value, href=f"#{clause}.{number}")
    return element("td", link, class_=css_class(result.verdict))


def _details(comparison: Comparison) -> Html:
    return element(
        "section",
        element("h2", "Details", id="details"),
        *(_clause(line, comparison.columns) for line in comparison.lines),
        aria_labelledby="details",
    )


def _clause(line: Line, columns: Sequence[Column]) -> Html:
    clause = line.clause
    kind, said = _common(line)
    sides = [
        _side(clause.id, number, column.name, result)
        for number, (column, result) in enumerate(
            zip(columns, line.results, strict=True), start=1
        )
        if result is not None
    ]
    return element(
        "details",
        element(
            "summary",
            element("span", said, class_="chip"),
            Html(" "),
            element("h3", clause.id, class_="name"),
            Html(" "),
            element("span", clause.level.value, class_="soft"),
        ),
        element(
            "div",
            element("div", prose(clause.text), class_="text"),
            *sides,
            class_="inside",
        ),
        id=clause.id,
        class_=f"clause {kind}",
    )


def _common(line: Line) -> tuple[str, str]:
    """Return the class and the word for what all runs that were asked say."""
    if line.is_different:
        return "not-run", "differs"
    verdict = next(each for each in line.verdicts if each is not None)
    return css_class(verdict), verdict.value


def _side(clause: str, number: int, name: str, result: Result) -> Html:
    judgement = result.judgement
    parts = []
    if judgement is not None and not judgement.is_met:
        parts.append(
            element(
                "dl",
                join(element("dt", "Expected"), element("dd", judgement.expected)),
                join(element("dt", "Observed"), element("dd", judgement.observed)),
                class_="mismatch",
            ),
        )
        parts.append(commands(curl_lines(result)))
    if result.reason:
        parts.append(element("pre", result.reason))
    title = [element("span", result.verdict.value, class_="chip"), " ", name]
    return element(
        "div",
        element("h4", *title),
        *parts,
        id=f"{clause}.{number}",
        tabindex="-1",
        class_=f"side {css_class(result.verdict)}",
    )
