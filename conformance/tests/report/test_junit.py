"""JUnit: what a CI server counts is what the suite said."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from scanwright_conformance.report._junit import run_as_junit
from scanwright_conformance.results import Run
from scanwright_conformance.verdict import Verdict


def test_hostile_text_is_well_formed(run: Run) -> None:
    """Whatever a target answers, the document can be parsed."""
    root = ET.fromstring(run_as_junit(run))  # noqa: S314 - made a line above
    assert len(root.findall(".//testcase")) == len(run.results)


def test_only_pass_is_a_passed_test(run: Run) -> None:
    """What was skipped, blocked or not tried is `skipped`, never passed."""
    root = ET.fromstring(run_as_junit(run))  # noqa: S314 - made a line above
    passed = [case.get("name") for case in root.iter("testcase") if len(case) == 0]
    assert passed == [
        each.clause.id for each in run.results if each.verdict is Verdict.PASS
    ]


def test_the_counts_are_right(run: Run) -> None:
    """The numbers of the suites add up to those of the run."""
    root = ET.fromstring(run_as_junit(run))  # noqa: S314 - made a line above
    sums = {
        name: sum(int(suite.get(name, "0")) for suite in root)
        for name in ("tests", "failures", "errors", "skipped")
    }
    counts = run.counts
    failures = counts[Verdict.FAIL] + counts[Verdict.FLAKY]
    assert sums["tests"] == len(run.results)
    assert sums["failures"] == failures
    assert sums["errors"] == counts[Verdict.ERROR] + counts[Verdict.NOT_RUN]
    assert (
        sums["skipped"]
        == len(run.results) - failures - sums["errors"] - (counts[Verdict.PASS])
    )


def test_a_failure_can_be_repeated_from_the_log_of_a_server(run: Run) -> None:
    """The seed is among the properties, the command in the text of the failure."""
    root = ET.fromstring(run_as_junit(run))  # noqa: S314 - made a line above
    seed = root.find("testsuite/properties/property[@name='seed']")
    assert seed is not None
    assert seed.get("value") == "7"
    failure = root.find(".//failure")
    assert failure is not None
    assert "$ curl -i -X POST" in str(failure.text)
