"""Expectations as files: `[[expect]]` tables are read, assessments are written."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Collection, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from scanwright_conformance.expectations import (
    ALLOWED,
    Assessment,
    Expectation,
    assessment_as_json,
)
from scanwright_conformance.toml_lines import line_of
from scanwright_conformance.verdict import Verdict

__all__ = ["ExpectationError", "read_expectations", "write_assessment"]

FILE: Final = "expectations.json"
KEYS: Final = ("clause", "verdict", "reason", "issue", "expires")


class ExpectationError(Exception):
    """A file of expectations cannot be used; the message has file, line and key."""


def read_expectations(path: Path, known: Collection[str]) -> tuple[Expectation, ...]:
    """Return what the file at `path` expects of clauses, which must be `known`."""
    try:
        text = path.read_text(encoding="utf-8")
        found = tomllib.loads(text)
    except OSError as error:
        raise ExpectationError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        problem = f"must be in UTF-8, and byte {error.start} is not"
        raise ExpectationError(f"{path}: {problem}") from error
    except ValueError as error:  # a TOMLDecodeError, or a number of too many digits
        raise ExpectationError(f"{path}: {error}") from error
    return _Reader(path, text, known).expectations(found)


def write_assessment(assessment: Assessment, folder: Path) -> Path:
    """Write `expectations.json` beside the reports in `folder`, and return it."""
    path = folder / FILE
    text = json.dumps(assessment_as_json(assessment), indent=1, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8")
    return path


class _Reader:
    """One file on its way to expectations."""

    def __init__(self, path: Path, text: str, known: Collection[str]) -> None:
        self._path = path
        self._text = text
        self._known = known

    def expectations(self, found: Mapping[str, Any]) -> tuple[Expectation, ...]:
        tables = found.get("expect", [])
        is_right = isinstance(tables, list) and set(found) <= {"expect"}
        if not is_right or not all(isinstance(each, dict) for each in tables):
            problem = "must be made of [[expect]] tables and nothing else"
            raise ExpectationError(f"{self._path}: {problem}")
        read: dict[str, Expectation] = {}
        for number, table in enumerate(tables, start=1):
            each = self._expectation(number, table)
            if each.clause in read:
                problem = f"is {each.clause!r} a second time; keep one of them"
                raise self._error(number, "clause", problem)
            read[each.clause] = each
        return tuple(read.values())

    def _expectation(self, number: int, table: Mapping[str, Any]) -> Expectation:
        for key in table:
            if key not in KEYS:
                problem = f"is unknown; use {', '.join(KEYS)}"
                raise self._error(number, key, problem)
        for key in ("clause", "reason", "issue"):
            if not isinstance(table.get(key), str) or not table[key].strip():
                raise self._error(number, key, "must be there, and be a text")
        if table["clause"] not in self._known:
            problem = f"is {table['clause']!r}, which is none; see scanwright spec"
            raise self._error(number, "clause", problem)
        expires = table.get("expires")
        if not isinstance(expires, date) or isinstance(expires, datetime):
            problem = "must be there, and be a day, like 2030-12-31 without quotes"
            raise self._error(number, "expires", problem)
        return Expectation(
            clause=table["clause"],
            reason=table["reason"],
            issue=table["issue"],
            expires=expires,
            verdict=self._verdict(number, table.get("verdict", Verdict.FAIL)),
        )

    def _verdict(self, number: int, value: object) -> Verdict:
        if value not in ALLOWED:
            problem = f"must be one of {', '.join(ALLOWED)}"
            raise self._error(number, "verdict", problem)
        return Verdict(str(value))

    def _error(self, number: int, key: str, problem: str) -> ExpectationError:
        line = line_of(self._text, "expect", key, number=number)
        place = f"expect {number}.{key}"
        return ExpectationError(f"{self._path}:{line}: {place} {problem}")
