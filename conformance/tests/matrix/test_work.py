"""What the process of a cell does."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from scanwright_conformance.matrix.cells import Cell, cell_as_json
from scanwright_conformance.matrix.work import assignment_for

WORK = [sys.executable, "-m", "scanwright_conformance.matrix.work"]


def test_the_description_is_a_copy_with_its_files_where_they_were(
    cell: Cell, tmp_path: Path
) -> None:
    """`{here}` and a relative CA are about the folder that the file comes from."""
    text = '[target]\nca = "ca.pem"\nreport = ["{here}/report"]\n'
    told = replace(cell, description=text, place="/origin/target.toml")
    assignment = assignment_for(told, tmp_path)
    assert assignment.place == str(tmp_path / "target.toml")
    copy = (tmp_path / "target.toml").read_text()
    assert copy == ('[target]\nca = "/origin/ca.pem"\nreport = ["/origin/report"]\n')


def test_an_absolute_ca_stays(cell: Cell, tmp_path: Path) -> None:
    """It is the same from anywhere."""
    told = replace(cell, description='[target]\nca = "/etc/ca.pem"\n')
    assignment_for(told, tmp_path)
    assert '"/etc/ca.pem"' in (tmp_path / "target.toml").read_text()


def test_a_url_needs_no_copy(cell: Cell, tmp_path: Path) -> None:
    """The rest of the assignment is that of the cell."""
    told = replace(cell, place="http://127.0.0.1:9", description="")
    assignment = assignment_for(told, tmp_path)
    assert (assignment.place, assignment.seed) == ("http://127.0.0.1:9", 7)
    assert assignment.only == ("SERVER-settings",)
    assert not list(tmp_path.glob("swm-*"))


@pytest.mark.slow
def test_events_are_all_that_is_written(cell: Cell) -> None:
    """A line each, from the first to the last."""
    with subprocess.Popen(
        WORK, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(cell_as_json(cell)) + "\n")
        process.stdin.flush()
        events = [json.loads(line)["event"] for line in process.stdout]
    assert events == ["began", "started", "ended", "finished"]
    assert process.returncode == 0


@pytest.mark.slow
def test_it_ends_when_nobody_listens_any_more(cell: Cell) -> None:
    """The end of its standard input is the end of what it started."""
    order = json.dumps(cell_as_json(replace(cell, only=())))
    done = subprocess.run(
        WORK, input=order + "\n", capture_output=True, text=True, check=False
    )
    assert done.returncode == 143
    assert '"is_interrupted": true' in done.stdout or not done.stdout
