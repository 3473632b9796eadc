"""The file of expectations."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from scanwright_conformance.expectations import Assessment, Expectation
from scanwright_conformance.expectations_file import (
    ExpectationError,
    read_expectations,
    write_assessment,
)
from scanwright_conformance.verdict import Verdict

KNOWN = frozenset({"JOBS-start", "JOBS-lock"})
GOOD = """\
[[expect]]
clause = "JOBS-start"
reason = "not yet"
issue = "https://bugs.example/7"
expires = 2030-12-31
"""


def written(folder: Path, text: str) -> Path:
    """Return a file of expectations with this text."""
    file = folder / "expectations.toml"
    file.write_text(text)
    return file


def test_a_line_is_read(tmp_path: Path) -> None:
    """Without a verdict a failure is meant."""
    text = GOOD + GOOD.replace("start", "lock") + 'verdict = "FLAKY"\n'
    day, issue = date(2030, 12, 31), "https://bugs.example/7"
    assert read_expectations(written(tmp_path, text), KNOWN) == (
        Expectation("JOBS-start", "not yet", issue, day, Verdict.FAIL),
        Expectation("JOBS-lock", "not yet", issue, day, Verdict.FLAKY),
    )


def test_nothing_may_be_expected(tmp_path: Path) -> None:
    """An empty file is what everybody works for."""
    assert read_expectations(written(tmp_path, ""), KNOWN) == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[expect", ""),
        ("[expect]", ": must be made of [[expect]] tables"),
        ("expect = [1]", ": must be made of [[expect]] tables"),
        ("[other]", ": must be made of [[expect]] tables"),
        (GOOD.replace("JOBS-start", "JOBS-stat"), ":2: expect 1.clause is 'JOBS-stat'"),
        (GOOD.replace('"not yet"', '" "'), ":3: expect 1.reason must be there"),
        (GOOD.replace("issue", "bug"), ":4: expect 1.bug is unknown; use clause"),
        (GOOD.replace("2030-12-31", '"2030"'), ":5: expect 1.expires must be there"),
        (GOOD.replace("2030-12-31", "2030-12-31T00:00:00"), "and be a day"),
        ("[[expect]]\nclause = 'JOBS-start'", ":1: expect 1.reason must be there"),
        (GOOD + 'verdict = "PASS"', ":6: expect 1.verdict must be one of FAIL, WARN"),
        (GOOD + GOOD, ":7: expect 2.clause is 'JOBS-start' a second time"),
    ],
)
def test_mistakes_are_told_with_their_place(
    tmp_path: Path, text: str, problem: str
) -> None:
    """File, line and key are in the message."""
    file = written(tmp_path, text)
    with pytest.raises(ExpectationError) as error:
        read_expectations(file, KNOWN)
    assert str(error.value).startswith(f"{file}:")
    assert problem in str(error.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """It is a mistake like any other."""
    with pytest.raises(ExpectationError, match="No such file"):
        read_expectations(tmp_path / "none.toml", KNOWN)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"# \xff", "must be in UTF-8, and byte 2 is not"),
        (b"expect = " + b"1" * 5000, "Exceeds the limit"),
    ],
)
def test_what_no_parser_takes_is_told(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    """It is a mistake like any other."""
    file = tmp_path / "expectations.toml"
    file.write_bytes(content)
    with pytest.raises(ExpectationError, match=rf"expectations\.toml: {problem}"):
        read_expectations(file, KNOWN)


def test_an_assessment_lies_beside_the_reports(tmp_path: Path) -> None:
    """As JSON, for whoever shows the reports."""
    path = write_assessment(Assessment((), 0), tmp_path)
    assert path == tmp_path / "expectations.json"
    assert json.loads(path.read_text())["format"] == "scanwright-expectations/1"
