"""The head of the HTML report: what is framed, and printed on the first page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.report._markup import Html, element, join, tone
from scanwright_conformance.report._seal import seal
from scanwright_conformance.report._standing import (
    certified_profiles,
    grid,
    level_of,
)
from scanwright_conformance.report._words import (
    SENTENCES,
    duration,
    profiles_in_words,
)
from scanwright_conformance.verdict import RollUp
from scanwright_spec import EVERYTHING, PROFILES, Assurance

if TYPE_CHECKING:
    from scanwright_conformance.report._standing import Cell, Row
    from scanwright_conformance.results import Run

__all__ = ["certificate_html"]

# A shape says what the colour says.
MARKS: Final = {
    "pass": "\N{CHECK MARK}",
    "fail": "\N{MULTIPLICATION SIGN}",
    "warn": "!",
}


def certificate_html(run: Run) -> Html:
    """Return the certificate, or what stands in its place."""
    return element(
        "header",
        element(
            "div",
            element("div", *_words(run), class_="words"),
            seal(run),
            class_="top",
        ),
        _grid(run),
        _facts(run),
        class_=f"certificate {tone(run.roll_up)}",
    )


def _words(run: Run) -> list[Html]:
    is_good = run.roll_up is RollUp.CERTIFIED
    kind = "Certificate of conformance" if is_good else "Report of a certification"
    words = [
        element("p", "Scanwright ", element("span", kind), class_="kind"),
        element("h1", run.subject.name),
    ]
    if run.subject.version:
        words.append(element("p", f"Version {run.subject.version}", class_="version"))
    words.append(element("p", SENTENCES[run.roll_up], class_="verdict"))
    if profiles := _certified_for(run):
        words.append(element("p", profiles))
    words += [element("p", f"Left behind: {trace}") for trace in run.traces]
    return words


def _certified_for(run: Run) -> str:
    names = certified_profiles(run)
    if not names:
        return ""
    level = level_of(run)
    said = "everything" if EVERYTHING in names else ", ".join(names)
    return f"For {said}, at level {level.value} ({level.meaning})."


def _grid(run: Run) -> Html:
    rows = grid(run)
    if not rows:
        return Html("")
    heads = [
        element("th", "Profile", scope="col"),
        *(element("th", level.value, scope="col") for level in Assurance),
        element("th", "Standing", scope="col"),
    ]
    legend = "; ".join(f"{level.value}, {level.meaning}" for level in Assurance)
    return element(
        "div",
        element(
            "table",
            element("caption", "Clauses met, by profile and level of assurance"),
            element("thead", element("tr", *heads)),
            element("tbody", *(_row(row) for row in rows)),
            class_="grid",
        ),
        element("p", f"{legend}.", class_="soft legend"),
    )


def _row(row: Row) -> Html:
    standing = row.standing
    meaning = PROFILES[standing.profile].meaning
    return element(
        "tr",
        element("th", element("span", standing.profile, title=meaning), scope="row"),
        *(_cell(cell) for cell in row.cells),
        element(
            "td",
            standing.roll_up.value,
            class_=f"standing {tone(standing.roll_up)}",
        ),
        class_="whole" if standing.profile == EVERYTHING else "subject",
    )


def _cell(cell: Cell) -> Html:
    if not cell.tried:
        dot = element("span", "\N{MIDDLE DOT}", aria_hidden="true")
        return element("td", dot, element("span", "not tried", class_="hidden-words"))
    if not cell.applicable:
        return element("td", "does not apply", class_="soft")
    kind = _kind(cell)
    count = element(
        "span",
        str(cell.met),
        element("span", " of ", class_="of"),
        str(cell.applicable),
        class_="count",
    )
    mark = element("span", MARKS[kind], class_="mark", aria_hidden="true")
    return element("td", mark, " ", count, class_=kind)


def _kind(cell: Cell) -> str:
    if cell.met == cell.applicable:
        return "pass"
    return "fail" if cell.broken else "warn"


def _facts(run: Run) -> Html:
    plan = run.plan
    assured = Assurance(run.subject.assurance)
    rows = {
        "Measured": run.began_at.strftime("%-d %B %Y, %H:%M UTC"),
        "Assurance": f"{assured.value}, {assured.meaning.partition(':')[0]}",
        "Suite": f"Scanwright {run.suite_version}",
        "Seed": str(plan.seed),
        "Took": duration(run.seconds),
        "Asked for": _asked(run),
    }
    pairs = [
        element("div", element("dt", name), element("dd", text))
        for name, text in rows.items()
    ]
    return element("dl", join(*pairs), class_="line")


def _asked(run: Run) -> str:
    scope = run.plan.scope
    if scope.only:
        return f"a selection: {', '.join(sorted(scope.only))}"
    return profiles_in_words(scope)
