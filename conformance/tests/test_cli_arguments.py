"""The command line of `scanwright certify`."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanwright_conformance.cli_arguments import WrongArguments, parsed


def test_a_matrix_takes_where_and_how_many() -> None:
    """The rest is said in its file."""
    words = ["--matrix", "m.toml", "--scheduler", "tcp://h:1", "--jobs", "3"]
    arguments = parsed(words)
    assert arguments.matrix == Path("m.toml")
    assert (arguments.scheduler, arguments.jobs) == ("tcp://h:1", 3)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["--jobs", "2"], "--jobs is about --matrix; name a matrix.toml"),
        (["--scheduler", "tcp://h:1"], "--scheduler is about --matrix"),
        (["--matrix", "m.toml", "t.toml"], "a target cannot be given with --matrix"),
        (["--matrix", "m.toml", "--seed", "0"], "--seed cannot be given with"),
        (["--matrix", "m.toml", "--only", "JOBS"], "--only cannot be given with"),
        (["--matrix", "m.toml", "--level", "L1"], "the cells of m.toml say what"),
        (["--matrix", "m.toml", "--doctor"], "--doctor cannot be given with"),
    ],
)
def test_what_does_not_go_together_is_refused(words: list[str], problem: str) -> None:
    """Nothing that was asked for is passed over in silence."""
    with pytest.raises(WrongArguments) as error:
        parsed(words)
    assert problem in str(error.value)


@pytest.mark.parametrize("number", ["0", "-1", "many"])
def test_jobs_are_one_or_more(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing else is a number of them."""
    with pytest.raises(SystemExit) as ended:
        parsed(["--matrix", "m.toml", "--jobs", number])
    assert ended.value.code == 3
    assert "--jobs" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--level", "L9"], ["--seed", "x"], ["--only"]])
def test_wrong_words_are_not_an_incomplete_run(words: list[str]) -> None:
    """Their status is 3: a run that could not be finished ends with 2."""
    with pytest.raises(SystemExit) as ended:
        parsed(words)
    assert ended.value.code == 3
