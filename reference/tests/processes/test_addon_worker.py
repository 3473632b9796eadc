"""The worker's command line; what it does is tested through Addons."""

from __future__ import annotations

import pytest

from scanwright.processes.addon_worker import main


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["-addon"],
        ["-addon", "imaging", "x", "1"],
        ["-addon", "shell", "3", "1"],
        ["-addon", "pdf", "3", "-1"],
        ["-scan", "3"],
    ],
)
def test_wrong_arguments_show_how_it_is_called(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A call without a known name, a channel and a limit says how it is meant."""
    assert main(argv) == 2
    assert "-addon <name> <channel> <memory bytes>" in capsys.readouterr().err
