"""The combined report."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from scanwright_conformance.matrix.cells import Cell, Matrix
from scanwright_conformance.matrix.outcome import Outcome, result_of
from scanwright_conformance.matrix.reports import (
    MatrixRun,
    matrix_as_json,
    write_matrix,
)
from scanwright_conformance.report._schemas import matrix_schema
from scanwright_conformance.verdict import Verdict

Make = Callable[..., Outcome]
PASS, FAIL = Verdict.PASS, Verdict.FAIL


@pytest.fixture
def found(cell: Cell, outcome: Make) -> MatrixRun:
    """Return one good build, a bad one, and one that was lost."""
    cells = [replace(cell, name=f"build {number} <b>") for number in (7, 8, 9)]
    outcomes = [
        outcome(PASS, PASS),
        outcome(PASS, FAIL),
        Outcome(outcome(PASS, PASS, tried=1).lines, "it crashed"),
    ]
    pairs = zip(cells, outcomes, strict=True)
    results = tuple(result_of(cell, outcome) for cell, outcome in pairs)
    return MatrixRun(Matrix("nightly", tuple(cells)), results)


def test_every_cell_has_its_own_reports(found: MatrixRun, tmp_path: Path) -> None:
    """A folder each, and the combined reports beside them."""
    paths = write_matrix(found, tmp_path / "report")
    names = ["matrix.html", "matrix.json", "junit.xml", "matrix.md"]
    assert [path.name for path in paths] == names
    folders = {path.name for path in (tmp_path / "report").iterdir() if path.is_dir()}
    assert folders == {"build-7-b", "build-8-b", "build-9-b"}
    assert (tmp_path / "report/build-7-b/report.html").exists()


def test_json_says_what_follows(found: MatrixRun, tmp_path: Path) -> None:
    """The whole is the worst of its cells; a lost one has its words."""
    write_matrix(found, tmp_path)
    value = json.loads((tmp_path / "matrix.json").read_text())
    assert (value["name"], value["exit_status"]) == ("nightly", 3)
    assert [each["exit_status"] for each in value["cells"]] == [0, 1, 3]
    assert value["cells"][2]["problem"] == "it crashed"
    assert value["cells"][0]["target"] == "tiny 1.0"
    columns = [each["column"] for each in value["comparison"]["targets"]]
    assert columns == ["build 7 <b>", "build 8 <b>", "build 9 <b>"]
    assert value["comparison"]["differences"] == 1


def test_the_json_keeps_to_its_schema(found: MatrixRun) -> None:
    """A lost cell, too; and a member that the schema does not know is refused."""
    validator = jsonschema.Draft202012Validator(matrix_schema())
    value = json.loads(json.dumps(matrix_as_json(found)))
    validator.validate(value)
    for place in (value, value["cells"][2], value["comparison"]["targets"][0]):
        place["unknown"] = 1
        assert not validator.is_valid(value)
        del place["unknown"]


def test_junit_has_a_suite_for_each_cell(found: MatrixRun, tmp_path: Path) -> None:
    """Cases of the same clause differ by their class."""
    write_matrix(found, tmp_path)
    root = ET.parse(tmp_path / "junit.xml").getroot()  # noqa: S314 - our own
    counts = [(each.get("name"), each.get("failures")) for each in root]
    assert counts == [("build 7 <b>", "0"), ("build 8 <b>", "1"), ("build 9 <b>", "0")]
    assert root[2].get("errors") == "1"
    cases = [(c.get("classname"), c.get("name")) for c in root.iter("testcase")]
    assert len(set(cases)) == 6


def test_the_html_shows_the_cells_side_by_side(
    found: MatrixRun, tmp_path: Path
) -> None:
    """Their names are text, and the reason of a lost one can be read."""
    write_matrix(found, tmp_path)
    text = (tmp_path / "matrix.html").read_text()
    assert "build 8 &lt;b&gt;" in text
    assert "it crashed" in text
    assert "<b>" not in text


def test_the_markdown_names_every_cell(found: MatrixRun, tmp_path: Path) -> None:
    """For the summary of a job: what follows, and from what."""
    write_matrix(found, tmp_path)
    lines = (tmp_path / "matrix.md").read_text().splitlines()
    assert lines[0] == "# `nightly`: suite error"
    assert "| `build 9 <b>` | **suite error** | `it crashed` | `tiny 1.0` |" in lines
