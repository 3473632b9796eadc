"""The commands `simulate` and `up`: arguments in, exit status out."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, Final

__all__ = ["simulate", "up"]

INTERRUPTED: Final = 130

SIMULATE_EPILOG: Final = """\
examples:
  scanwright simulate --list
  scanwright simulate office -- scanimage -L
  scanwright simulate office -- scanimage -d 'airscan:e0:Virtual Office' \\
      --source ADF --batch=page-%d.png --format=png
  scanwright simulate my-scanners.toml          until Ctrl-C
  scanwright simulate office --json             one line for programs

The command finds these devices and none of the machine's. Its exit status is ours.
"""

UP_EPILOG: Final = """\
examples:
  scanwright up                                 virtual scanners and the service
  scanwright up --scenario my-scanners.toml
  scanwright up --json --port-base 0            free ports, one line for programs

Options that are not listed here go to `scanwright serve`.
"""


def simulate(argv: Sequence[str]) -> int:
    """Run virtual scanners, alone or around a command."""
    arguments = list(argv)
    command: list[str] = []
    if "--" in arguments:
        at = arguments.index("--")
        arguments, command = arguments[:at], arguments[at + 1 :]
        if not command:
            return _complain("there is no command after --")
    parser = _simulate_parser()
    options = parser.parse_args(arguments)
    if options.list:
        return _list_scenarios()
    if options.scenario is None:
        parser.error("name a scenario, or ask for --list")

    from scanwright_simulators import simulate as program
    from scanwright_simulators.errors import SimulatorError
    from scanwright_simulators.reading import load

    try:
        scenario = load(options.scenario)
        if command:
            return _run(program.around(scenario, command))
        return _run(
            program.alone(
                scenario,
                as_json=options.json,
                until_eof=options.until_eof,
            ),
        )
    except SimulatorError as error:
        return _complain(str(error))


def up(argv: Sequence[str]) -> int:
    """Run virtual scanners and the service that scans from them, until Ctrl-C."""
    parser = _up_parser()
    options, service_options = parser.parse_known_args(argv)
    if service_options and not service_options[0].startswith("-"):
        parser.error(f"perhaps you meant --scenario {service_options[0]}")

    from scanwright_simulators import up as program
    from scanwright_simulators.errors import SimulatorError
    from scanwright_simulators.reading import load

    if options.port_base is not None:
        service_options += ["--port-base", str(options.port_base)]
    try:
        scenario = load(options.scenario)
        return _run(
            program.run(
                scenario,
                home=options.home,
                as_json=options.json,
                service_options=service_options,
            ),
        )
    except SimulatorError as error:
        return _complain(str(error))


def _simulate_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scanwright simulate",
        usage="scanwright simulate SCENARIO [--json] [--until-eof] [-- COMMAND...]",
        description="Run virtual scanners, alone or around a command.",
        epilog=SIMULATE_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "scenario",
        nargs="?",
        metavar="SCENARIO",
        help="a TOML file, or the name of a scenario that comes with this package",
    )
    parser.add_argument(
        "--list",
        action="store_true",
        help="show the scenarios that come with this package",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="say what is running as one line of JSON",
    )
    parser.add_argument(
        "--until-eof",
        action="store_true",
        help="end when the standard input does: for programs that start this one",
    )
    return parser


def _up_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scanwright up",
        description="Run virtual scanners and the service that scans from them.",
        epilog=UP_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--scenario",
        default="office",
        metavar="S",
        help="a TOML file or the name of a built-in scenario (default: office)",
    )
    parser.add_argument(
        "--port-base",
        type=int,
        metavar="N",
        help="move the service's four ports together; 0 takes free ones",
    )
    parser.add_argument(
        "--home",
        type=Path,
        metavar="DIR",
        help="the service's folder (default: temporary, removed at the end)",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="print one JSON object as the first line once everything answers",
    )
    return parser


def _list_scenarios() -> int:
    from scanwright_simulators.reading import built_in, load

    for name in built_in():
        print(f"{name:<12} {load(name).description}")
    return 0


def _run(program: Coroutine[Any, Any, int]) -> int:
    """Run `program` to its end; a thread that hangs does not keep us from ours."""
    status = INTERRUPTED
    with contextlib.suppress(KeyboardInterrupt):  # before it was ready
        status = asyncio.run(program)
    if all(_may_be_left(thread) for thread in threading.enumerate()):
        return status
    with contextlib.suppress(OSError):
        sys.stdout.flush()
    os._exit(status)  # Python would wait for the thread without a deadline


def _may_be_left(thread: threading.Thread) -> bool:
    return thread.daemon or thread is threading.current_thread()


def _complain(message: str) -> int:
    print(f"scanwright: {message}", file=sys.stderr)
    return 2
