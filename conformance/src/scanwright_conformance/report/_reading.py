"""Runs that were kept: from a stream of events, a report.json, or a bundle."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from scanwright_conformance.bundle.file import BundleError, read_bundle
from scanwright_conformance.event_codec import EventError, read_events
from scanwright_conformance.events import run_of
from scanwright_conformance.report._json import events_of_report
from scanwright_conformance.results import Result
from scanwright_conformance.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from scanwright_conformance.events import Event
    from scanwright_conformance.results import Run

__all__ = ["RunUnreadable", "read_run"]

DAMAGE: Final = (
    AttributeError,
    KeyError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What reading a file that is no run may end with."""

CUT_OFF: Final = "the run ended before it was tried"


class RunUnreadable(Exception):
    """A file holds no run; the message names the file, and what would be one."""


def read_run(path: Path) -> Run:
    """Return the run in the file `path`, or raise RunUnreadable.

    A bundle that was changed since it was signed is refused. What a run that was cut
    off had planned and not tried is NOT-RUN in it, so that it never reads as one that
    is complete.
    """
    try:
        return _whole(run_of(_events(path)))
    except OSError as error:
        raise RunUnreadable(f"{path}: {error.strerror or error}") from error
    except BundleError as error:
        raise RunUnreadable(f"{path} is refused: {error}") from error
    except DAMAGE as error:
        problem = str(error) if isinstance(error, EventError) else repr(error)
        raise RunUnreadable(
            f"{path}: {problem}; a run is an events.ndjson, a report.json, or a bundle",
        ) from error


def _events(path: Path) -> Sequence[Event]:
    if zipfile.is_zipfile(path):
        return read_bundle(path).events
    text = path.read_text("utf-8")
    try:
        # all of a report is one value, of a stream each line is one
        report = json.loads(text)
    except ValueError:
        # splitlines() would part a line at what a target may well have answered
        return list(read_events(text.split("\n")))
    if isinstance(report, dict) and report.get("event") == "began":
        return list(read_events([text]))
    return list(events_of_report(report))


def _whole(run: Run) -> Run:
    known = {result.clause.id for result in run.results}
    missing = tuple(
        Result(clause, Verdict.NOT_RUN, run.plan.scope.binds(clause), reason=CUT_OFF)
        for clause in run.plan.clauses
        if clause.id not in known
    )
    return replace(run, results=run.results + missing)
