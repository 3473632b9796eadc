"""`scanwright prove`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanwright_conformance.proof.command import prove


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
