"""Trials of changed judges: who notices, and what is told when nothing can be said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scanwright_conformance.checks import server
from scanwright_conformance.proof.judges_changes import Alteration
from scanwright_conformance.proof.judges_code import JudgeCode, judge_code
from scanwright_conformance.proof.judges_trials import (
    Notice,
    TrialsError,
    changed_code,
    function_of,
    try_changes,
    warm,
)

TESTS = """
from scanwright_conformance.checks.server import _is_date

def test_a_date():
    assert _is_date("20260602")
"""


def code_of(judge: str) -> JudgeCode:
    """Return the function that reports call `judge`."""
    return next(each for each in judge_code() if each.judge == judge)


def tried(code: JudgeCode, tests: str, folder: Path) -> list[tuple[str, Notice]]:
    """Return what becomes of the changes of `code` under these tests."""
    path = folder / "test_some.py"
    path.write_text(tests)
    warm()
    notices = try_changes([code], path)
    return [
        (each.becomes, seen) for each, seen in zip(code.changes, notices, strict=True)
    ]


def test_a_function_is_found_under_its_decorations() -> None:
    """The code that judges is changed, not what is wrapped around it."""
    assert function_of("checks.server", "_is_date") is server._is_date
    found = function_of("checks.jobs_offers", "Offer.some")
    assert found.__qualname__ == "Offer.some"
    assert function_of("transcript", "Transcript.exchanges").__name__ == "exchanges"


def test_a_change_is_a_change_of_the_code() -> None:
    """The changed function is compiled as it would be if its author had erred."""
    code = code_of("server._is_date")
    change = next(each for each in code.changes if each.becomes == "return False")
    assert False in changed_code(code, change).co_consts
    assert changed_code(code, change).co_name == "_is_date"


@pytest.mark.slow
def test_tests_notice_and_survivors_are_told(tmp_path: Path) -> None:
    """A change that no transcript and no test minds is noticed by nobody."""
    code = replace(code_of("server._is_date"), clauses=frozenset())
    found = tried(code, TESTS, tmp_path)
    assert ("return False", Notice.TEST) in found
    assert ("pass", Notice.NOBODY) in found


@pytest.mark.slow
def test_golden_transcripts_notice_first(tmp_path: Path) -> None:
    """What a golden transcript shows needs no test; the original is left alone."""
    found = tried(code_of("server._is_date"), TESTS, tmp_path)
    assert ("return False", Notice.GOLDEN) in found
    assert server._is_date("20260602")


@pytest.mark.slow
def test_changes_that_cannot_be_tried_are_broken(tmp_path: Path) -> None:
    """A change that is no Python is a mistake of the proof, and is told."""
    broken = Alteration("server._is_date", "constant", 1, "", "(", 0, 0, "(")
    code = replace(code_of("server._is_date"), changes=(broken,))
    assert tried(code, TESTS, tmp_path) == [("(", Notice.BROKEN)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "tests", ["def test_it():\n    assert 0", "import nothing.there"]
)
def test_tests_that_fail_anyhow_prove_nothing(tests: str, tmp_path: Path) -> None:
    """Tests that fail without a change would notice everything."""
    with pytest.raises(TrialsError, match="fail without any change"):
        tried(code_of("server._is_date"), tests, tmp_path)
