"""The command line of `scanwright certify`: what can be said on it, and how."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scanwright_conformance.arguments import ArgumentParser

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["WrongArguments", "parsed"]

EXAMPLES: Final = """\
examples:
  scanwright certify                          the reference on virtual hardware
  scanwright certify http://127.0.0.1:18622   a service that runs (assurance L1)
  scanwright certify target.toml              a described service (L1, or L2 if the
                                              description says how to start it)
  scanwright certify target.toml --doctor     is the description right? no verdict
  scanwright certify target.toml --profile wire jobs --level L1
  scanwright certify target.toml --only PAGES JOBS-create --seed 497541
  scanwright certify target.toml --bundle evidence.zip
  scanwright certify target.toml --weather storm --seed 7
  scanwright certify --list --only ORIGIN
  scanwright certify target.toml --json > report.json
  scanwright certify target.toml --expect expectations.toml
                                              what is known to be broken, in a CI
  scanwright certify --matrix matrix.toml     many targets or builds, side by side
  scanwright certify --matrix matrix.toml --scheduler tcp://127.0.0.1:8786
                                              the same on a Dask cluster

profiles: wire, jobs, documents, buffer, scanning, lifecycle, certificates, install,
  browser, barcode, pdf, webcam, uploader; `compatible` is all of these, and the
  default; `scanwright` has this specification's own choices too.

exit status:
  0 certified   1 failed   2 incomplete   3 the suite or its arguments are wrong,
  or a file could not be written
  With --expect: 0 when all that is not met is expected; 1 as well when something
  expected passes, or its date is over. Verdicts and reports stay as they are.
  With --matrix: that of the worst cell, in the order 3, 1, 2, 0.
"""

LEVEL: Final = "L3"

NOT_WITH_MATRIX: Final = (
    "target",
    "profile",
    "level",
    "only",
    "seed",
    "weather",
    "doctor",
    "list",
    "bundle",
    "key",
    "events",
    "open",
)
"""What is said in the file of the matrix, or has no meaning for many runs."""


class WrongArguments(Exception):
    """Arguments that do not go together; the message says what to do instead."""


def parsed(argv: Sequence[str]) -> argparse.Namespace:
    """Return what the command line says, or raise WrongArguments."""
    arguments = _parser().parse_args(argv)
    _check(arguments)
    return arguments


def _parser() -> argparse.ArgumentParser:
    parser = ArgumentParser(
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
    add("--doctor", action="store_true", help="examine the target, give no verdict")
    add("--list", action="store_true", help="list the clauses and try nothing")
    _add_scope(parser.add_argument_group("what is tried"))
    _add_matrix(parser.add_argument_group("many targets"))
    _add_outputs(parser.add_argument_group("what is written"))
    return parser


def _add_scope(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add(
        "--profile",
        nargs="+",
        action="extend",
        default=[],
        metavar="NAME",
        help="certify for these profiles (default: those of the description)",
    )
    add(
        "--level",
        choices=["L1", "L2", "L3"],
        default=LEVEL,
        help="leave out what needs a higher level of assurance (default: L3)",
    )
    add(
        "--only",
        nargs="+",
        action="extend",
        default=[],
        metavar="AREA|ID",
        help="try these clauses only; that certifies nothing",
    )
    add(
        "--seed",
        type=int,
        metavar="N",
        help="repeat the order of a run (default: another one each time)",
    )
    add(
        "--weather",
        metavar="TEXT",
        help="spoil the connections: drizzle, storm, or words such as "
        "latency=50ms,slice=1-7,reset=1%%; see WEATHER.md",
    )


def _add_outputs(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add(
        "--report",
        type=Path,
        default=Path("report"),
        metavar="DIR",
        help="folder for the reports (default: ./report)",
    )
    add("--bundle", type=Path, metavar="FILE", help="write the signed evidence here")
    add("--key", type=Path, metavar="FILE", help="sign with this key (PEM, ed25519)")
    add(
        "--expect",
        type=Path,
        metavar="FILE",
        help="what is known to be broken, and until when; see docs/CI.md",
    )
    add("--events", type=Path, metavar="FILE", help="write each event as it happens")
    add("--json", action="store_true", help="print the JSON report and nothing else")
    add("--open", action="store_true", help="open the report in the browser at the end")
    add("--quiet", action="store_true", help="print the summary only")


def _add_matrix(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add(
        "--matrix",
        type=Path,
        metavar="FILE",
        help="certify everything that this file names; see docs/CI.md",
    )
    add(
        "--scheduler",
        metavar="URL",
        help="on the Dask cluster of this scheduler (default: on this machine)",
    )
    add(
        "--jobs",
        type=_count,
        metavar="N",
        help="at most so many at a time (default: the number of cores)",
    )


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _check(arguments: argparse.Namespace) -> None:
    """Refuse what cannot be meant together, instead of passing over the one of it."""
    if arguments.matrix is None:
        for name in ("scheduler", "jobs"):
            if getattr(arguments, name) is not None:
                raise WrongArguments(f"--{name} is about --matrix; name a matrix.toml")
        return
    for name in NOT_WITH_MATRIX:
        if _is_said(getattr(arguments, name)):
            option = "a target" if name == "target" else f"--{name}"
            raise WrongArguments(
                f"{option} cannot be given with --matrix; the cells of "
                f"{arguments.matrix} say what is tried",
            )


def _is_said(value: object) -> bool:
    """Whether somebody gave an argument this value: a seed may be 0."""
    return value is not None and value is not False and value not in ([], LEVEL)
