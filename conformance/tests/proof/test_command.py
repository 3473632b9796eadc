"""`scanwright prove`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanwright_conformance.proof.command import prove
from scanwright_conformance.proof.judges import JudgesError
from scanwright_conformance.scope import UnknownSelection


def test_one_proof_can_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    """The table has it, and the exit status says whether it holds."""
    assert prove(["catalogue"]) == 0
    told = capsys.readouterr().out
    assert "catalogue" in told
    assert "holds" in told


def test_json_is_all_that_is_printed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A program reads the same from the file."""
    assert prove(["catalogue", "--json", "--out", str(tmp_path)]) == 0
    (proof,) = json.loads(capsys.readouterr().out)
    assert proof["holds"]
    assert [proof] == json.loads((tmp_path / "proof.json").read_text())


@pytest.mark.parametrize(
    "words",
    [
        ["mutant"],
        ["mutants", "--part", "3/2"],
        ["mutants", "--part", "x/y"],
        ["steadiness", "--runs", "0"],
        ["nulls", "--jobs", "-1"],
    ],
)
def test_wrong_arguments_are_refused(words: list[str]) -> None:
    """No proof is done by halves because of a typing error."""
    with pytest.raises(SystemExit) as ended:
        prove(words)
    assert ended.value.code == 3


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["nulls", "--only", "NOSUCH"], "no area is called NOSUCH"),
        (["mutants", "--only", "JOBS", "NOSUCH"], "no area is called NOSUCH"),
        (["mutants", "--only", "JOBS-start/99"], "is called JOBS-START/99"),
        (["judges", "--only", "NOSUCH"], "no area is called NOSUCH"),
        (["steadiness", "--only", "NOSUCH"], "no area is called NOSUCH"),
        (["judges", "--only", "DEV-settings/2"], "DEV-settings/2: only `scanwright"),
        (["catalogue", "--out", "/dev/null/x"], "/dev/null/x: Not a directory"),
    ],
)
def test_what_cannot_be_done_is_told_before_anything_is_tried(
    words: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A proof of nothing would hold, and a word may be wrong by a letter."""
    assert prove(words) == 3
    told = capsys.readouterr()
    assert problem in told.err
    assert told.out == ""


def test_mutants_are_known_by_their_names(capsys: pytest.CaptureFixture[str]) -> None:
    """So are areas and clauses, in capitals or not."""
    words = ["DEV-settings/2", "dev-settings", "JOBS"]
    assert prove(["catalogue", "--only", *words]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("name", "error"), [("judges", JudgesError), ("steadiness", UnknownSelection)]
)
def test_a_proof_that_cannot_be_made_does_not_fail(
    name: str,
    error: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nothing is known then, and the reason is told."""

    def refuse(*_: object, **__: object) -> None:
        raise error("cannot be made")

    module = f"scanwright_conformance.proof.{name}"
    monkeypatch.setattr(f"{module}.prove_{name}", refuse)
    assert prove([name]) == 3
    assert "scanwright prove: cannot be made" in capsys.readouterr().err


def test_what_cannot_be_written_is_told_beside_the_proof(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The table is printed all the same."""
    (tmp_path / "proof.json").mkdir()
    assert prove(["catalogue", "--out", str(tmp_path)]) == 3
    told = capsys.readouterr()
    assert "holds" in told.out
    assert "proof.json" not in told.out
    assert "not all is written" in told.err
