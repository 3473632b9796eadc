"""What came of it at a glance: the numbers, and first of all what has to be mended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.report._markup import Html, css_class, element
from scanwright_conformance.report._words import SHOWN
from scanwright_conformance.verdict import Verdict

if TYPE_CHECKING:
    from scanwright_conformance.results import Result, Run

__all__ = ["MEANINGS", "findings_html", "numbers_html"]

MEANINGS: Final = {
    Verdict.PASS: "met",
    Verdict.FAIL: "not met",
    Verdict.WARN: "not met, and it does not bind",
    Verdict.FLAKY: "sometimes met",
    Verdict.BLOCKED: "waits for another clause",
    Verdict.NOT_APPLICABLE: "about something it has not",
    Verdict.UNSUPPORTED: "could not be tried in this run",
    Verdict.NOT_RUN: "not tried",
    Verdict.ERROR: "a mistake of the suite",
}


def numbers_html(run: Run) -> Html:
    """Return each verdict that was given, with its number and what it means."""
    given = [(verdict, count) for verdict, count in run.counts.items() if count]
    tiles = [
        element(
            "div",
            element("dt", verdict.value, element("span", MEANINGS[verdict])),
            element("dd", str(count)),
            class_=f"tile {css_class(verdict)}",
        )
        for verdict, count in given
    ]
    bar = [
        Html(f'<span class="{css_class(verdict)}" style="flex:{count}"></span>')
        for verdict, count in given
    ]
    return element(
        "section",
        element("h2", "Verdicts", id="verdicts"),
        element("dl", *tiles, class_="tiles"),
        element("div", *bar, class_="stack", aria_hidden="true"),
        aria_labelledby="verdicts",
    )


def findings_html(run: Run) -> Html:
    """Return what went wrong, what fails the target before what only warns."""
    wrong = [each for each in run.results if each.verdict in SHOWN]
    if not wrong:
        return Html("")
    wrong.sort(key=lambda each: (not each.is_binding, each.verdict is Verdict.WARN))
    return element(
        "section",
        element("h2", "To mend", id="mend"),
        element("ul", *(_finding(each) for each in wrong), class_="findings"),
        aria_labelledby="mend",
    )


def _finding(result: Result) -> Html:
    name = result.clause.id
    judgement = result.judgement
    said = [element("p", result.reason.splitlines()[-1])] if result.reason else []
    if judgement is not None and not judgement.is_met:
        pair = f"Expected {judgement.expected}; observed {judgement.observed}"
        said.insert(0, element("p", pair, class_="pair"))
    return element(
        "li",
        element("span", result.verdict.value, class_="chip"),
        Html(" "),
        element("a", name, href=f"#{name}"),
        *said,
        class_=css_class(result.verdict),
    )
