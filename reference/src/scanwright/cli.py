"""The `scanwright` command: finds the subcommand's owner and steps aside.

Each package of the distribution registers its subcommands as entry points in the group
`scanwright.commands`. One is a function that takes the arguments after its name and
returns an exit status; the first line of its docstring is its help text. Modules that
hold one import lightly: `scanwright --help` loads them all.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import cast

__all__ = ["Subcommand", "main", "serve"]

Subcommand = Callable[[Sequence[str]], int]

GROUP = "scanwright.commands"

EXAMPLES = (
    "up        virtual scanners, and a service to use them",
    "certify   certify the reference on virtual hardware",
    "certify http://127.0.0.1:18622   certify any service",
    "service install   have the service run from now on",
    "status    see whether it does, and where it answers",
)
"""A package of the service alone has not all of the commands."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the subcommand that the first argument names; return its exit status."""
    try:
        status = _dispatch(argv)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read us, `head` for one, has seen enough. What Python would still
        # flush at its end goes nowhere, so that it does not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status


def _dispatch(argv: Sequence[str] | None) -> int:
    arguments = list(sys.argv[1:] if argv is None else argv)
    commands = {point.name: point for point in entry_points(group=GROUP)}
    name = arguments[0] if arguments else "--help"
    if name in {"-h", "--help", "help"}:
        print(_overview(commands))
        return 0 if arguments else 2
    if name in {"-V", "--version"}:
        from scanwright import __version__

        print(f"scanwright {__version__}")
        return 0
    if name not in commands:
        known = ", ".join(sorted(commands))
        print(f"scanwright: no command {name!r}. There are: {known}.", file=sys.stderr)
        return 2
    try:
        return _load(commands[name])(arguments[1:])
    except KeyboardInterrupt:
        return 130


def serve(argv: Sequence[str]) -> int:
    """Run the reference service in the foreground until Ctrl-C."""
    from scanwright.supervision import front

    return front.serve(argv)


def _load(point: EntryPoint) -> Subcommand:
    return cast("Subcommand", point.load())


def _overview(commands: dict[str, EntryPoint]) -> str:
    width = max(map(len, commands), default=0)
    rows = [
        f"  {name:<{width}}  {(_load(point).__doc__ or '').strip().splitlines()[0]}"
        for name, point in sorted(commands.items())
    ]
    examples = [
        f"  scanwright {example}"
        for example in EXAMPLES
        if example.split()[0] in commands
    ]
    return "\n".join(
        [
            "usage: scanwright COMMAND [ARGUMENTS]",
            "",
            "A local web-scan service, and what belongs to it.",
            "",
            "commands:",
            *rows,
            "",
            "examples:",
            *examples,
            "",
            "`scanwright COMMAND --help` tells more of each.",
        ],
    )
