"""`scanwright certify`: measures a service and says what it found."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from scanwright_conformance.arguments import USAGE_ERROR
from scanwright_conformance.cli_arguments import WrongArguments, parsed

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from datetime import date

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from scanwright_conformance.assignment import Assignment
    from scanwright_conformance.bundle.file import Recorder
    from scanwright_conformance.events import Listener
    from scanwright_conformance.expectations import Expectation
    from scanwright_conformance.outputs import Writing
    from scanwright_conformance.report import ReportPaths
    from scanwright_conformance.results import Run

__all__ = ["certify"]


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
    from scanwright_conformance.outputs import OutputError
    from scanwright_conformance.places import PlaceError
    from scanwright_conformance.scope import UnknownSelection
    from scanwright_conformance.target import DescriptionError
    from scanwright_conformance.weather import WeatherUnknown

    return (
        ClusterError,
        DescriptionError,
        ExpectationError,
        KeyProblem,
        MatrixError,
        OutputError,
        PlaceError,
        UnknownSelection,
        WeatherUnknown,
        WrongArguments,
    )


def _assignment(arguments: argparse.Namespace) -> Assignment:
    """Return what there is to do, once it is sure that all of it can be tried."""
    import scanwright_spec
    from scanwright_conformance.assignment import Assignment
    from scanwright_conformance.places import check_place
    from scanwright_conformance.scope import profiles_named, selection
    from scanwright_conformance.weather import read_weather
    from scanwright_spec import Assurance

    if arguments.target:
        check_place(arguments.target)
    selection(scanwright_spec.load().clauses, arguments.only)
    profiles_named(arguments.profile)
    return Assignment(
        place=arguments.target,
        only=tuple(arguments.only),
        profiles=tuple(arguments.profile),
        level=Assurance(arguments.level),
        seed=arguments.seed,
        weather=read_weather(arguments.weather) if arguments.weather else None,
    )


def _certify(arguments: argparse.Namespace) -> int:
    from scanwright_conformance.bundle.file import Recorder
    from scanwright_conformance.bundle.keys import signing_key
    from scanwright_conformance.outputs import Writing, try_file, try_folder
    from scanwright_conformance.report import summary
    from scanwright_conformance.verdict import EXIT_STATUS

    assignment = _assignment(arguments)
    expectations = _expectations(arguments)
    # asked for before anything is tried: a key that cannot be used is told at once,
    # and so is a place where nothing can be written
    key = signing_key(arguments.key) if arguments.bundle else None
    try_folder(arguments.report)
    if arguments.bundle:
        try_file(arguments.bundle)
    recorder, writing = Recorder(), Writing()
    run = _run(assignment, arguments, recorder, writing)
    paths = _write_reports(run, arguments, writing)
    is_signed = key is not None and _write_bundle(recorder, arguments, key, writing)
    if arguments.json:
        _print_json(run)
    else:
        print(summary(run, paths, place=arguments.target or ""))
        if is_signed:
            print(f"evidence: {arguments.bundle}")
    if arguments.open and paths is not None:
        _open(paths)
    status = EXIT_STATUS[run.roll_up]
    if arguments.expect:
        status = _assess(run, expectations, arguments, writing)
    for problem in writing.problems:
        print(f"scanwright certify: {problem}", file=sys.stderr)
    return USAGE_ERROR if writing.problems else status


def _write_reports(
    run: Run, arguments: argparse.Namespace, writing: Writing
) -> ReportPaths | None:
    from scanwright_conformance.report import write_reports

    with writing.attempt(arguments.report):
        return write_reports(run, arguments.report)
    return None


def _write_bundle(
    recorder: Recorder,
    arguments: argparse.Namespace,
    key: Ed25519PrivateKey,
    writing: Writing,
) -> bool:
    """Return whether the evidence could be written."""
    from scanwright_conformance.bundle.file import BundleError, write_bundle

    with writing.attempt(arguments.bundle, BundleError):
        write_bundle(recorder.events, arguments.bundle, key)
        return True
    return False


def _expectations(arguments: argparse.Namespace) -> tuple[Expectation, ...]:
    import scanwright_spec
    from scanwright_conformance.expectations_file import read_expectations

    if arguments.expect is None:
        return ()
    known = {clause.id for clause in scanwright_spec.load().clauses}
    return read_expectations(arguments.expect, known)


def _assess(
    run: Run,
    expectations: Sequence[Expectation],
    arguments: argparse.Namespace,
    writing: Writing,
) -> int:
    """Say what was expected of the run; return the exit status that follows."""
    from scanwright_conformance.expectations import assess
    from scanwright_conformance.expectations_file import write_assessment

    assessment = assess(run, expectations, _today())
    with writing.attempt(arguments.report):
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


def _run(
    assignment: Assignment,
    arguments: argparse.Namespace,
    recorder: Recorder,
    writing: Writing,
) -> Run:
    from contextlib import ExitStack

    from scanwright_conformance.outputs import event_file
    from scanwright_conformance.report import watcher_for

    is_quiet = arguments.quiet or arguments.json
    listeners = [watcher_for(sys.stdout, is_quiet=is_quiet), recorder]
    with ExitStack() as stack:
        if arguments.events is not None:
            file = event_file(arguments.events, writing)
            listeners.append(stack.enter_context(file))
        return _carried_out(assignment, listeners)


def _carried_out(assignment: Assignment, listeners: Sequence[Listener]) -> Run:
    import asyncio
    import signal

    from scanwright_conformance.certification import certify_target

    async def main() -> Run:
        # SIGTERM ends like Ctrl-C: what was started and made is taken away first.
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        if task is not None:
            loop.add_signal_handler(signal.SIGTERM, task.cancel)
        return await certify_target(assignment, *listeners)

    try:
        return asyncio.run(main())
    except asyncio.CancelledError:
        raise SystemExit(128 + signal.SIGTERM) from None


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
