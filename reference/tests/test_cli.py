"""The one command: it finds who owns a subcommand, and steps aside."""

from __future__ import annotations

import subprocess
import sys

import pytest

from scanwright import __version__
from scanwright.cli import main


def test_help_names_every_subcommand(capsys: pytest.CaptureFixture[str]) -> None:
    """Each with the first line of what it does, and examples."""
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    for name in ("serve", "spec", "simulate", "up", "certify"):
        assert f"  {name} " in shown
    assert "examples:" in shown


def test_without_arguments_it_helps_and_fails(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nothing was done, so it is no success."""
    assert main([]) == 2
    assert "usage:" in capsys.readouterr().out


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """With the name of the program."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"scanwright {__version__}\n"


def test_an_unknown_subcommand_lists_those_that_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A typing mistake is seen at once."""
    assert main(["sevre"]) == 2
    assert "serve" in capsys.readouterr().err


def test_arguments_go_to_the_owner(capsys: pytest.CaptureFixture[str]) -> None:
    """What comes after the name is the subcommand's."""
    assert main(["spec", "HTTP-error-object"]) == 0
    assert "HTTP-error-object" in capsys.readouterr().out


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    """Piped into `head`, the command ends without a traceback."""
    command = [sys.executable, "-m", "scanwright", "--help"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(10) == 1
