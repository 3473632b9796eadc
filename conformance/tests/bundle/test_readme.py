"""The text for a stranger says what he has, and what it is worth."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from scanwright_conformance.bundle.manifest import Manifest, Origin
from scanwright_conformance.bundle.readme import readme
from scanwright_conformance.verdict import RollUp

MANIFEST = Manifest(
    created=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
    suite_version="0.1.0",
    seed=7,
    target_name="tiny",
    target_version="1.2",
    roll_up=RollUp.FAILED,
)


def test_it_names_target_and_verdict() -> None:
    """The first lines are what one looks for."""
    text = readme(MANIFEST)
    assert "Target:   tiny 1.2\n" in text
    assert "Verdict:  failed\n" in text
    assert "by scanwright 0.1.0, seed 7\n" in text
    assert "older bundle" not in text


def test_it_says_what_a_signature_does_not_prove() -> None:
    """Nobody should believe more than is so."""
    assert "What it does not prove" in readme(MANIFEST)
    assert "Who holds the key" in readme(MANIFEST)


def test_it_names_where_conversations_come_from() -> None:
    """Verdicts that were given anew are about an older bundle."""
    origin = Origin("ab" * 32, "0.0.9", "11" * 16)
    text = readme(replace(MANIFEST, origin=origin, target_version=""))
    assert "Target:   tiny\n" in text
    assert f"sha256:{'ab' * 32},\nby scanwright 0.0.9" in text


def test_lines_fit_a_terminal() -> None:
    """It is read with whatever there is."""
    origin = Origin("ab" * 32, "0.0.9", "11" * 16)
    text = readme(replace(MANIFEST, origin=origin))
    assert max(map(len, text.splitlines())) <= 88
