"""The report folder."""

from __future__ import annotations

from pathlib import Path

from scanwright_conformance.report import write_reports
from scanwright_conformance.results import Run


def test_every_form_is_written(run: Run, tmp_path: Path) -> None:
    """The folder is made when it is not there; the report for people comes first."""
    paths = write_reports(run, tmp_path / "a" / "b")
    assert [path.name for path in paths.all] == [
        "report.html",
        "report.json",
        "junit.xml",
        "report.md",
        "badge.svg",
        "badge.json",
    ]
    assert all(path.stat().st_size for path in paths.all)
    assert paths.html == paths.all[0]


def test_only_what_was_asked_for_is_written(run: Run, tmp_path: Path) -> None:
    """A job that wants a comment needs no pages."""
    paths = write_reports(run, tmp_path, ("badge", "md"))
    names = [path.name for path in paths.all]
    assert names == ["report.md", "badge.svg", "badge.json"]
    assert sorted(names) == sorted(path.name for path in tmp_path.iterdir())


def test_the_reports_of_the_run_before_are_replaced(run: Run, tmp_path: Path) -> None:
    """A folder always shows the last run."""
    first = write_reports(run, tmp_path).html.read_text()
    (tmp_path / "report.html").write_text("old")
    assert write_reports(run, tmp_path).html.read_text() == first


def test_whatever_a_target_answers_can_be_written(run: Run, tmp_path: Path) -> None:
    """Half a letter, which no file can hold, stops no report."""
    for path in write_reports(run, tmp_path).all:
        assert path.read_bytes().decode("utf-8")
