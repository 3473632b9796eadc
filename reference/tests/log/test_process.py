"""The log of a process: levels, a file, and warnings on the terminal."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from scanwright import log
from scanwright.log import LogForm, LogLevel
from scanwright.log._process import ROOT


@pytest.mark.parametrize("level", LogLevel)
def test_a_level_reads_back(level: LogLevel) -> None:
    """What was set is what is current."""
    log.set_level(level)
    assert log.current_level() is level


def test_an_unset_level_is_the_normal_one() -> None:
    """A process that set nothing logs what an administrator reads."""
    ROOT.setLevel(logging.NOTSET)
    assert log.current_level() is LogLevel.NORMAL


@pytest.mark.parametrize(
    ("level", "lines"),
    [(LogLevel.OFF, 0), (LogLevel.NORMAL, 1), (LogLevel.VERBOSE, 2)],
)
def test_levels_choose_what_is_written(
    tmp_path: Path,
    level: LogLevel,
    lines: int,
) -> None:
    """Off writes nothing, normal no details, verbose everything."""
    file = tmp_path / "service.log"
    log.set_up(file, level)
    logger = logging.getLogger("scanwright.test")
    logger.debug("a detail")
    logger.info("a fact")
    assert len(file.read_text().splitlines()) == lines


def test_warnings_reach_the_terminal(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Who watches the terminal sees what went wrong, and nothing else."""
    log.set_up(tmp_path / "service.log", LogLevel.VERBOSE)
    logging.getLogger("scanwright.test").info("a fact")
    logging.getLogger("scanwright.test").warning("trouble")
    assert capsys.readouterr().err.count("\n") == 1


def test_a_process_whose_terminal_is_its_log_writes_once(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Without a terminal, warnings are in the file only."""
    file = tmp_path / "drivers.log"
    log.set_up(file, LogLevel.NORMAL, role="scan worker", terminal=False)
    logging.getLogger("scanwright.test").warning("trouble")
    assert file.read_text().count("scan-worker[") == 1
    assert capsys.readouterr().err == ""


def test_lines_may_be_json(tmp_path: Path) -> None:
    """The form is a matter of set-up."""
    file = tmp_path / "service.log"
    log.set_up(file, LogLevel.NORMAL, form=LogForm.JSON)
    logging.getLogger("scanwright.test").info("a fact")
    assert json.loads(file.read_text())["message"] == "a fact"


def test_warnings_of_the_libraries_are_ours(tmp_path: Path) -> None:
    """What the event loop complains about is in the log; its chatter is not."""
    file = tmp_path / "service.log"
    log.set_up(file, LogLevel.VERBOSE)
    logging.getLogger("asyncio").debug("chatter")
    logging.getLogger("asyncio").error("Task exception was never retrieved")
    assert [line.split(": ")[1] for line in file.read_text().splitlines()] == [
        "Task exception was never retrieved"
    ]


def test_setting_up_again_leaves_nothing_open(tmp_path: Path) -> None:
    """The second log replaces the first."""
    log.set_up(tmp_path / "first.log", LogLevel.NORMAL)
    log.set_up(tmp_path / "second.log", LogLevel.NORMAL)
    logging.getLogger("scanwright.test").info("a fact")
    assert (tmp_path / "first.log").read_text() == ""
    assert "a fact" in (tmp_path / "second.log").read_text()


def test_a_log_that_cannot_be_written_is_told(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The service starts all the same, and the terminal says what is wrong."""
    log.set_up(tmp_path / "gone" / "service.log", LogLevel.NORMAL)
    assert "No such file or directory" in capsys.readouterr().err
