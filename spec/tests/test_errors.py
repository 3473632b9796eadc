"""The table of error codes."""

from __future__ import annotations

import re

from scanwright.errors import ClientError, Code
from scanwright_spec import error_codes, load


def test_codes_and_names_are_unique() -> None:
    """A number has one name, and a name one number; success comes first."""
    codes = [entry.code for entry in error_codes()]
    assert codes == sorted(set(codes), reverse=True)
    assert codes[0] == 0
    assert len({entry.name for entry in error_codes()}) == len(codes)


def test_reference_has_the_codes_of_the_table() -> None:
    """The reference and the table agree."""
    table = {entry.name: entry.code for entry in error_codes()}
    reference = {code.name: code.value for code in Code}
    assert table == reference


def test_reference_answers_with_the_status_of_the_table() -> None:
    """Each error of a client comes with a status that the table has for its code."""
    statuses = {entry.code: entry.status for entry in error_codes()}
    errors = [error for error in ClientError.__subclasses__() if "code" in vars(error)]
    assert errors
    for error in errors:
        assert error.status in statuses[int(error.code)], error


def test_codes_in_clauses_are_in_the_table() -> None:
    """A clause names no number that the table does not explain."""
    known = {entry.code for entry in error_codes()}
    for clause in load().clauses:
        named = {int(number) for number in re.findall(r"-[12]\d{3}\b", clause.text)}
        assert named <= known, clause.id


def test_entries_are_complete() -> None:
    """Each code says what it means, and where it comes from: by HTTP, or otherwise."""
    for entry in error_codes():
        assert entry.status or "page channel" in entry.meaning
        assert entry.meaning.endswith(".")
        assert entry.provenance.split(":")[0] in {"documented", "standard"}
