"""`scanwright spec` in the terminal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from scanwright_spec import (
    CAPABILITIES,
    GAPS,
    channel,
    channel_text,
    error_codes,
    load,
    openapi,
    openapi_text,
)
from scanwright_spec.cli import spec

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs the command and gives what it printed."""

    def run_command(*argv: str) -> str:
        assert spec(argv) == 0
        return capsys.readouterr().out

    return run_command


def test_first_line_of_docstring_is_its_help() -> None:
    """`scanwright --help` shows what the command is for."""
    assert spec.__doc__ is not None
    assert spec.__doc__.startswith("Show the specification")


def test_without_argument_it_shows_the_areas(run: Run) -> None:
    """Every area is a row with the number of its clauses."""
    rows = {line.split()[0]: line.split()[1] for line in run().splitlines() if line}
    for area in load().areas:
        assert rows[area.prefix] == str(len(area.clauses))
    assert rows["all"] == str(len(load().clauses))


@pytest.mark.parametrize("subject", [area.prefix for area in load().areas])
def test_area_lists_its_clauses(run: Run, subject: str) -> None:
    """The name of an area, in small letters too, shows all of its clauses."""
    shown = run(subject.lower())
    assert all(clause.id in shown for clause in load().area(subject).clauses)
    assert len(json.loads(run(subject, "--json"))["clauses"]) == len(
        load().area(subject).clauses
    )


def test_clause_shows_everything_about_it(run: Run) -> None:
    """Level, provenance, needs, gaps, text and error codes stand together."""
    shown = run("jobs-cancel-pending")
    for part in (
        "JOBS-cancel-pending  MUST",
        "documented: endpoint 7",
        "needs  scanner: ",
        "gap 3  ",
        "Cancelling a pending job",
        "-1011  409     OUT_OF_SEQUENCE",
    ):
        assert part in shown


def test_clause_as_json_has_its_codes(run: Run) -> None:
    """A program gets the same facts as a person."""
    data = json.loads(run("JOBS-cancel-pending", "--json"))
    assert data["level"] == "MUST"
    assert data["needs"] == ["scanner"]
    assert data["decides"] == [3]
    assert data["codes"] == [-1011]


def test_word_finds_clauses(run: Run) -> None:
    """Anything else is looked for in ids, texts and details."""
    found = {clause["id"] for clause in json.loads(run("duplex", "--json"))}
    assert "JOBS-config-duplex" in found
    assert "ORIGIN-host-foreign" in run("-2909")


def test_unknown_name_is_refused_with_near_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A misspelt id ends with status 2 and names its neighbours."""
    assert spec(["JOBS-strat"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "JOBS-start" in captured.err


def test_unknown_name_without_neighbours_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A name that resembles nothing ends with status 2 all the same."""
    assert spec(["#####"]) == 2
    assert "Near" not in capsys.readouterr().err


def test_codes_are_a_table(run: Run) -> None:
    """Each code stands with its status and its name."""
    shown = run("codes")
    assert all(f"{e.code} " in shown and e.name in shown for e in error_codes())
    assert len(json.loads(run("codes", "--json"))) == len(error_codes())


def test_gaps_stand_with_their_decisions(run: Run) -> None:
    """Each open question is followed by the clauses that decide it."""
    data = json.loads(run("gaps", "--json"))
    assert [entry["gap"] for entry in data] == list(GAPS)
    shown = run("gaps")
    assert all(clause in shown for entry in data for clause in entry["clauses"])


def test_capabilities_stand_by_kind(run: Run) -> None:
    """Each capability is explained below its kind."""
    shown = run("capabilities")
    assert all(f"  {name} " in shown for name in CAPABILITIES)
    assert len(json.loads(run("capabilities", "--json"))) == len(CAPABILITIES)


def test_the_page_channel_is_printed_in_both_forms(run: Run) -> None:
    """The page channel is printed as YAML, and as JSON with `--json`."""
    assert run("page-channel") == channel_text()
    assert json.loads(run("page-channel", "--json")) == json.loads(
        json.dumps(channel())
    )


def test_openapi_is_printed_in_both_forms(run: Run) -> None:
    """The YAML is the file as it is kept, the JSON the same document."""
    assert run("openapi") == openapi_text()
    assert json.loads(run("openapi", "--json")) == openapi()


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` shows how to call it."""
    with pytest.raises(SystemExit) as ended:
        spec(["--help"])
    assert ended.value.code == 0
    assert "scanwright spec JOBS-start" in capsys.readouterr().out
