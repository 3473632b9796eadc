"""The comparison for people."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from scanwright_conformance.report import comparison_as_html
from scanwright_conformance.results import Run
from scanwright_conformance.verdict import Verdict


def altered(run: Run) -> Run:
    """Return the run with its first clause broken, and without its last one."""
    first, *others, _ = run.results
    return replace(run, results=(replace(first, verdict=Verdict.FAIL), *others))


def test_each_cell_leads_to_its_details(run: Run, read: Any) -> None:
    """Every verdict is a link to a place in the same file."""
    document = comparison_as_html([run, altered(run)])
    reader = read(document)
    links = set(re.findall(r'<a href="#([A-Z0-9]+-[^"]+\.\d)"', document))
    assert len(links) == 2 * len(run.results) - 1
    assert links <= set(reader.ids)
    assert "not asked" in document


def test_answers_of_the_targets_are_text(run: Run, read: Any) -> None:
    """Nothing of a target runs, and nothing is loaded."""
    document = comparison_as_html([run, altered(run)])
    reader = read(document)
    assert (reader.programs, reader.handlers, reader.loads) == (1, [], [])
    assert "<script>alert" not in document


def test_it_says_on_how_much_they_agree(run: Run) -> None:
    """The number of differences stands above the table."""
    assert "They agree on all 40 clauses." in comparison_as_html([run, run])
    assert "They differ in 1 of 40 clauses." in comparison_as_html([run, altered(run)])
