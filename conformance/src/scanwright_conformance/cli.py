"""`scanwright certify`: measures a service and says what it found."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from scanwright_conformance.cli_arguments import WrongArguments, parsed

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from contextlib import ExitStack
    from datetime import date

    from scanwright_conformance.assignment import Assignment
    from scanwright_conformance.events import Listener
    from scanwright_conformance.expectations import Expectation
    from scanwright_conformance.report import ReportPaths
    from scanwright_conformance.results import Run

__all__ = ["certify"]

USAGE_ERROR: Final = 3


def certify(argv: Sequence[str]) -> int:
    """Certify a web-scan service against the specification."""
    try:
        arguments = parsed(argv)
        if arguments.matrix:
            return _matrix(arguments)
        if arguments.list:
            return _list(_assignment(arguments))
        if arguments.doctor:
            return _doctor(arguments)
        return _certify(arguments)
    except _usage_errors() as error:
        print(f"scanwright certify: {error}", file=sys.stderr)
        return USAGE_ERROR


def _usage_errors() -> tuple[type[Exception], ...]:
    from scanwright_conformance.bundle.keys import KeyProblem
    from scanwright_conformance.expectations_file import ExpectationError
    from scanwright_conformance.matrix import ClusterError, MatrixError
    from scanwright_conformance.scope import UnknownSelection
    from scanwright_conformance.target import DescriptionError
    from scanwright_conformance.weather import WeatherUnknown

    return (
        ClusterError,
        DescriptionError,
        ExpectationError,
        KeyProblem,
        MatrixError,
        UnknownSelection,
        WeatherUnknown,
        WrongArguments,
    )


def _assignment(arguments: argparse.Namespace) -> Assignment:
    from scanwright_conformance.assignment import Assignment
    from scanwright_conformance.weather import read_weather
    from scanwright_spec import Assurance

    return Assignment(
        place=arguments.target,
        only=tuple(arguments.only),
        profiles=tuple(arguments.profile),
        level=Assurance(arguments.level),
        seed=arguments.seed,
        weather=read_weather(arguments.weather) if arguments.weather else None,
    )


def _certify(arguments: argparse.Namespace) -> int:
    from scanwright_conformance.bundle.file import Recorder, write_bundle
    from scanwright_conformance.bundle.keys import signing_key
    from scanwright_conformance.report import summary, write_reports
    from scanwright_conformance.verdict import EXIT_STATUS

    # asked for before anything is tried: a key that cannot be used is told at once
    key = signing_key(arguments.key) if arguments.bundle else None
    expectations = _expectations(arguments)
    recorder = Recorder()
    run = _run(arguments, recorder)
    paths = write_reports(run, arguments.report)
    if key is not None:
        write_bundle(recorder.events, arguments.bundle, key)
    if arguments.json:
        _print_json(run)
    else:
        print(summary(run, paths, place=arguments.target or ""))
        if key is not None:
            print(f"evidence: {arguments.bundle}")
    if arguments.open:
        _open(paths)
    if arguments.expect:
        return _assess(run, expectations, arguments)
    return EXIT_STATUS[run.roll_up]


def _expectations(arguments: argparse.Namespace) -> tuple[Expectation, ...]:
    import scanwright_spec
    from scanwright_conformance.expectations_file import read_expectations

    if arguments.expect is None:
        return ()
    known = {clause.id for clause in scanwright_spec.load().clauses}
    return read_expectations(arguments.expect, known)


def _assess(
    run: Run, expectations: Sequence[Expectation], arguments: argparse.Namespace
) -> int:
    """Say what was expected of the run; return the exit status that follows."""
    from scanwright_conformance.expectations import assess
    from scanwright_conformance.expectations_file import write_assessment

    assessment = assess(run, expectations, _today())
    write_assessment(assessment, arguments.report)
    # `--json` prints the report and nothing else.
    stream = sys.stderr if arguments.json else sys.stdout
    print(*assessment.lines, sep="\n", file=stream)
    return assessment.exit_status


def _today() -> date:
    from datetime import UTC, datetime

    return datetime.now(UTC).date()


def _matrix(arguments: argparse.Namespace) -> int:
    from scanwright_conformance.matrix.command import MatrixOptions, certify_matrix

    options = MatrixOptions(
        file=arguments.matrix,
        folder=arguments.report,
        scheduler=arguments.scheduler,
        jobs=arguments.jobs,
        is_json=arguments.json,
        is_quiet=arguments.quiet,
    )
    return certify_matrix(options, _expectations(arguments), _today())


def _run(arguments: argparse.Namespace, *others: Listener) -> Run:
    import asyncio
    import signal
    from contextlib import ExitStack

    from scanwright_conformance.certification import certify_target

    async def main(listeners: Sequence[Listener]) -> Run:
        # SIGTERM ends like Ctrl-C: what was started and made is taken away first.
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        if task is not None:
            loop.add_signal_handler(signal.SIGTERM, task.cancel)
        return await certify_target(_assignment(arguments), *listeners)

    with ExitStack() as stack:
        try:
            return asyncio.run(main([*_listeners(arguments, stack), *others]))
        except asyncio.CancelledError:
            raise SystemExit(128 + signal.SIGTERM) from None


def _listeners(arguments: argparse.Namespace, stack: ExitStack) -> list[Listener]:
    from scanwright_conformance.event_codec import EventWriter
    from scanwright_conformance.report import watcher_for

    is_quiet = arguments.quiet or arguments.json
    listeners = [watcher_for(sys.stdout, is_quiet=is_quiet)]
    if arguments.events is not None:
        stream = stack.enter_context(arguments.events.open("w", encoding="utf-8"))
        listeners.append(EventWriter(stream))
    return listeners


def _doctor(arguments: argparse.Namespace) -> int:
    import asyncio
    import json

    from scanwright_conformance.certification import diagnose
    from scanwright_conformance.target import as_json, as_lines, has_problem

    examinations = asyncio.run(diagnose(_assignment(arguments)))
    if arguments.json:
        print(json.dumps(as_json(examinations), indent=1, ensure_ascii=False))
    else:
        print(*as_lines(examinations), sep="\n")
    return USAGE_ERROR if has_problem(examinations) else 0


def _list(assignment: Assignment) -> int:
    import scanwright_spec
    from scanwright_conformance.checks import load_checks
    from scanwright_conformance.scope import Scope, profiles_named, selection

    checks = load_checks()
    clauses = scanwright_spec.load().clauses
    scope = Scope(
        profiles_named(assignment.profiles) or (scanwright_spec.EVERYTHING,),
        assignment.level,
        selection(clauses, assignment.only),
    )
    for clause in scope.select(clauses, checks):
        profile = scanwright_spec.profile_of(clause)
        level = scanwright_spec.assurance_of(clause)
        needs = ", ".join(sorted(clause.needs))
        mark = "" if clause.id in checks else "  (no check)"
        line = f"{clause.id:<30} {clause.level.value:<8} {profile:<12} {level} {needs}"
        print(f"{line}{mark}".rstrip())
    return 0


def _print_json(run: Run) -> None:
    import json

    from scanwright_conformance.report import run_as_json

    # ASCII, for a target may answer half a surrogate pair
    json.dump(run_as_json(run), sys.stdout, indent=1)
    print()


def _open(paths: ReportPaths) -> None:
    import webbrowser

    webbrowser.open(paths.html.resolve().as_uri())
