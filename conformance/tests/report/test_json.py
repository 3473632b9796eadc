"""The JSON report keeps to its schema and can be judged again."""

from __future__ import annotations

import json

import pytest

from scanwright_conformance.events import run_of
from scanwright_conformance.report._json import (
    as_bytes,
    events_of_report,
    run_as_json,
)
from scanwright_conformance.results import Run
from scanwright_conformance.verdict import Verdict


def test_counts_and_standings_are_those_of_the_run(run: Run) -> None:
    """Machines read what people read."""
    value = run_as_json(run)
    assert value["counts"] == {v.value: run.counts[v] for v in Verdict}
    assert [each["profile"] for each in value["standings"]] == [
        each.profile for each in run.standings
    ]
    assert (value["roll_up"], value["exit_status"]) == ("failed", 1)


def test_the_run_can_be_made_of_it_again(run: Run) -> None:
    """Nothing of the plan, the evidence or the verdicts is lost."""
    value = json.loads(as_bytes(run_as_json(run)))
    again = run_of(events_of_report(value))
    assert again.plan == run.plan
    assert run_as_json(again) == run_as_json(run)
    assert again.results[1].transcript == run.results[1].transcript


def test_another_format_is_refused() -> None:
    """What is no report of this format is not guessed at."""
    with pytest.raises(ValueError, match="scanwright-report/2"):
        list(events_of_report({"format": "scanwright-report/1"}))


def test_half_a_letter_is_written_as_json_spells_it() -> None:
    """What no UTF-8 can say comes back as it was."""
    value = {"a": "\ud800 \u00e4"}
    assert json.loads(as_bytes(value)) == value
