"""The report folder."""

from __future__ import annotations

from pathlib import Path

from scanwright_conformance.report import write_reports
from scanwright_conformance.results import Run


def test_three_reports_are_written(run: Run, tmp_path: Path) -> None:
    """The folder is made when it is not there; the report for people comes first."""
    paths = write_reports(run, tmp_path / "a" / "b")
    assert [path.name for path in paths.all] == [
        "report.html",
        "report.json",
        "junit.xml",
    ]
    assert all(path.stat().st_size for path in paths.all)


def test_the_reports_of_the_run_before_are_replaced(run: Run, tmp_path: Path) -> None:
    """A folder always shows the last run."""
    first = write_reports(run, tmp_path).html.read_text()
    (tmp_path / "report.html").write_text("old")
    assert write_reports(run, tmp_path).html.read_text() == first
