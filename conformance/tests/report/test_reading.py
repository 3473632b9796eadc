"""Runs that were kept."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from scanwright_conformance.event_codec import EventWriter, encode_event
from scanwright_conformance.events import Began, Ended, Finished
from scanwright_conformance.report import (
    RunUnreadable,
    _reading,
    read_run,
    write_reports,
)
from scanwright_conformance.results import Run
from scanwright_conformance.verdict import RollUp, Verdict


def stream_of(run: Run, *, until: int | None = None) -> str:
    """Return the run as its stream, cut off after so many results."""
    text = io.StringIO()
    writer = EventWriter(text)
    writer.take(Began(run.plan))
    for result in run.results[:until]:
        writer.take(Ended(result))
    if until is None:
        writer.take(Finished(run.seconds, run.traces))
    return text.getvalue()


def kept(text: str, path: Path) -> Path:
    """Write a stream as a file that can hold whatever a target said."""
    path.write_bytes(text.encode("utf-8", "backslashreplace"))
    return path


def same(one: Run, other: Run) -> bool:
    """Whether two runs say the same; a written attempt has rounded times."""
    return one.plan == other.plan and one.results == other.results


def test_a_stream_is_read(run: Run, tmp_path: Path) -> None:
    """The run comes back with its traces."""
    again = read_run(kept(stream_of(run), tmp_path / "events.ndjson"))
    assert same(again, run)
    assert again.traces == run.traces


def test_a_report_is_read(run: Run, tmp_path: Path) -> None:
    """A report.json is as good as the stream."""
    write_reports(run, tmp_path, ["json"])
    assert same(read_run(tmp_path / "report.json"), run)


def test_a_bundle_is_read(run: Run, tmp_path: Path) -> None:
    """Of a zip the stream in it counts."""
    path = tmp_path / "run.zip"
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr(
            "events.ndjson", stream_of(run).encode("utf-8", "backslashreplace")
        )
    assert same(read_run(path), run)


def test_a_run_that_was_cut_off_is_incomplete(run: Run, tmp_path: Path) -> None:
    """What was planned and not tried is NOT-RUN, so it never reads as certified."""
    path = kept(stream_of(run, until=1), tmp_path / "cut.ndjson")
    again = read_run(path)
    assert len(again.results) == len(run.results)
    assert again.counts[Verdict.NOT_RUN] == len(run.results) - 1
    assert again.roll_up is RollUp.INCOMPLETE
    only_plan = kept(stream_of(run, until=0), tmp_path / "plan.ndjson")
    assert read_run(only_plan).roll_up is RollUp.INCOMPLETE


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "does not say what began"),
        ("nonsense", "line 1 is no event"),
        ("[]", "a run is an events.ndjson, a report.json, or a bundle"),
        ('{"format": "scanwright-report/1"}', "scanwright-report/2"),
        ("[" * 100_000, "RecursionError"),
        ("PK\x05\x06" + "\0" * 18, "no events"),
    ],
)
def test_what_is_no_run_is_refused_by_name(
    tmp_path: Path, content: str, words: str
) -> None:
    """The message has the file, what is wrong, and what would be right."""
    path = kept(content, tmp_path / "x")
    with pytest.raises(RunUnreadable, match=words) as refused:
        read_run(path)
    assert str(refused.value).startswith(f"{path}: ")


def test_a_zip_without_a_stream_is_refused(tmp_path: Path) -> None:
    """Not every archive is a bundle."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("other", "x")
    with pytest.raises(RunUnreadable, match=r"no events\.ndjson"):
        read_run(path)


def test_a_stream_that_is_too_large_is_not_unpacked(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A zip of a few bytes cannot fill the memory."""
    monkeypatch.setattr(_reading, "LIMIT", 10)
    path = tmp_path / "run.zip"
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("events.ndjson", json.dumps(encode_event(Began(run.plan))))
    with pytest.raises(RunUnreadable, match="larger than any run"):
        read_run(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """The reason is that of the system."""
    with pytest.raises(RunUnreadable, match="No such file"):
        read_run(tmp_path / "none")
