"""Reports: one stream of events, and every form in which somebody reads it.

Names are imported when they are first used: `scanwright --help` loads `command.py`, and
must not wait for the specification.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scanwright_conformance.report._comparison_files import (
        COMPARED,
        write_comparison,
    )
    from scanwright_conformance.report._comparison_html import comparison_as_html
    from scanwright_conformance.report._comparison_text import (
        comparison_as_json,
        comparison_as_markdown,
    )
    from scanwright_conformance.report._files import (
        FORMATS,
        ReportPaths,
        write_reports,
    )
    from scanwright_conformance.report._json import run_as_json
    from scanwright_conformance.report._reading import RunUnreadable, read_run
    from scanwright_conformance.report._schemas import comparison_schema, report_schema
    from scanwright_conformance.report._terminal import watcher_for
    from scanwright_conformance.report._words import summary

__all__ = [
    "COMPARED",
    "FORMATS",
    "ReportPaths",
    "RunUnreadable",
    "comparison_as_html",
    "comparison_as_json",
    "comparison_as_markdown",
    "comparison_schema",
    "read_run",
    "report_schema",
    "run_as_json",
    "summary",
    "watcher_for",
    "write_comparison",
    "write_reports",
]

_HOMES = {
    "_comparison_files": ("COMPARED", "write_comparison"),
    "_comparison_html": ("comparison_as_html",),
    "_comparison_text": ("comparison_as_json", "comparison_as_markdown"),
    "_files": ("FORMATS", "ReportPaths", "write_reports"),
    "_json": ("run_as_json",),
    "_reading": ("RunUnreadable", "read_run"),
    "_schemas": ("comparison_schema", "report_schema"),
    "_terminal": ("watcher_for",),
    "_words": ("summary",),
}


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
