"""The seal."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

from scanwright_conformance.report._seal import seal
from scanwright_conformance.results import Run
from scanwright_conformance.verdict import Verdict


def test_only_who_is_certified_has_a_rosette(run: Run) -> None:
    """A run that failed shows a ring and its numbers, and no ornament."""
    results = tuple(replace(each, verdict=Verdict.PASS) for each in run.results)
    assert "engraving" in seal(Run(run.plan, results, 1.0))
    assert "engraving" not in seal(run)


def test_the_numbers_are_told_in_words(run: Run) -> None:
    """Who cannot see the picture knows as much; what does not apply is not counted."""
    root = ET.fromstring(seal(run))  # noqa: S314 - made a line above
    met = run.counts[Verdict.PASS]
    whole = len(run.results) - run.counts[Verdict.NOT_APPLICABLE]
    assert root.get("aria-label") == f"{met} of {whole} clauses that apply are met"
