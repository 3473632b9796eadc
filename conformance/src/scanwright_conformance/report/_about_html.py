"""What was measured, and in which circumstances: all that decided the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanwright_conformance.report._markup import Html, element, join
from scanwright_conformance.report._words import duration

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanwright_conformance.results import Run

__all__ = ["about_html"]


def about_html(run: Run) -> Html:
    """Return the section on the target and the run."""
    subject, plan = run.subject, run.plan
    parts = [
        element("h2", "The run", id="run"),
        element("dl", *(_pair(*row) for row in _rows(run)), class_="facts"),
    ]
    parts += _sentences("Declared and seen", subject.discrepancies)
    parts += _sentences("Left behind", run.traces)
    if subject.description:
        parts.append(_folded("Description of the target", subject.description))
    order = "\n".join(clause.id for clause in plan.clauses)
    parts.append(_folded("Order of trying", order))
    return element("section", *parts, aria_labelledby="run")


def _rows(run: Run) -> Iterable[tuple[str, str]]:
    subject, plan = run.subject, run.plan
    yield "Addresses", ", ".join(subject.addresses.values()) or "none"
    yield "Capabilities", ", ".join(subject.capabilities) or "none"
    yield "Scanners", _named(subject.devices.items()) or "none"
    yield "Seed", f"{plan.seed}, which the order of trying follows from"
    yield "Pace", f"{plan.pace:g}, by which deadlines were stretched"
    yield (
        "Time",
        f"{run.began_at.isoformat(timespec='seconds')}, {duration(run.seconds)}",
    )
    yield "Suite", f"Scanwright {run.suite_version}"
    if plan.environment:
        yield "Environment", _named(plan.environment.items())


def _named(pairs: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in pairs)


def _pair(name: str, text: str) -> Html:
    return join(element("dt", name), element("dd", text))


def _sentences(title: str, sentences: Iterable[str]) -> list[Html]:
    items = [element("li", sentence) for sentence in sentences]
    return [element("h3", title), element("ul", *items)] if items else []


def _folded(title: str, text: str) -> Html:
    return element(
        "details",
        element("summary", title),
        element("pre", text),
        class_="folded",
    )
