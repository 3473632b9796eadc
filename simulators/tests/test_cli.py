"""The commands' own part: help, and arguments that make no sense."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence

import pytest

from scanwright_simulators import cli

Subcommand = Callable[[Sequence[str]], int]


@pytest.mark.parametrize("command", [cli.simulate, cli.up])
def test_help_has_examples(
    command: Subcommand,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Both commands explain themselves with examples."""
    with pytest.raises(SystemExit) as ended:
        command(["--help"])
    assert ended.value.code == 0
    assert "examples:\n  scanwright" in capsys.readouterr().out


@pytest.mark.parametrize("command", [cli.simulate, cli.up])
def test_the_first_line_of_the_docstring_is_the_help_text(command: Subcommand) -> None:
    """The overview of all commands shows one sentence for each."""
    assert (command.__doc__ or "").splitlines()[0].endswith(".")


def test_a_wrong_scenario_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Both commands refuse a scenario that is not there."""
    assert cli.up(["--scenario", "no-such"]) == 2
    assert cli.simulate(["no-such"]) == 2
    assert capsys.readouterr().err.count("no-such") == 2


def test_a_scenario_in_the_wrong_place_is_understood(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`simulate` takes it so, `up` has an option for it."""
    with pytest.raises(SystemExit):
        cli.up(["forty"])
    assert "perhaps you meant --scenario forty" in capsys.readouterr().err


@pytest.mark.slow
def test_the_module_imports_lightly() -> None:
    """Looking at the commands loads neither aiohttp, Pillow nor numpy."""
    code = "import sys, scanwright_simulators.cli; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        text=True,
        timeout=30,
    )
    assert not {"aiohttp", "PIL", "numpy", "zeroconf"} & set(done.stdout.split())
