"""Reports: four readers, one list of results."""

from scanwright_conformance.report._files import ReportPaths, write_reports
from scanwright_conformance.report._json import run_as_json
from scanwright_conformance.report._terminal import watcher_for
from scanwright_conformance.report._words import summary

__all__ = ["ReportPaths", "run_as_json", "summary", "watcher_for", "write_reports"]
