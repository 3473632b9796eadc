"""One clause of the HTML report: what it says, what was seen, how to see it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.report._evidence import evidence_of
from scanwright_conformance.report._markup import (
    Html,
    css_class,
    element,
    join,
    json_block,
    prose,
)
from scanwright_conformance.report._words import curl_lines
from scanwright_spec import (
    CAPABILITIES,
    EVERYTHING,
    GAPS,
    Assurance,
    Provenance,
    assurance_of,
    profile_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanwright_conformance.judgement import Judgement
    from scanwright_conformance.results import Result
    from scanwright_spec import Clause

__all__ = ["clause_html", "commands"]

OWN_CHOICE: Final = (
    "This is the specification's own choice: it cannot fail you outside of the profile "
    f"{EVERYTHING}."
)
CONTRADICTED: Final = (
    "The published facts leave this open, so it can warn and not fail outside of the "
    f"profile {EVERYTHING}."
)


def clause_html(result: Result, seed: int) -> Html:
    """Return the clause as a disclosure that is closed at first."""
    clause = result.clause
    words = f"{clause.id} {clause.level.value} {clause.text} {result.verdict.value}"
    return element(
        "details",
        _title(result),
        element("div", *_inside(result, seed), class_="inside"),
        id=clause.id,
        class_=f"clause {css_class(result.verdict)}",
        data_profile=profile_of(clause),
        data_assurance=assurance_of(clause).value,
        data_verdict=result.verdict.value,
        data_provenance=clause.provenance.value,
        data_binding="yes" if result.is_binding else "no",
        data_words=" ".join(words.lower().split()),
    )


def commands(lines: Iterable[str]) -> Html:
    """Return command lines, each with a button that copies it."""
    return join(
        *(
            element(
                "div",
                element("pre", line),
                element("button", "Copy", type="button", class_="copy", hidden=""),
                class_="command",
            )
            for line in lines
        ),
    )


def _title(result: Result) -> Html:
    clause = result.clause
    bond = "" if result.is_binding else ", not binding"
    return element(
        "summary",
        element("span", result.verdict.value, class_="chip"),
        Html(" "),
        element("h4", clause.id),
        Html(" "),
        element("span", f"{clause.level.value}{bond}", class_="soft"),
    )


def _inside(result: Result, seed: int) -> Iterable[Html]:
    clause = result.clause
    yield element("div", prose(clause.text), class_="text")
    judgement = result.judgement
    if judgement is not None and not judgement.is_met:
        yield _mismatch(judgement)
    if result.reason:
        yield element("pre", result.reason, class_="reason")
    yield _facts(result)
    if result.attempts:
        again = f"scanwright certify ... --only {clause.id} --seed {seed}"
        yield element("h5", "See it again")
        yield commands([*curl_lines(result), again])
        yield element("div", class_="evidence")
        yield json_block(evidence_of(result), "evidence-data")
    yield element(
        "p",
        element("a", f"#{clause.id}", href=f"#{clause.id}", class_="anchor"),
        " is the address of this clause.",
        class_="soft",
    )


def _mismatch(judgement: Judgement) -> Html:
    return element(
        "dl",
        element("dt", "Expected"),
        element("dd", judgement.expected),
        element("dt", "Observed"),
        element("dd", judgement.observed),
        class_="mismatch",
    )


def _facts(result: Result) -> Html:
    rows = _rows(result.clause, is_binding=result.is_binding)
    pairs = [join(element("dt", name), element("dd", *parts)) for name, *parts in rows]
    return element("dl", *pairs, class_="facts")


def _rows(clause: Clause, *, is_binding: bool) -> Iterable[tuple[str, ...]]:
    level = assurance_of(clause)
    yield "Profile", profile_of(clause)
    yield "Assurance", f"{level.value}, {Assurance(level).meaning}"
    origin = clause.provenance.value
    yield "Provenance", f"{origin}: {clause.detail}" if clause.detail else origin
    for gap in clause.decides:
        yield "Decides", GAPS.get(gap, f"question {gap}")
    for need in sorted(clause.needs):
        yield "Needs", element("code", need), f" {CAPABILITIES.get(need, '')}"
    yield "Binds", "yes, in this run" if is_binding else "not in this run"
    if clause.provenance is Provenance.OWN_CHOICE:
        yield "Note", OWN_CHOICE
    elif clause.decides:
        yield "Note", CONTRADICTED
