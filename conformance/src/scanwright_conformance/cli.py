"""`scanwright certify`: measures a service and says what it found."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanwright_conformance.report import ReportPaths
    from scanwright_conformance.results import Run

__all__ = ["certify"]

USAGE_ERROR: Final = 3

EXAMPLES: Final = """\
examples:
  scanwright certify                          the reference on virtual hardware
  scanwright certify http://127.0.0.1:18622   a service that runs (assurance L1)
  scanwright certify target.toml              a described service (L1, or L2 if the
                                              description has a command to start it)
  scanwright certify target.toml --only PAGES JOBS-create
  scanwright certify --list --only ORIGIN
  scanwright certify target.toml --json > report.json

exit status:
  0 certified   1 failed   2 incomplete   3 the suite or its arguments are wrong
"""


def certify(argv: Sequence[str]) -> int:
    """Certify a web-scan service against the specification."""
    arguments = _parser().parse_args(argv)
    if arguments.list:
        return _list(arguments.only)
    return _certify(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scanwright certify",
        description="Certify a web-scan service as a black box, clause by clause.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        "target",
        nargs="?",
        help="URL of the REST port, or a target.toml; "
        "without it the reference is started and certified",
    )
    add(
        "--only",
        nargs="+",
        action="extend",
        default=[],
        metavar="AREA|ID",
        help="try these clauses only",
    )
    add("--list", action="store_true", help="list the clauses and try nothing")
    add(
        "--report",
        type=Path,
        default=Path("report"),
        metavar="DIR",
        help="folder for report.html, report.json and junit.xml (default: ./report)",
    )
    add("--json", action="store_true", help="print the JSON report and nothing else")
    add("--open", action="store_true", help="open the report in the browser at the end")
    add("--quiet", action="store_true", help="print the summary only")
    return parser


def _certify(arguments: argparse.Namespace) -> int:
    from scanwright_conformance.plan import UnknownSelection
    from scanwright_conformance.report import summary, write_reports
    from scanwright_conformance.target import DescriptionError
    from scanwright_conformance.verdict import EXIT_STATUS

    try:
        run = _run(arguments)
    except (DescriptionError, UnknownSelection) as error:
        print(f"scanwright certify: {error}", file=sys.stderr)
        return USAGE_ERROR
    paths = write_reports(run, arguments.report)
    if arguments.json:
        _print_json(run)
    else:
        print(summary(run, paths))
    if arguments.open:
        _open(paths)
    return EXIT_STATUS[run.roll_up]


def _run(arguments: argparse.Namespace) -> Run:
    import asyncio
    import signal

    from scanwright_conformance.certification import certify_target
    from scanwright_conformance.report import watcher_for

    async def main() -> Run:
        # SIGTERM ends like Ctrl-C: what was started and made is taken away first.
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        if task is not None:
            loop.add_signal_handler(signal.SIGTERM, task.cancel)
        return await certify_target(
            arguments.target,
            watcher_for(sys.stdout, is_quiet=arguments.quiet or arguments.json),
            only=arguments.only,
        )

    try:
        return asyncio.run(main())
    except asyncio.CancelledError:
        raise SystemExit(128 + signal.SIGTERM) from None


def _list(only: Sequence[str]) -> int:
    import scanwright_spec
    from scanwright_conformance.checks import load_checks
    from scanwright_conformance.plan import UnknownSelection, select

    checks = load_checks()
    try:
        clauses = select(scanwright_spec.load().clauses, only)
    except UnknownSelection as error:
        print(f"scanwright certify: {error}", file=sys.stderr)
        return USAGE_ERROR
    for clause in clauses:
        needs = ", ".join(sorted(clause.needs))
        mark = "" if clause.id in checks else "  (no check)"
        print(f"{clause.id:<30} {clause.level.value:<8} {needs}{mark}".rstrip())
    return 0


def _print_json(run: Run) -> None:
    import json

    from scanwright_conformance.report import run_as_json

    json.dump(run_as_json(run), sys.stdout, indent=1, ensure_ascii=False)
    print()


def _open(paths: ReportPaths) -> None:
    import webbrowser

    webbrowser.open(paths.html.resolve().as_uri())
