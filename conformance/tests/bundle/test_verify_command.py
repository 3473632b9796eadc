"""`scanwright verify`: what it says, and with which exit status."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from scanwright_conformance.bundle.seal import key_id
from scanwright_conformance.bundle.verify_command import verify
from scanwright_conformance.events import Began, Event
from scanwright_conformance.scope import Scope
from scanwright_conformance.verdict import Verdict
from scanwright_spec import Assurance

Events = tuple[Event, ...]
Lied = Callable[..., Events]
Write = Callable[[Events], Path]
Output = pytest.CaptureFixture[str]


def id_of(key: Ed25519PrivateKey) -> str:
    """Return the id of a key."""
    return key_id(key.public_key().public_bytes_raw())


def of_another_suite(events: Events) -> Events:
    """Return the events of a run as if an older suite had held it."""
    began, *rest = events
    assert isinstance(began, Began)
    return (Began(replace(began.plan, suite_version="0.0.1")), *rest)


def test_an_honest_bundle_is_confirmed(
    passing: Events,
    write: Write,
    key: Ed25519PrivateKey,
    capsys: Output,
) -> None:
    """With a clear word on what is not proven."""
    assert verify([str(write(passing))]) == 0
    said = capsys.readouterr().out
    assert f"intact, signed by key {id_of(key)}" in said
    assert "who holds that key is not proven" in said
    assert "1 verdict, 1 conversation, all as the bundle says" in said


def test_a_changed_bundle_is_refused(
    passing: Events, write: Write, capsys: Output
) -> None:
    """One byte is enough."""
    path = write(passing)
    data = bytearray(path.read_bytes())
    data[99] ^= 1
    path.write_bytes(data)
    assert verify([str(path)]) == 1
    assert "is refused: the signature does not fit" in capsys.readouterr().err
    assert verify([str(path), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["is_intact"] is False


def test_a_bundle_that_lies_is_found_out(
    failing: Events,
    lied: Lied,
    write: Write,
    capsys: Output,
) -> None:
    """Although its signature fits."""
    path = write(lied(failing, verdict=Verdict.PASS))
    assert verify([str(path)]) == 1
    assert "the bundle says PASS, found is FAIL" in capsys.readouterr().out
    assert verify([str(path), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["is_intact"], found["is_equal"]) == (True, False)
    assert found["differences"][0]["about"] == "SERVER-settings"


def test_a_trusted_key_is_demanded(
    passing: Events,
    write: Write,
    key: Ed25519PrivateKey,
    tmp_path: Path,
    capsys: Output,
) -> None:
    """By its id or by its file; another one is refused."""
    path, public = write(passing), tmp_path / "key.pub"
    public.write_bytes(
        key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    assert verify([str(path), "--trust", id_of(key)]) == 0
    assert verify([str(path), "--trust", str(public)]) == 0
    assert "that is the key that you trust" in capsys.readouterr().out
    assert verify([str(path), "--trust", "00" * 16]) == 1
    assert "NOT the key that you trust" in capsys.readouterr().out
    assert verify([str(path), "--trust", "00" * 16, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["key"]["is_trusted"] is False


def test_wrong_arguments_are_told_apart_from_damage(
    tmp_path: Path, capsys: Output
) -> None:
    """A file that is not there says nothing about a bundle."""
    path = str(tmp_path / "none.zip")
    assert verify([path]) == 3
    assert verify([path, "--trust", "nobody"]) == 3
    assert "none.zip: No such file" in capsys.readouterr().err


def test_another_version_is_an_explanation(
    passing: Events,
    lied: Lied,
    write: Write,
    capsys: Output,
) -> None:
    """What differs need not be forged, and where to go on is said."""
    events = of_another_suite(lied(passing, verdict=Verdict.FAIL))
    assert verify([str(write(events))]) == 1
    said = capsys.readouterr().out
    assert "may be the suite, and need not be the bundle" in said
    assert "`scanwright rejudge` judges it anew" in said


def test_what_another_version_made_is_not_verified(
    passing: Events,
    write: Write,
    capsys: Output,
) -> None:
    """Its clauses cannot be compared, so whatever it says of itself is no success."""
    path = str(write(of_another_suite(passing)))
    assert verify([path]) == 2
    assert "NOT VERIFIED: it was made by scanwright 0.0.1" in capsys.readouterr().out
    assert verify([path, "--json"]) == 2
    found = json.loads(capsys.readouterr().out)
    assert (found["is_equal"], found["is_verified"]) == (True, False)
    assert verify([path, "--trust", "00" * 16]) == 1


def test_what_the_verdict_is_about_stands_beside_it(
    passing: Events,
    made: Callable[..., Events],
    write: Write,
    capsys: Output,
) -> None:
    """In words and as JSON: a part is worth less than the whole."""
    assert verify([str(write(passing))]) == 0
    said = capsys.readouterr().out
    assert "\n  profiles  scanwright\n" in said
    assert "\n  level     L3 at most; the target is at L1\n" in said
    assert "\n  only      SERVER-SETTINGS\n" in said
    scope = Scope(profiles=("wire", "jobs"), level=Assurance.L2)
    path = str(write(made(scope=scope)))
    assert verify([path]) == 1
    assert "\n  only " not in capsys.readouterr().out
    assert verify([path, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["assurance"], found["scope"]) == (
        "L1",
        {"profiles": ["wire", "jobs"], "level": "L2", "only": []},
    )


def test_the_help_has_examples(capsys: Output) -> None:
    """And the exit statuses."""
    with pytest.raises(SystemExit):
        verify(["--help"])
    assert "scanwright verify evidence.zip --trust" in capsys.readouterr().out
