"""The run as one HTML file: everything that a person wants to know, nothing to load."""

from __future__ import annotations

from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Final

from scanwright_conformance.report._clause_html import clause_html
from scanwright_conformance.report._markup import Html, css_class, element, join
from scanwright_conformance.report._words import SENTENCES
from scanwright_conformance.verdict import RollUp, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanwright_conformance.results import Result, Run

__all__ = ["run_as_html"]

RING: Final = 64
RING_LENGTH: Final = 2 * 3.14159265 * RING

TONES: Final = {
    RollUp.CERTIFIED: Verdict.PASS,
    RollUp.SELECTION: Verdict.PASS,
    RollUp.FAILED: Verdict.FAIL,
    RollUp.INCOMPLETE: Verdict.WARN,
    RollUp.ERROR: Verdict.ERROR,
}


def run_as_html(run: Run) -> str:
    """Return the report as a document of its own."""
    head = element(
        "head",
        Html('<meta charset="utf-8">'),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        element("title", f"{run.subject.name}: {run.roll_up.value}"),
        element("style", _data("report.css")),
    )
    body = element(
        "body",
        element("a", "Skip to the clauses", class_="skip", href="#clauses"),
        element("header", _seal(run)),
        element("main", _about(run), _areas(run), _clauses(run)),
        _footer(run),
        element("script", _data("report.js")),
    )
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def _data(name: str) -> Html:
    path = files("scanwright_conformance.report") / "_data" / name
    return Html(path.read_text(encoding="utf-8"))


def _seal(run: Run) -> Html:
    began = run.began_at.strftime("%-d %B %Y, %H:%M UTC")
    words = element(
        "div",
        element("h1", run.subject.name),
        element("p", SENTENCES[run.roll_up], class_="verdict"),
        element("p", f"{began}, in {run.seconds:.1f} seconds", class_="soft"),
        class_="words",
    )
    tone = css_class(TONES[run.roll_up])
    return element("div", _ring(run), words, class_=f"seal {tone}")


def _ring(run: Run) -> Html:
    """Draw how much of what applies is met; the words say the same."""
    applicable = _applicable(run.results)
    met = sum(result.is_met for result in applicable)
    share = met / len(applicable) if applicable else 0.0
    dash = f"{share * RING_LENGTH:.1f} {RING_LENGTH:.1f}"
    circle = f'cx="80" cy="80" r="{RING}"'
    return Html(
        '<svg viewBox="0 0 160 160" role="img" '
        f'aria-label="{met} of {len(applicable)} clauses that apply are met">'
        f'<circle class="ring rest" {circle}/>'
        f'<circle class="ring" {circle} stroke="var(--pass)" '
        f'stroke-dasharray="{dash}" transform="rotate(-90 80 80)"/>'
        f'<text x="80" y="84" font-size="34">{met}</text>'
        f'<text class="small" x="80" y="106" font-size="14">of {len(applicable)} met'
        "</text></svg>",
    )


def _applicable(results: Iterable[Result]) -> list[Result]:
    return [each for each in results if each.verdict is not Verdict.NOT_APPLICABLE]


def _about(run: Run) -> Html:
    subject = run.subject
    assurance = {
        "L1": "L1, attached: the suite knew its addresses only",
        "L2": "L2, managed: the suite started and ended it",
    }[subject.assurance]
    rows = {
        "Assurance": assurance,
        "Addresses": ", ".join(subject.addresses.values()) or "none",
        "Capabilities": ", ".join(subject.capabilities) or "none",
        "Scanners": ", ".join(
            f"{role}: {name}" for role, name in subject.devices.items()
        )
        or "none",
        "Verdicts": ", ".join(
            f"{count} {verdict.value}" for verdict, count in run.counts.items() if count
        ),
    }
    pairs = [
        join(element("dt", name), element("dd", text)) for name, text in rows.items()
    ]
    return element(
        "section",
        element("h2", "What was measured", id="about"),
        element("dl", *pairs, class_="facts"),
        aria_labelledby="about",
    )


def _areas(run: Run) -> Html:
    rows = [
        _area_row(area, list(results))
        for area, results in groupby(run.results, key=lambda each: each.clause.area)
    ]
    heads = [element("th", text, scope="col") for text in ("Area", "Met", "Verdicts")]
    bar = element("td", class_="bar")
    return element(
        "section",
        element("h2", "By area", id="areas"),
        element(
            "table",
            element("thead", element("tr", *heads, bar)),
            element("tbody", *rows),
            class_="areas",
        ),
        aria_labelledby="areas",
    )


def _area_row(area: str, results: list[Result]) -> Html:
    counts = {
        verdict: count
        for verdict in Verdict
        if (count := sum(each.verdict is verdict for each in results))
    }
    applicable = _applicable(results)
    met = sum(each.is_met for each in results)
    parts = [
        Html(f'<span class="{css_class(verdict)}" style="flex:{count}"></span>')
        for verdict, count in counts.items()
        if verdict is not Verdict.NOT_APPLICABLE
    ]
    named = ", ".join(f"{count} {verdict.value}" for verdict, count in counts.items())
    link = element("a", area, href=f"#area-{area}")
    return element(
        "tr",
        element("th", link, scope="row"),
        element("td", f"{met} of {len(applicable)}", class_="met"),
        element("td", named),
        element("td", element("div", *parts, class_="stack"), class_="bar"),
    )


def _clauses(run: Run) -> Html:
    groups = [
        element(
            "section",
            element("h3", area, id=f"area-{area}"),
            *(clause_html(result) for result in results),
            class_="area",
            aria_labelledby=f"area-{area}",
        )
        for area, results in groupby(run.results, key=lambda each: each.clause.area)
    ]
    return element(
        "section",
        element("h2", "Clauses", id="clauses", tabindex="-1"),
        _filter(run),
        element("p", id="shown", role="status", class_="soft"),
        *groups,
        aria_labelledby="clauses",
    )


def _filter(run: Run) -> Html:
    areas = dict.fromkeys(result.clause.area for result in run.results)
    options = [element("option", area, value=area) for area in areas]
    buttons = [
        element(
            "button",
            f"{verdict.value} {count}",
            type="button",
            value=verdict.value,
            aria_pressed="false",
        )
        for verdict, count in run.counts.items()
        if count
    ]
    return element(
        "form",
        element("label", "Text", Html('<br><input name="text" type="search">')),
        element(
            "label",
            "Area",
            Html("<br>"),
            element(
                "select", element("option", "all", value=""), *options, name="area"
            ),
        ),
        element("fieldset", element("legend", "Verdict"), *buttons),
        class_="filter",
        role="search",
        aria_label="Filter the clauses",
        hidden="",
    )


def _footer(run: Run) -> Html:
    return element(
        "footer",
        element(
            "p",
            f"Scanwright {run.suite_version}. PASS alone counts as met. A clause that "
            "was skipped, blocked or not tried is never counted as one that passed.",
        ),
    )
