"""The form that narrows the list of clauses; a script shows it and does the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanwright_conformance.report._markup import Html, element
from scanwright_spec import assurance_of, profile_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scanwright_conformance.results import Run

__all__ = ["choice", "filter_html", "search"]


def filter_html(run: Run) -> Html:
    """Return the filters: text, verdict, and whatever else tells clauses apart."""
    clauses = [result.clause for result in run.results]
    bonds = {"yes": "binding", "no": "not binding"}
    return element(
        "form",
        search(),
        choice("profile", "Profile", _each(profile_of(one) for one in clauses)),
        choice("assurance", "Level", _each(sorted(assurance_of(c) for c in clauses))),
        choice("provenance", "Provenance", _each(c.provenance for c in clauses)),
        choice("binding", "Binding", bonds),
        element("fieldset", element("legend", "Verdict"), *_verdicts(run)),
        element("button", "Show all", type="reset", class_="reset"),
        class_="filter",
        role="search",
        aria_label="Filter the clauses",
        hidden="",
    )


def search() -> Html:
    """Return the field for words."""
    return element("label", "Text", Html('<input name="text" type="search">'))


def choice(name: str, label: str, options: Mapping[str, str]) -> Html:
    """Return a list to choose one value from, or all."""
    made = [element("option", text, value=value) for value, text in options.items()]
    every = element("option", "all", value="")
    return element("label", label, element("select", every, *made, name=name))


def _each(values: Iterable[str]) -> dict[str, str]:
    return {str(value): str(value) for value in values}


def _verdicts(run: Run) -> list[Html]:
    return [
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
