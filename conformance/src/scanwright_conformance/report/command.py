"""`scanwright report`: makes reports of runs that were kept, and compares several."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scanwright_conformance.arguments import USAGE_ERROR, ArgumentParser

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanwright_conformance.results import Run

__all__ = ["report"]

WORDS: Final = ("html", "json", "junit", "md", "badge")
SCHEMA_NAMES: Final = ("events", "report", "comparison", "matrix")

EXAMPLES: Final = """\
examples:
  scanwright report events.ndjson                 all reports of a run, into ./report
  scanwright report run.zip --out pages           the same from a bundle
  scanwright report events.ndjson --format md,badge
  scanwright report old.ndjson new.ndjson         the two side by side
  scanwright report --schema events               the JSON Schema of a line of a stream

exit status:
  0 written   3 a file holds no run, or the arguments are wrong
"""


def report(argv: Sequence[str]) -> int:
    """Make reports of runs that were kept; compare several side by side."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.schema:
        return _print_schema(arguments.schema)
    if not arguments.runs:
        parser.error("name a run: an events.ndjson, a report.json, or a bundle")
    from scanwright_conformance.report._reading import RunUnreadable, read_run

    try:
        runs = [read_run(path) for path in arguments.runs]
        paths = _write(runs, arguments.out, arguments.format)
    except (RunUnreadable, _Refused) as error:
        return _refuse(str(error))
    except OSError as error:
        return _refuse(f"{error.filename}: {error.strerror}")
    for path in paths:
        print(path)
    return 0


class _Refused(Exception):
    """What was asked for cannot be made of these runs."""


def _parser() -> argparse.ArgumentParser:
    parser = ArgumentParser(
        prog="scanwright report",
        description="Make reports of runs that were kept. Several runs are compared.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        "runs",
        nargs="*",
        type=Path,
        metavar="RUN",
        help="an events.ndjson, a report.json, or a bundle",
    )
    add(
        "--out",
        type=Path,
        default=Path("report"),
        metavar="DIR",
        help="folder for what is written (default: ./report)",
    )
    add(
        "--format",
        type=_formats,
        metavar="LIST",
        help=f"of {','.join(WORDS)}, separated by commas (default: all there are)",
    )
    add(
        "--schema",
        choices=SCHEMA_NAMES,
        help="print the JSON Schema of this form and write nothing",
    )
    return parser


def _formats(text: str) -> tuple[str, ...]:
    chosen = tuple(word.strip() for word in text.split(",") if word.strip())
    if unknown := [word for word in chosen if word not in WORDS]:
        raise argparse.ArgumentTypeError(
            f"no format is called {', '.join(unknown)}; use {', '.join(WORDS)}",
        )
    return chosen


def _write(
    runs: Sequence[Run], folder: Path, asked: tuple[str, ...] | None
) -> tuple[Path, ...]:
    from scanwright_conformance.report._comparison_files import (
        COMPARED,
        write_comparison,
    )
    from scanwright_conformance.report._files import FORMATS, write_reports

    if len(runs) == 1:
        return write_reports(runs[0], folder, asked or FORMATS).all
    if none := [each for each in asked or () if each not in COMPARED]:
        raise _Refused(
            f"a comparison cannot be written as {', '.join(none)}; "
            f"use {', '.join(COMPARED)}",
        )
    return write_comparison(runs, folder, asked or COMPARED)


def _print_schema(name: str) -> int:
    import json

    from scanwright_conformance.report._schemas import SCHEMAS

    print(json.dumps(SCHEMAS[name](), indent=1))
    return 0


def _refuse(problem: str) -> int:
    print(f"scanwright report: {problem}", file=sys.stderr)
    return USAGE_ERROR
