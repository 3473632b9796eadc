"""Golden transcripts: kept as they are, and judged as they should be."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from scanwright_conformance.canned import answered
from scanwright_conformance.checks import load_checks
from scanwright_conformance.proof.golden import (
    Golden,
    golden_clauses,
    is_met,
    misjudged,
    read_golden,
    write_golden,
)
from scanwright_conformance.proof.mutants import mutants
from scanwright_conformance.transcript import Fact, Transcript

CLAUSE = "SERVER-settings"


def level(value: object) -> Transcript:
    """Return a conversation in which `value` is the log level."""
    return Transcript((answered("settings", json={"logLevel": value}),))


GOOD = Golden((level(1), level(30)), (level(7),))


def test_golden_transcripts_come_back_as_they_were(tmp_path: Path) -> None:
    """What is written is read; what was never written is nothing."""
    write_golden(CLAUSE, GOOD, tmp_path)
    assert read_golden(CLAUSE, tmp_path) == GOOD
    assert read_golden("SERVER-version", tmp_path) == Golden()
    assert golden_clauses(tmp_path) == (CLAUSE,)


def test_the_same_content_is_the_same_file(tmp_path: Path) -> None:
    """A file has no date in it, and is left alone when nothing changed."""
    for folder in (tmp_path / "a", tmp_path / "b"):
        assert write_golden(CLAUSE, GOOD, folder)
    one, other = (path.read_bytes() for path in sorted(tmp_path.rglob("*.gz")))
    assert one == other
    assert not write_golden(CLAUSE, GOOD, tmp_path / "a")


def test_a_file_that_was_packed_by_another_is_left_alone(tmp_path: Path) -> None:
    """It is the content that counts, not how it was packed."""
    write_golden(CLAUSE, GOOD, tmp_path)
    (path,) = tmp_path.rglob("*.gz")
    packed = gzip.compress(gzip.decompress(path.read_bytes()), 1, mtime=7)
    path.write_bytes(packed)
    assert not write_golden(CLAUSE, GOOD, tmp_path)
    assert path.read_bytes() == packed


def test_a_transcript_that_is_judged_otherwise_is_told(tmp_path: Path) -> None:
    """A judge that turned round is noticed by what was kept."""
    write_golden(CLAUSE, Golden((level(7),), (level(1),)), tmp_path)
    assert misjudged([CLAUSE], tmp_path) == (
        f"{CLAUSE}: passing is judged failing",
        f"{CLAUSE}: failing is judged passing",
    )


def test_transcripts_of_a_clause_without_a_check_are_told(tmp_path: Path) -> None:
    """What nobody judges any more is to be taken away."""
    write_golden("SERVER-no-such", GOOD, tmp_path)
    (line,) = misjudged(golden_clauses(tmp_path), tmp_path)
    assert line.startswith("SERVER-no-such: there is no check")


def test_a_judge_that_makes_a_mistake_says_nothing() -> None:
    """An accident is neither a pass nor a failure."""
    facts = Transcript((Fact("ports", None),))
    assert is_met(load_checks()["PORTS-loopback-only"].check, facts) is None


@pytest.mark.parametrize("clause", golden_clauses())
def test_each_golden_transcript_is_judged_as_it_should(clause: str) -> None:
    """What was met is met, what was broken is broken; each clause has both."""
    kept = read_golden(clause)
    assert kept.passing
    assert kept.failing
    assert misjudged([clause]) == ()


def test_each_golden_clause_has_a_mutant() -> None:
    """A transcript that fails comes from a service that breaks the clause."""
    assert set(golden_clauses()) <= {each.clause for each in mutants()}
