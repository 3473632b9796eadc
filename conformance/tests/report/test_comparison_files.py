"""The files of a comparison."""

from __future__ import annotations

from pathlib import Path

from scanwright_conformance.report import write_comparison
from scanwright_conformance.results import Run


def test_every_form_is_written(run: Run, tmp_path: Path) -> None:
    """The folder is made, and the file for people comes first."""
    written = write_comparison([run, run], tmp_path / "new")
    assert [path.name for path in written] == [
        "comparison.html",
        "comparison.json",
        "comparison.md",
    ]
    assert all(path.read_bytes().decode("utf-8") for path in written)


def test_only_what_was_asked_for_is_written(run: Run, tmp_path: Path) -> None:
    """A comment needs no page."""
    assert write_comparison([run, run], tmp_path, ["md"]) == (
        tmp_path / "comparison.md",
    )
