"""Places are tried before a run; what fails at its end is told, and loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanwright_conformance.events import Started
from scanwright_conformance.outputs import (
    OutputError,
    Writing,
    event_file,
    try_file,
    try_folder,
)

NOWHERE = Path("/dev/null/x")


def test_a_folder_is_made_and_left_empty(tmp_path: Path) -> None:
    """What was tried in it is gone again."""
    folder = tmp_path / "a/b"
    try_folder(folder)
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told() -> None:
    """With its name, and the reason."""
    with pytest.raises(OutputError, match="/dev/null/x: Not a directory"):
        try_folder(NOWHERE)


def test_a_file_that_is_there_is_not_touched(tmp_path: Path) -> None:
    """It is replaced by what comes of the run, and by nothing before."""
    path = tmp_path / "evidence.zip"
    path.write_text("of yesterday")
    try_file(path)
    try_file(tmp_path / "new" / "evidence.zip")
    assert path.read_text() == "of yesterday"
    assert list((tmp_path / "new").iterdir()) == []


def test_a_file_that_cannot_be_there_is_told(tmp_path: Path) -> None:
    """A folder is no file, a device neither, and names have an end."""
    with pytest.raises(OutputError, match="is no file"):
        try_file(tmp_path)
    with pytest.raises(OutputError, match="is no file"):
        try_file(Path("/dev/null"))
    with pytest.raises(OutputError, match="too long"):
        try_file(tmp_path / ("x" * 300))
    with pytest.raises(OutputError, match="/dev/null: this is no folder"):
        try_file(NOWHERE)


def test_an_attempt_that_fails_is_noted(tmp_path: Path) -> None:
    """Each with its place, so that the rest can be written all the same."""
    writing = Writing()
    with writing.attempt(tmp_path):
        (tmp_path / "no" / "file").write_text("")
    with writing.attempt(tmp_path, LookupError):
        raise LookupError("too large")
    with writing.attempt(tmp_path):
        (tmp_path / "file").write_text("")
    first, second = writing.problems
    assert first.endswith(f"not all is written: {tmp_path}: No such file or directory")
    assert second.endswith(f"{tmp_path}: too large")


def test_other_errors_are_passed_on(tmp_path: Path) -> None:
    """A mistake of the suite is no matter of files."""
    with pytest.raises(LookupError), Writing().attempt(tmp_path):
        raise LookupError


def test_events_are_written_as_they_happen(tmp_path: Path) -> None:
    """A line each."""
    path, writing = tmp_path / "events.ndjson", Writing()
    with event_file(path, writing) as file:
        file.take(Started("JOBS-start"))
        assert path.read_text().count("\n") == 1
    assert writing.problems == []


def test_a_full_disk_is_told_once() -> None:
    """The run goes on, for events are not all that it is for."""
    writing = Writing()
    with event_file(Path("/dev/full"), writing) as file:
        file.take(Started("JOBS-start"))
        file.take(Started("JOBS-lock"))
    (problem,) = writing.problems
    assert problem.endswith("/dev/full: No space left on device")


def test_events_to_nowhere_are_told_at_once() -> None:
    """Before anything is tried."""
    with (
        pytest.raises(OutputError, match="/dev/null/x: Not a directory"),
        event_file(NOWHERE, Writing()),
    ):
        pass
