"""The run as JSON: what machines read. `report.schema.json` describes it."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.codec import encode
from scanwright_conformance.verdict import EXIT_STATUS

if TYPE_CHECKING:
    from scanwright_conformance.judgement import Judgement
    from scanwright_conformance.results import Result, Run

__all__ = ["FORMAT", "report_schema", "run_as_json"]

FORMAT: Final = "scanwright-report/1"


def run_as_json(run: Run) -> dict[str, Any]:
    """Return `run` as JSON values, the transcripts included."""
    return {
        "format": FORMAT,
        "suite_version": run.suite_version,
        "began_at": run.began_at.isoformat(timespec="seconds"),
        "seconds": round(run.seconds, 3),
        "target": {
            "name": run.subject.name,
            "assurance": run.subject.assurance,
            "addresses": dict(run.subject.addresses),
            "capabilities": list(run.subject.capabilities),
            "scanners": dict(run.subject.devices),
        },
        "is_selection": run.is_selection,
        "roll_up": run.roll_up.value,
        "exit_status": EXIT_STATUS[run.roll_up],
        "counts": {verdict.value: count for verdict, count in run.counts.items()},
        "results": [_result(result) for result in run.results],
    }


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema of the report."""
    path = files("scanwright_conformance.report") / "_data" / "report.schema.json"
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


def _result(result: Result) -> dict[str, Any]:
    clause = result.clause
    return {
        "clause": clause.id,
        "area": clause.area,
        "level": clause.level.value,
        "provenance": clause.provenance.value,
        "text": clause.text,
        "verdict": result.verdict.value,
        "reason": result.reason,
        "judgement": _judgement(result.judgement),
        "attempts": result.attempts,
        "seconds": round(result.seconds, 3),
        "transcript": None if result.transcript is None else encode(result.transcript),
    }


def _judgement(judgement: Judgement | None) -> dict[str, Any] | None:
    if judgement is None:
        return None
    return {
        "is_met": judgement.is_met,
        "expected": judgement.expected,
        "observed": judgement.observed,
        "labels": list(judgement.labels),
    }
