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


def test_people_read_which_web_pages_use_it(told: Any, capsys: Output) -> None:
    """A line for each; none is said, and is all that an older service has to say."""
    page = {
        "started": "2026-11-23T12:23:00Z",
        "images": 1,
        "memoryBytes": 36 << 20,
        "diskBytes": 0,
    }
    told.facts["pageSessions"] = [page, {**page, "images": 2}]
    status(["--home", str(told.home.folder)])
    shown = capsys.readouterr().out
    assert "web pages that use it: 2" in shown
    assert (
        "1 image, 36.0 MiB in memory, 0.0 MiB on disk, since 2026-11-23T12:23:00Z"
    ) in shown
    assert "2 images" in shown
    del told.facts["pageSessions"]
    status(["--home", str(told.home.folder)])
    assert "web pages that use it: none" in capsys.readouterr().out


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
