"""`scanwright certify --matrix` as its users see it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from scanwright_conformance.expectations import Expectation
from scanwright_conformance.matrix.command import MatrixOptions, certify_matrix
from scanwright_conformance.outputs import OutputError

pytestmark = pytest.mark.slow

TODAY = date(2030, 1, 2)
CELLS = """\
[matrix]
only = ["SERVER-settings"]
[[cell]]
name = "good"
target = "target.toml"
[[cell]]
name = "flawed"
target = "flawed.toml"
"""


@pytest.fixture
def options(target: Path) -> MatrixOptions:
    """Return a matrix of a target that meets its clause and one that does not."""
    server = target.with_name("server.py").read_text()
    flawed = server.replace('"/api/server"', '"/another"')
    target.with_name("flawed.py").write_text(flawed)
    description = target.read_text().replace("server.py", "flawed.py")
    target.with_name("flawed.toml").write_text(description)
    file = target.parent / "nightly.toml"
    file.write_text(CELLS)
    return MatrixOptions(file, target.parent / "report", jobs=2)


def test_the_worst_cell_decides(
    options: MatrixOptions, capsys: pytest.CaptureFixture[str]
) -> None:
    """Progress of each, then the standings, then where to read more."""
    assert certify_matrix(options, (), TODAY) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-4:-1] == [
        "good    selection met",
        "flawed  failed",
        "nightly: failed",
    ]
    assert str(options.folder / "matrix.html") in lines[-1]
    assert sum("begins, seed" in line for line in lines) == 2


def test_json_is_all_that_is_printed(
    options: MatrixOptions, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is what the file has, too."""
    certify_matrix(MatrixOptions(options.file, options.folder, is_json=True), (), TODAY)
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads((options.folder / "matrix.json").read_text())


def test_expectations_are_about_every_cell(
    options: MatrixOptions, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is expected of one and passes in another is told, and fails."""
    meant = Expectation("SERVER-settings", "not yet", "#7", date(2031, 1, 1))
    assert certify_matrix(options, (meant,), TODAY) == 1
    out = capsys.readouterr().out
    assert "good: expectations: 0 of 1 are as expected" in out
    assert "flawed: expectations: 1 of 1 are as expected" in out
    said = json.loads((options.folder / "flawed/expectations.json").read_text())
    assert said["exit_status"] == 0


def test_the_folder_is_tried_before_any_cell(
    options: MatrixOptions, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody waits for a report that cannot be written."""
    nowhere = MatrixOptions(options.file, Path("/dev/null/x"))
    with pytest.raises(OutputError, match="Not a directory"):
        certify_matrix(nowhere, (), TODAY)
    assert capsys.readouterr().out == ""


def test_a_report_that_cannot_be_written_loses_no_verdict(
    options: MatrixOptions, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is printed, and the status is that of the suite's own trouble."""
    (options.folder / "matrix.html").mkdir(parents=True)
    assert certify_matrix(options, (), TODAY) == 3
    told = capsys.readouterr()
    assert told.out.splitlines()[-1] == "nightly: failed"
    assert "not all is written" in told.err
