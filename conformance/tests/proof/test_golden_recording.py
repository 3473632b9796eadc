"""Recording: what is kept of outcomes, and what of a transcript."""

from __future__ import annotations

import socket
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from scanwright_conformance.assignment import Assignment
from scanwright_conformance.canned import answered
from scanwright_conformance.codec import encode
from scanwright_conformance.proof.changes import Change
from scanwright_conformance.proof.golden import read_golden
from scanwright_conformance.proof.golden_recording import Recording, record, traces
from scanwright_conformance.proof.laboratory import Experiment, Finding, Outcome
from scanwright_conformance.transcript import Entry, Fact, Transcript
from scanwright_conformance.verdict import RollUp, Verdict

CLAUSE = "SERVER-settings"
CHANGE = (Change("a.py", "1", "2"),)


def outcome(
    verdict: Verdict,
    value: object,
    *others: Entry,
    name: str = "",
    clause: str = CLAUSE,
) -> Outcome:
    """Return what an experiment found: a conversation with `value` as the log level."""
    transcript = Transcript((answered("settings", json={"logLevel": value}), *others))
    experiment = Experiment(name or "plain", Assignment(), CHANGE if name else ())
    found = Finding(verdict, "", encode(transcript))
    return Outcome(experiment, {clause: found}, RollUp.SELECTION)


def test_what_was_met_and_what_was_broken_is_kept(tmp_path: Path) -> None:
    """The plain service gives what passes, its defects give what fails."""
    kept = record(
        [
            outcome(Verdict.PASS, 1),
            outcome(Verdict.FAIL, 7, name=CLAUSE),
            outcome(Verdict.WARN, 8, name=f"{CLAUSE}/2"),
        ],
        tmp_path,
    )
    golden = read_golden(CLAUSE, tmp_path)
    assert kept == Recording((CLAUSE,), ())
    assert (len(golden.passing), len(golden.failing)) == (1, 2)


def test_collateral_damage_is_not_kept(tmp_path: Path) -> None:
    """A defect shows how its own clause fails, not how others do."""
    other = outcome(Verdict.FAIL, 7, name="SERVER-version")
    kept = record([outcome(Verdict.PASS, 1), other], tmp_path)
    assert kept == Recording((), (f"{CLAUSE}: there is no failing transcript",))
    assert not list(tmp_path.iterdir())


def test_what_would_be_judged_otherwise_is_refused(tmp_path: Path) -> None:
    """A verdict that its transcript does not show is no evidence."""
    broken = outcome(Verdict.FAIL, 1, name=CLAUSE)
    kept = record([outcome(Verdict.PASS, 1), broken], tmp_path)
    assert kept.refused[0] == f"{CLAUSE}: FAIL is judged otherwise"


def test_pictures_become_their_facts(tmp_path: Path) -> None:
    """The bytes of a picture are dropped, what judges know of it stays."""
    data = BytesIO()
    Image.new("L", (3, 2)).save(data, "PNG")
    page = answered("page", body=data.getvalue())
    broken = outcome(Verdict.FAIL, 7, name=CLAUSE)
    record([outcome(Verdict.PASS, 1, page), broken], tmp_path)
    (passing,) = read_golden(CLAUSE, tmp_path).passing
    answer = passing["page"].answer
    assert answer is not None
    assert answer.body.data is None
    assert answer.body.image is not None
    assert answer.body.image.width_px == 3


def test_files_become_their_facts(tmp_path: Path) -> None:
    """The bytes of a PDF or TIFF are dropped as well."""
    data = BytesIO()
    Image.new("L", (3, 2)).save(data, "TIFF")
    broken = outcome(Verdict.FAIL, 7, name=CLAUSE)
    passing = outcome(Verdict.PASS, 1, answered("file", body=data.getvalue()))
    record([passing, broken], tmp_path)
    (kept,) = read_golden(CLAUSE, tmp_path).passing
    answer = kept["file"].answer
    assert answer is not None
    assert answer.body.data is None
    assert answer.body.file is not None


def test_nothing_tells_where_it_was_recorded(tmp_path: Path) -> None:
    """Folders of this machine are others in texts, in bodies and in labels."""
    here = Path(sys.prefix) / "bin"
    facts = Fact(f"label {here}", {str(here): [f"{here}/python"]})
    page = answered("page", body=f"<p>{here}</p>".encode())
    broken = outcome(Verdict.FAIL, 7, name=CLAUSE)
    record([outcome(Verdict.PASS, 1, facts, page), broken], tmp_path)
    (passing,) = read_golden(CLAUSE, tmp_path).passing
    answer = passing["page"].answer
    there = "/opt/scanwright/bin"
    assert passing.fact(f"label {there}") == {there: [f"{there}/python"]}
    assert answer is not None
    assert answer.body.data == f"<p>{there}</p>".encode()


def test_addresses_of_the_machine_are_traces(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address by which others reach this machine is one of the documentation."""
    monkeypatch.setattr(socket.socket, "connect", lambda *_: None)
    monkeypatch.setattr(socket.socket, "getsockname", lambda _: ("10.9.8.7", 1))
    assert traces()[b"10.9.8.7"] == b"198.51.100.7"


def test_short_names_are_no_traces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host called `vm` is in too many words to be looked for."""
    monkeypatch.setattr(socket, "gethostname", lambda: "vm")
    assert b"vm" not in traces()
