"""The recent log: its last records, in either form, down to a level."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from scanwright.log import tail

__all__ = ["LEVELS", "Record", "parse_records", "recent"]

LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
READ_LINES: Final = 2000
"""How far back a filter looks."""

_LINE: Final = re.compile(
    rf"(?P<time>\d\S*Z) (?P<level>{'|'.join(LEVELS)}) (?P<writer>\S+) "
    r"(?P<name>\S+): (?P<text>.*)"
)


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the log."""

    time: str
    level: str
    writer: str
    text: str


def recent(file: Path, count: int, *, level: str = "DEBUG") -> list[Record]:
    """Return the last records that are as grave as `level`, oldest first."""
    least = logging.getLevelNamesMapping()[level]
    names = logging.getLevelNamesMapping()
    records = parse_records(tail(file, READ_LINES))
    return [record for record in records if names[record.level] >= least][-count:]


def parse_records(lines: Iterable[str]) -> list[Record]:
    """Read lines; one that begins no record belongs to the record before it."""
    records: list[Record] = []
    for line in lines:
        record = _from_json(line) if line.startswith("{") else _from_text(line)
        if record is not None:
            records.append(record)
        elif records:
            last = records[-1]
            records[-1] = replace(last, text=f"{last.text}\n{line}")
    return records


def _from_text(line: str) -> Record | None:
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    return Record(match["time"], match["level"], match["writer"], match["text"])


def _from_json(line: str) -> Record | None:
    try:
        item = json.loads(line)
        if item["level"] not in LEVELS:
            return None
        writer = f"{item['process']}[{item['pid']}]"
        return Record(str(item["time"]), item["level"], writer, str(item["message"]))
    except (ValueError, KeyError, TypeError):
        return None
