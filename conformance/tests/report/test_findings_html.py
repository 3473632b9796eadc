"""Numbers and findings."""

from __future__ import annotations

import re
from dataclasses import replace

from scanwright_conformance.report._findings_html import (
    MEANINGS,
    findings_html,
    numbers_html,
)
from scanwright_conformance.results import Run
from scanwright_conformance.verdict import Verdict


def test_every_verdict_has_a_meaning() -> None:
    """No word in capitals goes unexplained."""
    assert set(MEANINGS) == set(Verdict)


def test_only_verdicts_that_were_given_are_shown(run: Run) -> None:
    """A clean run is not a row of zeros."""
    good = tuple(replace(each, verdict=Verdict.PASS) for each in run.results)
    assert numbers_html(replace(run, results=good)).count('class="tile ') == 1
    assert numbers_html(run).count('class="tile ') == len(Verdict)


def test_what_fails_the_target_comes_first(run: Run) -> None:
    """Warnings stand below everything that binds."""
    found = re.findall(r'class="chip">([A-Z]+)<', findings_html(run))
    assert found.index("WARN") > max(i for i, v in enumerate(found) if v == "FAIL")
    assert "Expected 409 / -1011; observed 200 with &lt;script&gt;" in findings_html(
        run
    )


def test_nothing_wrong_is_no_section(run: Run) -> None:
    """There is no heading above an empty list."""
    assert findings_html(replace(run, results=())) == ""
