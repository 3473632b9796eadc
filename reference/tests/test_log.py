"""The log: one scale of levels, a file, and warnings on the terminal."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanwright import log
from scanwright.log import LogLevel


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Leave the process's log as it was."""
    handlers, level, propagate = (
        log.ROOT.handlers[:],
        log.ROOT.level,
        log.ROOT.propagate,
    )
    yield
    for handler in log.ROOT.handlers:
        if handler not in handlers:
            handler.close()
    log.ROOT.handlers[:] = handlers
    log.ROOT.setLevel(level)
    log.ROOT.propagate = propagate


@pytest.mark.parametrize("level", LogLevel)
def test_a_level_reads_back(level: LogLevel) -> None:
    """What was set is what is current."""
    log.set_level(level)
    assert log.current_level() is level


def test_an_unset_level_is_the_normal_one() -> None:
    """A process that set nothing logs what an administrator reads."""
    log.ROOT.setLevel(logging.NOTSET)
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
