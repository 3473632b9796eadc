"""The specification itself: whole, consistent, and every gap decided."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scanwright_spec import CAPABILITIES, GAPS, Level, SpecificationError, load
from scanwright_spec._markdown import parse_area
from scanwright_spec._specification import assemble

CLAUSES = Path(__file__).parents[1] / "src/scanwright_spec/clauses"


def test_every_file_of_clauses_is_an_area() -> None:
    """No Markdown file in the folder of clauses is left out."""
    assert {f"clauses/{path.name}" for path in CLAUSES.glob("*.md")} == {
        area.file for area in load().areas
    }


def test_clause_is_found_by_its_id() -> None:
    """A clause knows its level, its needs and where it stands."""
    clause = load().clause("ORIGIN-host-foreign")
    assert (clause.level, clause.area, clause.needs) == (
        Level.MUST,
        "ORIGIN",
        frozenset(),
    )
    lines = (CLAUSES / "origins.md").read_text().splitlines()
    assert lines[clause.line - 1] == "### ORIGIN-host-foreign"


def test_unknown_clause_and_area_are_key_errors() -> None:
    """What does not exist is a KeyError, not None."""
    with pytest.raises(KeyError):
        load().clause("JOBS-nothing")
    with pytest.raises(KeyError):
        load().area("NOTHING")


def test_every_gap_is_decided_and_no_other() -> None:
    """The seventeen open questions of the facts are decided, each by its clauses."""
    decided = {gap for clause in load().clauses for gap in clause.decides}
    assert decided == set(GAPS) == set(range(1, 18))
    assert all(load().deciding(gap) for gap in GAPS)


def test_own_choices_give_a_reason() -> None:
    """Who is bound by a choice of ours may know why it was made."""
    silent = [
        clause.id
        for clause in load().clauses
        if clause.provenance == "own choice"
        and not clause.detail
        and not clause.decides
    ]
    assert silent == []


def test_every_capability_is_needed() -> None:
    """No capability is declared for nothing."""
    needed = {need for clause in load().clauses for need in clause.needs}
    assert needed == set(CAPABILITIES)


def test_loading_twice_reads_once() -> None:
    """The specification does not change while a program runs."""
    assert load() is load()


def test_id_in_two_areas_is_refused() -> None:
    """An id is permanent, so it cannot name two things."""
    text = "# T\n\n### T-a\n`MUST` · observed: x\n\nIt is.\n"
    areas = tuple(
        parse_area("T", f"{n}.md", markdown=text, capabilities=(), gaps=())
        for n in (1, 2)
    )
    with pytest.raises(SpecificationError, match=r"^2\.md:3: T-a .* 1\.md:3$"):
        assemble(areas)


def test_import_is_light() -> None:
    """Importing the package, and its command, loads no YAML."""
    program = (
        "import sys, scanwright_spec.cli; scanwright_spec.load();"
        "sys.exit('yaml' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
