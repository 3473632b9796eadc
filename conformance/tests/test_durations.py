"""How long conversations take."""

from __future__ import annotations

import scanwright_spec
from scanwright_conformance.durations import durations, is_quick


def test_durations_are_of_clauses() -> None:
    """A clause that is gone leaves nothing behind."""
    ids = {clause.id for clause in scanwright_spec.load().clauses}
    assert durations().keys() <= ids


def test_what_nobody_measured_is_quick() -> None:
    """A new clause does not wait for a measurement."""
    assert is_quick("NEW-clause")
    assert is_quick("SERVER-version")
    assert not is_quick("HTTP-slow-client")
