"""The section on the target and the run."""

from __future__ import annotations

from dataclasses import replace

from scanwright_conformance.report._about_html import about_html
from scanwright_conformance.results import Run


def test_all_that_decided_the_run_is_there(run: Run) -> None:
    """Seed, pace, environment, discrepancies, traces, description and order."""
    made = about_html(run)
    for words in ("7, which the order", "1, by which", "system: Linux", "`duplex` is"):
        assert words in made
    for title in ("Declared and seen", "Left behind", "Description of the target"):
        assert title in made
    assert made.index(run.plan.clauses[0].id) < made.index(run.plan.clauses[-1].id)


def test_what_there_is_not_is_not_spoken_of(run: Run) -> None:
    """A run that left nothing behind has no heading for it."""
    subject = replace(run.subject, discrepancies=(), description="", addresses={})
    plan = replace(run.plan, subject=subject, environment={})
    made = about_html(replace(run, plan=plan, traces=()))
    for words in ("Declared and seen", "Left behind", "Description", "Environment"):
        assert words not in made
