"""Profiles and levels: each clause has its place on both axes."""

from __future__ import annotations

from collections import Counter

import pytest

import scanwright_spec
from scanwright_spec import (
    EVERYTHING,
    PROFILES,
    Assurance,
    Provenance,
    assurance_of,
    binds,
    is_in_profile,
    profile_of,
)

SPECIFICATION = scanwright_spec.load()
CLAUSES = SPECIFICATION.clauses
COMPATIBLE = [name for name in PROFILES if name != EVERYTHING]


def test_every_clause_is_about_one_subject() -> None:
    """No area and no clause is claimed by two profiles, and none by nobody."""
    claimed = Counter(
        name for each in PROFILES.values() for name in (*each.areas, *each.clauses)
    )
    assert set(claimed.values()) == {1}
    assert {profile_of(clause) for clause in CLAUSES} <= set(COMPATIBLE)


def test_profiles_name_what_there_is() -> None:
    """A typing error would leave a clause in the profile of its area."""
    areas = {area.prefix for area in SPECIFICATION.areas}
    ids = {clause.id for clause in CLAUSES}
    for each in PROFILES.values():
        assert set(each.areas) <= areas
        assert set(each.clauses) <= ids


def test_an_own_choice_binds_in_one_profile_only() -> None:
    """A vendor who chose otherwise is not failed for it."""
    own = [each for each in CLAUSES if each.provenance is Provenance.OWN_CHOICE]
    assert own
    for clause in own:
        assert not any(is_in_profile(clause, name) for name in COMPATIBLE)
        assert not binds(clause, COMPATIBLE)
        assert binds(clause, [EVERYTHING]) == clause.level.is_required


def test_a_decided_gap_is_tried_and_does_not_bind() -> None:
    """Who read contradicting facts the other way is told, and not failed."""
    clause = SPECIFICATION.clause("JOBS-status")
    assert clause.decides
    assert is_in_profile(clause, "jobs")
    assert not binds(clause, ["jobs"])
    assert binds(clause, ["jobs", EVERYTHING])


def test_a_should_binds_nobody() -> None:
    """Not even in the strictest profile."""
    assert not binds(SPECIFICATION.clause("SERVER-module-versions"), [EVERYTHING])


@pytest.mark.parametrize(
    ("clause", "level"),
    [
        ("SERVER-version", Assurance.L1),
        ("JOBS-create", Assurance.L1),
        ("SERVICE-main-returns", Assurance.L2),
        ("JOBS-cancel-running", Assurance.L3),
    ],
)
def test_the_level_follows_from_the_needs(clause: str, level: Assurance) -> None:
    """What must be killed needs L2, what must stall L3."""
    assert assurance_of(SPECIFICATION.clause(clause)) is level


def test_levels_are_ordered() -> None:
    """The words sort as the levels do."""
    assert Assurance.L1 < Assurance.L2 < Assurance.L3
    assert all(level.meaning for level in Assurance)
