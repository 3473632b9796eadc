"""The report folder: the same run for people, for machines, and for other pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scanwright_conformance.report._badge import badge_as_json, badge_as_svg
from scanwright_conformance.report._html import run_as_html
from scanwright_conformance.report._json import as_bytes, run_as_json
from scanwright_conformance.report._junit import run_as_junit
from scanwright_conformance.report._markdown import run_as_markdown

if TYPE_CHECKING:
    from scanwright_conformance.results import Run

    Form = Callable[[Run], bytes]

__all__ = ["FORMATS", "ReportPaths", "write_reports"]


def _text(form: Callable[[Run], str]) -> Form:
    # half a surrogate pair, which a target may well answer, is no text in UTF-8
    return lambda run: form(run).encode("utf-8", "replace")


FILES: Final[Mapping[str, Mapping[str, Form]]] = {
    "html": {"report.html": _text(run_as_html)},
    "json": {"report.json": lambda run: as_bytes(run_as_json(run))},
    "junit": {"junit.xml": _text(run_as_junit)},
    "md": {"report.md": _text(run_as_markdown)},
    "badge": {
        "badge.svg": _text(badge_as_svg),
        "badge.json": lambda run: as_bytes(badge_as_json(run)),
    },
}

FORMATS: Final = tuple(FILES)
"""What a run can be written as."""


@dataclass(frozen=True, slots=True)
class ReportPaths:
    """Where the reports of a run are."""

    folder: Path
    formats: tuple[str, ...] = FORMATS

    @property
    def html(self) -> Path:
        """The report for people."""
        return self.folder / "report.html"

    @property
    def all(self) -> tuple[Path, ...]:
        """Every report that was written, the one for people first."""
        return tuple(
            self.folder / name for each in self.formats for name in FILES[each]
        )


def write_reports(
    run: Run,
    folder: Path,
    formats: Sequence[str] = FORMATS,
) -> ReportPaths:
    """Write the reports of `run` into `folder`, over those of the run before."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = tuple(each for each in FORMATS if each in formats)
    for each in wanted:
        for name, form in FILES[each].items():
            (folder / name).write_bytes(form(run))
    return ReportPaths(folder, wanted)
