"""`scanwright rejudge`: old conversations, verdicts of today."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from scanwright_conformance.bundle.file import read_bundle
from scanwright_conformance.bundle.rejudge_command import rejudge
from scanwright_conformance.bundle.verify_command import verify
from scanwright_conformance.events import Began, Event
from scanwright_conformance.verdict import Verdict
from scanwright_spec import Level

Events = tuple[Event, ...]
Lied = Callable[..., Events]
Write = Callable[[Events], Path]
Output = pytest.CaptureFixture[str]


@pytest.fixture
def old(passing: Events, lied: Lied, write: Write) -> Path:
    """Write a bundle of an older suite, which had another level, clause and verdict."""
    began, _, _ = lied(passing, verdict=Verdict.FAIL)
    assert isinstance(began, Began)
    clause = replace(began.plan.clauses[0], level=Level.SHOULD, text="Otherwise.")
    scope = replace(
        began.plan.scope, only=frozenset({"SERVER-SETTINGS", "SERVER-VERSION"})
    )
    plan = replace(began.plan, suite_version="0.0.1", scope=scope, clauses=(clause,))
    wrong = lied(passing, verdict=Verdict.WARN, clause=clause, is_binding=False)
    return write((Began(plan), *wrong[1:]))


def test_what_changed_is_said(old: Path, capsys: Output) -> None:
    """Clauses, levels, texts, and verdicts side by side."""
    assert rejudge([str(old)]) == 2
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert "tiny: judged by scanwright 0.0.1, now by" in lines[0]
    assert "new clauses, which nobody has tried:" in lines
    assert "SERVER-version NOT-RUN" in lines
    assert "SERVER-settings SHOULD -> MUST" in lines
    assert "SERVER-settings WARN -> PASS" in lines
    assert "another text:" in lines


def test_machines_read_the_same(old: Path, capsys: Output) -> None:
    """As JSON, with the hash of the bundle that it comes from."""
    assert rejudge([str(old), "--json"]) == 2
    found = json.loads(capsys.readouterr().out)
    assert found["origin"] == sha256(old.read_bytes()).hexdigest()
    assert found["roll_up"]["now"] == "incomplete"
    new = {"clause": "SERVER-version", "what": "clause", "then": None, "now": "NOT-RUN"}
    assert new in found["changes"]


def test_nothing_changes_without_a_reason(
    failing: Events,
    write: Write,
    capsys: Output,
) -> None:
    """The exit status is that of the verdict."""
    assert rejudge([str(write(failing))]) == 1
    assert "nothing has changed" in capsys.readouterr().out


def test_a_new_bundle_names_the_old_one(
    old: Path,
    key: Ed25519PrivateKey,
    tmp_path: Path,
    capsys: Output,
) -> None:
    """It can be verified like any other."""
    pem, new = tmp_path / "key.pem", tmp_path / "new.zip"
    pem.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    assert rejudge([str(old), "--bundle", str(new), "--key", str(pem)]) == 2
    origin = read_bundle(new).manifest.origin
    assert origin is not None
    assert origin.sha256 == sha256(old.read_bytes()).hexdigest()
    assert origin.suite_version == "0.0.1"
    capsys.readouterr()
    assert verify([str(new)]) == 0
    assert (
        f"from      the bundle with sha256:{origin.sha256}" in capsys.readouterr().out
    )


def test_reports_are_written(old: Path, tmp_path: Path, capsys: Output) -> None:
    """The same as of a run."""
    folder = tmp_path / "report"
    assert rejudge([str(old), "--report", str(folder)]) == 2
    assert str(folder / "report.html") in capsys.readouterr().out
    assert "Otherwise." not in (folder / "report.json").read_text()


def test_what_cannot_be_done_is_said(
    old: Path,
    tmp_path: Path,
    capsys: Output,
) -> None:
    """A bundle that is damaged, a key that is none, a folder that cannot be."""
    damaged = tmp_path / "damaged.zip"
    damaged.write_bytes(old.read_bytes()[:-1])
    assert rejudge([str(damaged)]) == 3
    assert "is refused" in capsys.readouterr().err
    new = str(tmp_path / "new.zip")
    assert rejudge([str(old), "--bundle", new, "--key", str(tmp_path / "none")]) == 3
    assert "No such file" in capsys.readouterr().err
    assert rejudge([str(old), "--report", str(old / "report")]) == 3
    assert "Not a directory" in capsys.readouterr().err
    assert rejudge([str(old), "--report", new, "--bundle", str(tmp_path)]) == 3
    assert "no file that could be replaced" in capsys.readouterr().err
    assert not Path(new, "report.html").exists()


def test_the_help_has_examples(capsys: Output) -> None:
    """And the exit statuses."""
    with pytest.raises(SystemExit):
        rejudge(["--help"])
    assert "scanwright rejudge old.zip --report" in capsys.readouterr().out
