"""The HTML report: whole, and harmless. How it behaves in a browser: e2e."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scanwright_conformance.report._html import run_as_html
from scanwright_conformance.results import Run
from scanwright_conformance.verdict import Verdict


def test_the_document_is_well_formed(run: Run, read: Any) -> None:
    """Every element is closed, ids are unique, nothing is loaded from anywhere."""
    reader = read(run_as_html(run))
    assert reader.loads == []
    assert {result.clause.id for result in run.results} <= set(reader.ids)


def test_answers_of_the_target_are_text(run: Run, read: Any) -> None:
    """What a target answers runs in nobody's browser: the one program is ours."""
    document = run_as_html(run)
    reader = read(document)
    assert (reader.programs, reader.handlers) == (1, [])
    assert "<script>alert" not in document
    assert "\x00" not in document


def test_failures_stand_before_the_clauses(run: Run) -> None:
    """Who opens the report sees first what has to be mended."""
    document = run_as_html(run)
    assert document.index("To mend") < document.index('id="clauses"')


def test_clauses_are_grouped_by_profile(run: Run, read: Any) -> None:
    """Each profile that was tried is a section of its own."""
    ids = read(run_as_html(run)).ids
    assert [each for each in ids if each.startswith("profile-")] == [
        "profile-wire",
        "profile-certificates",
    ]


def test_a_run_without_anything_to_try_is_shown(run: Run) -> None:
    """A target to which nothing applies does not divide by zero."""
    nothing = [
        replace(each, verdict=Verdict.NOT_APPLICABLE, attempts=())
        for each in run.results
    ]
    document = run_as_html(replace(run, results=tuple(nothing)))
    assert "0 of 0 clauses" in document
    assert "Nothing applies" in document
