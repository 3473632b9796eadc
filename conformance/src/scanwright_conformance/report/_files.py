"""The report folder: one file for people, two for machines."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scanwright_conformance.report._html import run_as_html
from scanwright_conformance.report._json import run_as_json
from scanwright_conformance.report._junit import run_as_junit

if TYPE_CHECKING:
    from scanwright_conformance.results import Run

__all__ = ["ReportPaths", "write_reports"]


@dataclass(frozen=True, slots=True)
class ReportPaths:
    """Where the reports of a run are."""

    html: Path
    json: Path
    junit: Path

    @property
    def all(self) -> tuple[Path, ...]:
        """Every report, the one for people first."""
        return self.html, self.json, self.junit


def write_reports(run: Run, folder: Path) -> ReportPaths:
    """Write the reports of `run` into `folder`, over those of the run before."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = ReportPaths(
        html=folder / "report.html",
        json=folder / "report.json",
        junit=folder / "junit.xml",
    )
    paths.html.write_text(run_as_html(run), encoding="utf-8")
    text = json.dumps(run_as_json(run), indent=1, ensure_ascii=False)
    paths.json.write_text(text + "\n", encoding="utf-8")
    paths.junit.write_text(run_as_junit(run), encoding="utf-8")
    return paths
