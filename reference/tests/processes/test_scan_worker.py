"""The worker's command line; what it does is tested through ScanWorkers."""

from __future__ import annotations

import pytest

from scanwright.processes.scan_worker import main


@pytest.mark.parametrize("argv", [[], ["-scan"], ["-scan", "x"], ["-monitor", "3"]])
def test_wrong_arguments_show_how_it_is_called(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """A call without a channel says how it is meant."""
    assert main(argv) == 2
    assert "-scan <descriptor of the channel>" in capsys.readouterr().err
