"""One clause of the report."""

from __future__ import annotations

from dataclasses import replace

import scanwright_spec
from scanwright_conformance.report._clause_html import clause_html
from scanwright_conformance.results import Result, Run
from scanwright_conformance.verdict import Verdict
from scanwright_spec import Provenance


def of(run: Run, verdict: Verdict) -> Result:
    """Return a result of the run with this verdict."""
    return next(each for each in run.results if each.verdict is verdict)


def test_a_failure_shows_both_sides_and_how_to_see_it_again(run: Run) -> None:
    """Expected, observed, curl, and the command that tries it again."""
    made = clause_html(of(run, Verdict.FAIL), 7)
    assert "<dd>409 / -1011</dd>" in made
    assert "<pre>curl -i -X POST http://127.0.0.1:18622/create</pre>" in made
    assert "--seed 7</pre>" in made
    assert 'class="evidence-data"' in made


def test_what_was_not_tried_has_no_evidence(run: Run) -> None:
    """There is a reason and nothing to repeat."""
    made = clause_html(of(run, Verdict.BLOCKED), 7)
    assert "because &lt;script&gt;" in made
    assert "See it again" not in made


def test_needs_and_provenance_are_explained(run: Run) -> None:
    """Each capability stands with what it means."""
    made = clause_html(of(run, Verdict.PASS), 7)
    clause = of(run, Verdict.PASS).clause
    assert f"{clause.provenance.value}: {clause.detail}"[:20] in made
    tls = next(each for each in run.results if "tls" in each.clause.needs)
    assert scanwright_spec.CAPABILITIES["tls"] in clause_html(tls, 7)


def test_an_own_choice_says_whom_it_binds() -> None:
    """A vendor reads that it cannot fail in the profiles of its peers."""
    own = next(
        clause
        for clause in scanwright_spec.load().clauses
        if clause.provenance is Provenance.OWN_CHOICE
    )
    made = clause_html(Result(own, Verdict.NOT_RUN, is_binding=False), 7)
    assert "cannot fail you outside of the profile scanwright" in made
    assert "not in this run" in made
    assert ", not binding" in made


def test_what_is_left_open_names_the_question() -> None:
    """A clause that decides a gap tells which."""
    clause = scanwright_spec.load().clause("SERVER-settings")
    documented = replace(clause, decides=(3,))
    made = clause_html(Result(documented, Verdict.PASS), 7)
    assert scanwright_spec.GAPS[3] in made
    assert "it can warn and not fail" in made
