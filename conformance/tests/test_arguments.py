"""The parser of all command lines of the suite."""

from __future__ import annotations

import pytest

from scanwright_conformance.arguments import USAGE_ERROR, ArgumentParser


@pytest.mark.parametrize("words", [["--number", "x"], ["make"], ["--unknown"]])
def test_wrong_arguments_end_with_their_own_status(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """It is not 2, which means incomplete; not for a subcommand either."""
    parser = ArgumentParser(prog="try")
    parser.add_argument("--number", type=int)
    make = parser.add_subparsers().add_parser("make")
    make.add_argument("what")
    with pytest.raises(SystemExit) as ended:
        parser.parse_args(words)
    assert ended.value.code == USAGE_ERROR == 3
    told = capsys.readouterr().err
    assert told.startswith("usage: try")
    assert "error: " in told
