"""How a record becomes a line: for people and `grep`, or for programs.

    2026-11-23T12:00:00.123Z INFO main[123] scanwright.jobs: job ended pages=3

A record is one line, whatever its text holds: a page cannot forge records by a newline
in a header. Fields of `extra` follow as `key=value`. A traceback follows on lines of
its own, each behind a bar: a line that begins with a time begins a record.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from scanwright.log._secrets import HIDDEN, is_secret_name, plain, redact, shorten

__all__ = ["BAR", "JsonLines", "TextLines"]

BAR: Final = "  | "
MESSAGE_CHARACTERS: Final = 8192
"""More is a document, not a message."""
TRACEBACK_CHARACTERS: Final = 65536

_OWN: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
"""What every record has; the rest came by `extra`."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NEEDS_QUOTES: Final = re.compile(r'[\s"=]|^$')


class TextLines(logging.Formatter):
    """One line of text a record."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self._writer = f"{role.replace(' ', '-')}[{os.getpid()}]"

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's line, and its traceback's."""
        fields = "".join(f" {key}={_quoted(value)}" for key, value in _fields(record))
        head = (
            f"{_time(record)} {record.levelname} {self._writer} {record.name}: "
            f"{_escaped(_message(record))}{fields}"
        )
        return "\n".join([head, *(f"{BAR}{line}" for line in _traceback(record))])


class JsonLines(logging.Formatter):
    """One JSON object a record."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self._writer = {"process": role, "pid": os.getpid()}

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON, its traceback included."""
        members: dict[str, object] = {
            "time": _time(record),
            "level": record.levelname,
            **self._writer,
            "logger": record.name,
            "message": _message(record),
        }
        if fields := dict(_fields(record)):
            members["fields"] = fields
        if lines := list(_traceback(record)):
            members["traceback"] = lines
        return json.dumps(members)


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def _message(record: logging.LogRecord) -> str:
    arguments = record.args
    if isinstance(arguments, tuple):
        arguments = tuple(plain(argument) for argument in arguments)
    try:
        text = str(record.msg) % arguments if arguments else str(record.msg)
    except (TypeError, ValueError, KeyError):
        # A message that does not fit its arguments is a defect, but no reason to be
        # silent about what it wanted to say.
        text = f"{record.msg} {arguments!r}"
    return shorten(redact(text), MESSAGE_CHARACTERS)


def _fields(record: logging.LogRecord) -> Iterator[tuple[str, str]]:
    for key, value in vars(record).items():
        if key not in _OWN:
            shown = HIDDEN if is_secret_name(key) else redact(str(plain(value)))
            yield key, shorten(shown, MESSAGE_CHARACTERS)


def _traceback(record: logging.LogRecord) -> Iterator[str]:
    if record.exc_info and not record.exc_text:
        record.exc_text = logging.Formatter().formatException(record.exc_info)
    for text in (record.exc_text, record.stack_info):
        if text:
            for line in shorten(redact(text), TRACEBACK_CHARACTERS).split("\n"):
                yield _escaped(line)


def _quoted(value: str) -> str:
    if _NEEDS_QUOTES.search(value):
        value = '"' + value.replace("\\", r"\\").replace('"', r"\"") + '"'
    return _escaped(value)


def _escaped(text: str) -> str:
    return _CONTROL.sub(lambda found: repr(found[0])[1:-1], text)
