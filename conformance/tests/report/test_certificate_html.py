"""The head of the report."""

from __future__ import annotations

from dataclasses import replace

from scanwright_conformance.report._certificate_html import certificate_html
from scanwright_conformance.results import Run
from scanwright_conformance.scope import Scope
from scanwright_conformance.verdict import Verdict


def test_only_who_is_certified_has_a_certificate(run: Run) -> None:
    """Anything else is called a report."""
    results = tuple(replace(each, verdict=Verdict.PASS) for each in run.results)
    made = certificate_html(Run(run.plan, results, 1.0))
    assert "Certificate of conformance" in made
    assert "For everything, at level L2 (managed:" in made
    failed = certificate_html(run)
    assert "Certificate" not in failed
    assert "Report of a certification" in failed


def test_the_grid_has_what_was_met_at_each_level(run: Run) -> None:
    """A cell says how many of those that apply, and whether something is broken."""
    made = certificate_html(run)
    assert (
        '<td class="fail"><span class="mark" aria-hidden="true">\N{MULTIPLICATION SIGN}'
        in made
    )
    assert "failed</td>" in made


def test_version_seed_and_date_are_named(run: Run) -> None:
    """Who frames it knows which version was measured, and when."""
    made = certificate_html(run)
    for words in ("Version 1.2", "23 November 2026, 09:30 UTC", "<dd>7</dd>"):
        assert words in made
    nameless = replace(run.plan, subject=replace(run.subject, version=""))
    assert "Version" not in certificate_html(replace(run, plan=nameless))


def test_a_selection_says_so(run: Run) -> None:
    """What was asked for is told in its own words."""
    plan = replace(run.plan, scope=Scope(only=frozenset({"PORTS", "TLS"})))
    assert "a selection: PORTS, TLS" in certificate_html(replace(run, plan=plan))


def test_an_empty_run_has_no_grid(run: Run) -> None:
    """Without a result there is no table without rows."""
    assert "<table" not in certificate_html(replace(run, results=()))
