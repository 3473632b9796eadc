"""The schemas of everything that machines read, each whole in itself.

What a run is made of is described by the schema of the event stream, once. The others
refer to it, and carry it in their `$defs`, so that nobody has to fetch anything.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final

from scanwright_conformance.event_codec import events_schema

__all__ = ["SCHEMAS", "comparison_schema", "matrix_schema", "report_schema"]


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema of report.json."""
    return _with(_data("report"), events=events_schema())


def comparison_schema() -> dict[str, Any]:
    """Return the JSON Schema of comparison.json."""
    return _with(_data("comparison"), events=events_schema(), report=_data("report"))


def matrix_schema() -> dict[str, Any]:
    """Return the JSON Schema of matrix.json."""
    parts = {name: _data(name) for name in ("report", "comparison")}
    return _with(_data("matrix"), events=events_schema(), **parts)


SCHEMAS: Final = {
    "events": events_schema,
    "report": report_schema,
    "comparison": comparison_schema,
    "matrix": matrix_schema,
}
"""What gives each schema, by its name."""


def _with(schema: dict[str, Any], **others: dict[str, Any]) -> dict[str, Any]:
    return {**schema, "$defs": {**schema["$defs"], **others}}


def _data(name: str) -> dict[str, Any]:
    path = files("scanwright_conformance.report") / "_data" / f"{name}.schema.json"
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema
