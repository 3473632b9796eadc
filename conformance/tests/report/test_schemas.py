"""Every form for machines keeps to its schema."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from scanwright_conformance.report._comparison_text import comparison_as_json
from scanwright_conformance.report._json import as_bytes, run_as_json
from scanwright_conformance.report._schemas import (
    SCHEMAS,
    comparison_schema,
    report_schema,
)
from scanwright_conformance.results import Run
from scanwright_conformance.verdict import RollUp


@pytest.mark.parametrize("name", SCHEMAS)
def test_each_schema_is_one(name: str) -> None:
    """It keeps to JSON Schema 2020-12."""
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name]())


@pytest.mark.slow
def test_the_report_keeps_to_its_schema(run: Run) -> None:
    """Every verdict and every kind of entry is what the schema says."""
    value = json.loads(as_bytes(run_as_json(run)))
    jsonschema.Draft202012Validator(report_schema()).validate(value)


@pytest.mark.parametrize(
    "place", [(), ("target",), ("results", 1), ("results", 1, "clause")]
)
def test_the_schema_of_the_report_is_closed(run: Run, place: tuple[Any, ...]) -> None:
    """A member that it does not know is refused, at every depth."""
    value = json.loads(as_bytes(run_as_json(run)))
    inner = value
    for step in place:
        inner = inner[step]
    inner["unknown"] = 1
    assert not jsonschema.Draft202012Validator(report_schema()).is_valid(value)


def test_the_comparison_keeps_to_its_schema(run: Run) -> None:
    """A clause that one of the runs was not asked about is null there."""
    shorter = Run(run.plan, run.results[:3], 1.0)
    value = json.loads(as_bytes(comparison_as_json([run, shorter])))
    jsonschema.Draft202012Validator(comparison_schema()).validate(value)


def test_the_schema_knows_every_roll_up() -> None:
    """A roll-up that is added to the suite is added to the schema."""
    known = report_schema()["$defs"]["roll_up"]["enum"]
    assert sorted(known) == sorted(roll_up.value for roll_up in RollUp)
