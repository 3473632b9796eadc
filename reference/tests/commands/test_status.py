"""`scanwright status`: for people, for programs, and when nothing runs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scanwright.commands.status import status
from scanwright.home import Home

Output = pytest.CaptureFixture[str]


def test_people_read_processes_and_addresses(told: Any, capsys: Output) -> None:
    """What is not installed is left out, what is to be done is named."""
    told.facts.update(waiting=2, restartNeeded=["Server"])
    assert status(["--home", str(told.home.folder)]) == 0
    shown = capsys.readouterr().out
    assert "Scanwright 0.1.0 runs since" in shown
    assert "4711" in shown
    assert "http://127.0.0.1:18622" in shown
    assert "pdf" not in shown
    assert "restart it for: Server" in shown
    assert "scanwright access list" in shown


def test_programs_read_json(told: Any, capsys: Output) -> None:
    """As the manager tells it."""
    assert status(["--json", "--home", str(told.home.folder)]) == 0
    assert json.loads(capsys.readouterr().out) == told.facts


def test_a_service_that_does_not_run_is_status_3(home: Home, capsys: Output) -> None:
    """As init scripts have it."""
    assert status(["--home", str(home.folder)]) == 3
    assert "scanwright serve" in capsys.readouterr().err
    assert status(["--json", "--home", str(home.folder)]) == 3
    assert json.loads(capsys.readouterr().out)["state"] == "stopped"


def test_a_service_that_does_not_answer_is_status_1(told: Any, capsys: Output) -> None:
    """It is there, but something is wrong with it."""
    told.status = 500
    assert status(["--home", str(told.home.folder)]) == 1
    assert "does not answer" in capsys.readouterr().err
