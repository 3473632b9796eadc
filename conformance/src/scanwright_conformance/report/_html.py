"""The run as one HTML file: everything that a person wants to know, nothing to load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.report._about_html import about_html
from scanwright_conformance.report._certificate_html import certificate_html
from scanwright_conformance.report._clause_html import clause_html
from scanwright_conformance.report._filter_html import filter_html
from scanwright_conformance.report._findings_html import findings_html, numbers_html
from scanwright_conformance.report._markup import Html, element
from scanwright_conformance.report._page import page
from scanwright_conformance.report._words import titled
from scanwright_spec import PROFILES, profile_of

if TYPE_CHECKING:
    from scanwright_conformance.results import Result, Run

__all__ = ["footer_html", "run_as_html"]

WITHOUT_SCRIPT: Final = (
    "Filters and the recorded exchanges are shown by a script. Without it, report.json "
    "has all of them."
)


def run_as_html(run: Run) -> str:
    """Return the report as a document of its own."""
    return page(
        f"{titled(run.subject)}: {run.roll_up.value}",
        element("a", "Skip to the clauses", class_="skip", href="#clauses"),
        certificate_html(run),
        element(
            "main",
            findings_html(run),
            numbers_html(run),
            _clauses(run),
            about_html(run),
        ),
        footer_html(run.suite_version),
        script="report.js",
    )


def footer_html(suite_version: str) -> Html:
    """Return what stands below every report."""
    return element(
        "footer",
        element(
            "p",
            f"Scanwright {suite_version}. PASS alone counts as met. A clause that was "
            "skipped, blocked or not tried is never counted as one that passed.",
        ),
    )


def _clauses(run: Run) -> Html:
    groups: dict[str, list[Result]] = {name: [] for name in PROFILES}
    for result in run.results:
        groups[profile_of(result.clause)].append(result)
    return element(
        "section",
        element("h2", "Clauses", id="clauses", tabindex="-1"),
        filter_html(run),
        element("p", id="shown", role="status", class_="soft"),
        element("noscript", element("p", WITHOUT_SCRIPT)),
        *(_group(name, each, run.plan.seed) for name, each in groups.items() if each),
        aria_labelledby="clauses",
    )


def _group(profile: str, results: list[Result], seed: int) -> Html:
    return element(
        "section",
        element("h3", profile, id=f"profile-{profile}"),
        element("p", PROFILES[profile].meaning, class_="soft"),
        *(clause_html(result, seed) for result in results),
        class_="group",
        aria_labelledby=f"profile-{profile}",
    )
