"""A record is one line, for people or for programs."""

from __future__ import annotations

import json
import logging
import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.log._lines import BAR, JsonLines, TextLines


def make_record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    """Return a record of noon, 23 November 2026, with fields."""
    record = logging.LogRecord(
        "scanwright.jobs", logging.INFO, "jobs.py", 1, message, args, None
    )
    record.created = 1795435200.1239
    vars(record).update(extra)
    return record


def fail() -> logging.LogRecord:
    """Return the record of an exception whose text has two lines."""
    record = make_record("it broke")
    try:
        int("password=hunter22\n2026-11-23T12:00:00.000Z INFO forged")
    except ValueError as error:
        record.exc_info = (type(error), error, error.__traceback__)
    return record


def test_a_record_is_one_line() -> None:
    """Time, level, process, logger, text, fields: in this order."""
    record = make_record("job %s ended", "7", pages=3, device="Office A")
    assert TextLines("scan worker").format(record) == (
        f"2026-11-23T12:00:00.123Z INFO scan-worker[{os.getpid()}] scanwright.jobs: "
        'job 7 ended pages=3 device="Office A"'
    )


@given(st.text(), st.text())
def test_no_text_breaks_the_line(message: str, value: str) -> None:
    """Newlines and control characters come out escaped, for terminals too."""
    line = TextLines("main").format(make_record("%s", message, value=value))
    assert line.isprintable() or not re.search(
        r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", line
    )
    line.encode()


def test_a_traceback_stands_behind_a_bar() -> None:
    """What an exception says forges no record and tells no secret."""
    first, *rest = TextLines("main").format(fail()).split("\n")
    assert first.endswith("it broke")
    assert len(rest) > 3
    assert all(line.startswith(BAR) for line in rest)
    assert "hunter22" not in "".join(rest)


def test_json_holds_the_same() -> None:
    """One object a record, its fields and its traceback inside."""
    record = fail()
    vars(record).update(pages=3)
    line = JsonLines("main").format(record)
    assert "\n" not in line
    members = json.loads(line)
    assert members["time"] == "2026-11-23T12:00:00.123Z"
    assert (members["process"], members["pid"]) == ("main", os.getpid())
    assert (members["level"], members["logger"]) == ("INFO", "scanwright.jobs")
    assert (members["message"], members["fields"]) == ("it broke", {"pages": "3"})
    assert "hunter22" not in line
    assert any("ValueError" in text for text in members["traceback"])


def test_json_has_no_empty_members() -> None:
    """A record without fields and traceback has neither member."""
    members = json.loads(JsonLines("main").format(make_record("a fact")))
    assert {"fields", "traceback"}.isdisjoint(members)


def test_a_secret_field_is_hidden() -> None:
    """The name of a field is enough; pictures are told by their size."""
    record = make_record("%s", b"\xff\xd8", licence_key="abc", image=bytes(9))
    line = TextLines("main").format(record)
    assert line.endswith('<2 bytes> licence_key=*** image="<9 bytes>"')


@pytest.mark.parametrize("args", [(1, 2), ("x",)])
def test_a_message_that_does_not_fit_is_shown(args: tuple[object, ...]) -> None:
    """A defect of who logs costs no record."""
    assert "%d pages" in TextLines("main").format(make_record("%d pages", *args))


def test_arguments_may_have_names() -> None:
    """A mapping as the only argument fills the names of the message."""
    record = make_record("%(pages)s pages", {"pages": 3})
    assert TextLines("main").format(record).endswith("3 pages")
