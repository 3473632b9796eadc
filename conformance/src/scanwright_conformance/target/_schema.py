"""The published form of target.toml, as data: `target.schema.json`.

The reader of descriptions takes tables, keys and types from here, so that the two say
the same. It does without a library for schemas, which certifying does not need.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

__all__ = ["SCHEMA_FILE", "Key", "Kind", "meanings", "tables"]

SCHEMA_FILE: Final = Path(__file__).parent / "target.schema.json"


class Kind(StrEnum):
    """The types that values have."""

    STRING = "string"
    ARRAY = "array"
    NUMBER = "number"

    @property
    def in_words(self) -> str:
        """The type as a message calls it."""
        return "an array of strings" if self is Kind.ARRAY else f"a {self.value}"

    def fits(self, value: object) -> bool:
        """Whether `value`, as TOML gave it, is of this type."""
        if self is Kind.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        if self is Kind.STRING:
            return isinstance(value, str)
        return isinstance(value, list) and all(isinstance(each, str) for each in value)


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table. `is_needed` where the table makes no sense without it."""

    kind: Kind
    meaning: str
    example: Any
    is_needed: bool


@cache
def meanings() -> Mapping[str, str]:
    """Return what each table is for."""
    properties = _schema()["properties"]
    return {name: table["description"] for name, table in properties.items()}


@cache
def tables() -> Mapping[str, Mapping[str, Key]]:
    """Return the tables of a description with their keys, in their published order."""
    return {name: _keys(table) for name, table in _schema()["properties"].items()}


def _schema() -> Any:
    return json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))


def _keys(table: Mapping[str, Any]) -> Mapping[str, Key]:
    needed = table.get("required", [])
    return {
        name: Key(
            Kind(key["type"]),
            key["description"],
            key["examples"][0],
            name in needed,
        )
        for name, key in table["properties"].items()
    }
