"""The JSON report keeps to its schema and can be judged again."""

from __future__ import annotations

import json

import jsonschema

from scanwright_conformance.codec import decode
from scanwright_conformance.report._json import report_schema, run_as_json
from scanwright_conformance.results import Run
from scanwright_conformance.verdict import Verdict


def test_the_report_keeps_to_its_schema(run: Run) -> None:
    """Every verdict and every kind of entry is what the schema says."""
    value = json.loads(json.dumps(run_as_json(run)))
    schema = report_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(value, schema)
    assert set(value["counts"]) == {verdict.value for verdict in Verdict}


def test_the_schema_knows_every_verdict() -> None:
    """A verdict that is added to the suite is added to the schema."""
    known = report_schema()["$defs"]["verdict"]["enum"]
    assert sorted(known) == sorted(verdict.value for verdict in Verdict)


def test_transcripts_can_be_read_back(run: Run) -> None:
    """The evidence in the report is the evidence that was judged."""
    failed = next(each for each in run.results if each.verdict is Verdict.FAIL)
    stored = next(
        each
        for each in run_as_json(run)["results"]
        if each["clause"] == failed.clause.id
    )
    assert decode(stored["transcript"]) == failed.transcript
