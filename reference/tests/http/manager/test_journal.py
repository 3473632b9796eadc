"""The recent log: records of both forms, down to a level."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.http.manager.journal import Record, parse_records, recent

TIME = "2026-11-23T12:00:00.123Z"


def line(level: str, text: str) -> str:
    """Return a line as the log has it."""
    return f"{TIME} {level} main[12] scanwright.jobs: {text}"


def test_a_line_is_a_record() -> None:
    """Time, level, writer and text."""
    assert parse_records([line("INFO", "done pages=3")]) == [
        Record(TIME, "INFO", "main[12]", "done pages=3")
    ]


def test_a_traceback_belongs_to_its_record() -> None:
    """What begins no record goes on with the last one."""
    records = parse_records(["  | lost", line("ERROR", "broken"), "  | why"])
    assert [record.text for record in records] == ["broken\n  | why"]


def test_json_lines_are_records_too() -> None:
    """Whoever chose that form sees the same."""
    item = {
        "time": TIME,
        "level": "INFO",
        "process": "main",
        "pid": 12,
        "logger": "scanwright",
        "message": "done",
    }
    assert parse_records([json.dumps(item)]) == [
        Record(TIME, "INFO", "main[12]", "done")
    ]


@pytest.mark.parametrize(
    ("level", "texts"),
    [("DEBUG", ["b", "c"]), ("WARNING", ["a", "c"]), ("ERROR", ["c"])],
)
def test_the_last_of_a_level(tmp_path: Path, level: str, texts: list[str]) -> None:
    """Graver ones are of it, and the newest count."""
    file = tmp_path / "service.log"
    lines = [line("WARNING", "a"), line("DEBUG", "b"), line("ERROR", "c")]
    file.write_text("\n".join(lines) + "\n")
    assert [record.text for record in recent(file, 2, level=level)] == texts


def test_no_log_has_no_records(tmp_path: Path) -> None:
    """A service that could not write one still has its pages."""
    assert recent(tmp_path / "service.log", 10) == []


@given(st.lists(st.text() | st.text().map(lambda text: f"{{{text}")))
def test_any_line_can_be_read(lines: list[str]) -> None:
    """A record is never more than its lines."""
    assert len(parse_records(lines)) <= len(lines)
