"""Runs that were kept."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scanwright_conformance.bundle.file import write_bundle
from scanwright_conformance.event_codec import EventWriter
from scanwright_conformance.events import Began, Ended, Event, Finished
from scanwright_conformance.report import (
    RunUnreadable,
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


def bundle_of(run: Run, path: Path) -> Path:
    """Write a run as a signed bundle."""
    events: list[Event] = [Began(run.plan)]
    events += [Ended(result) for result in run.results]
    events.append(Finished(run.seconds, run.traces))
    write_bundle(events, path, Ed25519PrivateKey.generate())
    return path


def test_a_bundle_is_read(run: Run, tmp_path: Path) -> None:
    """Of a zip the stream in it counts."""
    again = read_run(bundle_of(run, tmp_path / "run.zip"))
    assert again.plan.clauses == run.plan.clauses
    assert again.counts == run.counts


def test_a_bundle_that_was_changed_is_refused(run: Run, tmp_path: Path) -> None:
    """No report is made of evidence that is none any more."""
    path = bundle_of(run, tmp_path / "run.zip")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(RunUnreadable, match="is refused"):
        read_run(path)


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
        ("PK\x05\x06" + "\0" * 18, "is refused"),
    ],
)
def test_what_is_no_run_is_refused_by_name(
    tmp_path: Path, content: str, words: str
) -> None:
    """The message has the file, what is wrong, and what would be right."""
    path = kept(content, tmp_path / "x")
    with pytest.raises(RunUnreadable, match=words) as refused:
        read_run(path)
    assert str(refused.value).startswith(str(path))


def test_a_zip_that_is_no_bundle_is_refused(run: Run, tmp_path: Path) -> None:
    """A stream in an archive that nobody signed proves nothing."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("events.ndjson", stream_of(run))
    with pytest.raises(RunUnreadable, match="is refused"):
        read_run(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """The reason is that of the system."""
    with pytest.raises(RunUnreadable, match="No such file"):
        read_run(tmp_path / "none")
