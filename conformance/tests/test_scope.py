"""The scope of a run: profiles, levels, and what they build upon."""

from __future__ import annotations

import pytest

import scanwright_spec
from scanwright_conformance.checks import load_checks
from scanwright_conformance.scope import (
    COMPATIBLE,
    Scope,
    UnknownSelection,
    profiles_named,
    selection,
)
from scanwright_spec import EVERYTHING, Assurance, Provenance

SPECIFICATION = scanwright_spec.load()
CLAUSES = SPECIFICATION.clauses
CHECKS = load_checks()


def chosen(scope: Scope) -> set[str]:
    """Return the ids that a scope selects."""
    return {clause.id for clause in scope.select(CLAUSES, CHECKS)}


def test_everything_is_everything() -> None:
    """The profile of this specification has all its clauses."""
    assert chosen(Scope()) == {clause.id for clause in CLAUSES}


def test_areas_and_ids_select_in_any_case() -> None:
    """A word is an area or an id."""
    only = selection(CLAUSES, ["server", "jobs-CREATE"])
    found = chosen(Scope(only=only))
    assert {name.partition("-")[0] for name in found} == {"SERVER", "JOBS"}
    assert sum(name.startswith("JOBS") for name in found) == 1


def test_an_unknown_word_is_refused() -> None:
    """A typing error does not select nothing in silence."""
    with pytest.raises(UnknownSelection, match="SERVRE"):
        selection(CLAUSES, ["servre"])


def test_an_unknown_profile_is_refused() -> None:
    """The message says which there are."""
    with pytest.raises(UnknownSelection, match="wired; use wire, jobs"):
        profiles_named(["wired"])


def test_compatible_is_short_for_all_but_own_choices() -> None:
    """One word names all profiles that bind a vendor."""
    assert profiles_named(["compatible"]) == COMPATIBLE
    assert profiles_named(["jobs", "wire", "jobs"]) == ("jobs", "wire")


def test_an_own_choice_fails_nobody_in_the_compatible_profiles() -> None:
    """It may be tried, for others build upon it; it can warn."""
    scope = Scope(COMPATIBLE)
    own = [each for each in CLAUSES if each.provenance is Provenance.OWN_CHOICE]
    assert not any(scope.binds(clause) for clause in own)
    assert any(clause.id in chosen(scope) for clause in own)
    assert any(Scope((EVERYTHING,)).binds(clause) for clause in own)


def test_what_a_profile_builds_upon_is_tried_too() -> None:
    """Nothing is blamed on the wrong clause."""
    found = chosen(Scope(("jobs",)))
    for name in found:
        assert set(CHECKS[name].after) <= found


def test_a_level_leaves_out_what_needs_more() -> None:
    """Nobody is killed on an attached target."""
    found = chosen(Scope(level=Assurance.L1))
    assert "SERVER-version" in found
    assert "SERVICE-main-returns" not in found
