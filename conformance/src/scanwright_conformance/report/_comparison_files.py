"""The files of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.report._comparison_html import comparison_as_html
from scanwright_conformance.report._comparison_text import (
    comparison_as_json,
    comparison_as_markdown,
)
from scanwright_conformance.report._json import as_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from scanwright_conformance.results import Run

__all__ = ["COMPARED", "write_comparison"]

COMPARED: Final = ("html", "json", "md")
"""What a comparison can be written as."""


def write_comparison(
    runs: Sequence[Run],
    folder: Path,
    formats: Sequence[str] = COMPARED,
) -> tuple[Path, ...]:
    """Write `runs` side by side into `folder`; return the files, for people first."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for each in (name for name in COMPARED if name in formats):
        path = folder / f"comparison.{each}"
        path.write_bytes(_content(runs, each))
        written.append(path)
    return tuple(written)


def _content(runs: Sequence[Run], form: str) -> bytes:
    match form:
        case "html":
            return comparison_as_html(runs).encode("utf-8", "replace")
        case "md":
            return comparison_as_markdown(runs).encode("utf-8", "replace")
    return as_bytes(comparison_as_json(runs))
