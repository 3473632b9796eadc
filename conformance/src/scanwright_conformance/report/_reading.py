"""Runs that were kept: from a stream of events, a report.json, or a bundle."""

from __future__ import annotations

import json
import zipfile
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from scanwright_conformance.event_codec import EventError, read_events
from scanwright_conformance.events import run_of
from scanwright_conformance.report._json import events_of_report
from scanwright_conformance.results import Result
from scanwright_conformance.verdict import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from scanwright_conformance.events import Event
    from scanwright_conformance.results import Run

__all__ = ["RunUnreadable", "read_run"]

MEMBER: Final = "events.ndjson"
LIMIT: Final = 512 * 1024 * 1024
DAMAGE: Final = (
    AttributeError,
    KeyError,
    RuntimeError,  # nested too deeply, or a zip that is encrypted
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What reading a file that is no run may end with."""

CUT_OFF: Final = "the run ended before it was tried"


class RunUnreadable(Exception):
    """A file holds no run; the message names the file, and what would be one."""


def read_run(path: Path) -> Run:
    """Return the run in the file `path`, or raise RunUnreadable.

    What a run that was cut off had planned and not tried is NOT-RUN in it, so that it
    never reads as one that is complete.
    """
    try:
        return _whole(run_of(_events(path)))
    except OSError as error:
        raise RunUnreadable(f"{path}: {error.strerror or error}") from error
    except DAMAGE as error:
        problem = str(error) if isinstance(error, EventError) else repr(error)
        raise RunUnreadable(
            f"{path}: {problem}; a run is an events.ndjson, a report.json, or a bundle",
        ) from error


def _events(path: Path) -> list[Event]:
    text = _text(path)
    try:
        # all of a report is one value, of a stream each line is one
        report = json.loads(text)
    except ValueError:
        # splitlines() would part a line at what a target may well have answered
        return list(read_events(text.split("\n")))
    if isinstance(report, dict) and report.get("event") == "began":
        return list(read_events([text]))
    return list(events_of_report(report))


def _text(path: Path) -> str:
    if not zipfile.is_zipfile(path):
        return path.read_text("utf-8")
    with zipfile.ZipFile(path) as bundle:
        try:
            size = bundle.getinfo(MEMBER).file_size
        except KeyError:
            raise EventError(f"this zip has no {MEMBER} in it") from None
        if size > LIMIT:
            raise EventError(f"{MEMBER} in it is larger than any run")
        return bundle.read(MEMBER).decode("utf-8")


def _whole(run: Run) -> Run:
    known = {result.clause.id for result in run.results}
    missing = tuple(
        Result(clause, Verdict.NOT_RUN, run.plan.scope.binds(clause), reason=CUT_OFF)
        for clause in run.plan.clauses
        if clause.id not in known
    )
    return replace(run, results=run.results + missing)
