"""`scanwright status`: what the running service says about itself."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

from scanwright.commands.running import (
    NotRunning,
    add_home,
    ask_status,
    find_home,
    find_running,
)
from scanwright.errors import ScanwrightError

__all__ = ["status"]

NOT_RUNNING: Final = 3
"""As LSB and systemctl say it."""

MIB: Final = 1024 * 1024

EPILOG: Final = """\
exit status: 0 it runs, 1 it does not answer, 3 it does not run
"""


def status(argv: Sequence[str]) -> int:
    """Show state, processes, addresses and web pages of the running service."""
    given = _parser().parse_args(argv)
    try:
        facts = ask_status(find_running(find_home(given.home, os.environ)))
    except (ScanwrightError, PermissionError) as error:
        return _fail(error, is_json=given.json)
    print(json.dumps(facts) if given.json else _for_people(facts))
    return 0


def _fail(error: ScanwrightError | PermissionError, *, is_json: bool) -> int:
    message = (
        f"{error.filename} belongs to another user. Try it with sudo."
        if isinstance(error, PermissionError)
        else error.message
    )
    is_down = isinstance(error, NotRunning)
    if is_json:
        state = "stopped" if is_down else "unknown"
        print(json.dumps({"state": state, "message": message}))
    else:
        print(f"scanwright status: {message}", file=sys.stderr)
    return NOT_RUNNING if is_down else 1


def _for_people(facts: Mapping[str, Any]) -> str:
    return "\n".join(
        [
            f"Scanwright {facts['version']} runs since {facts['started']}.",
            "",
            *(
                f"  {each['role']:<19} {each['pid']:>7}   since {each['started']}"
                f"{_restarts(each['restarts'])}"
                for each in facts["processes"]
            ),
            "",
            *(f"  {role:<12} {url}" for role, url in facts["addresses"].items()),
            "",
            f"  modules: {_modules(facts['modules'])}",
            *_sessions(facts.get("pageSessions", [])),
            *_news(facts),
        ]
    )


def _restarts(count: int) -> str:
    return f", started again {count} times" if count else ""


def _modules(modules: Mapping[str, Sequence[str]]) -> str:
    there = (f"{name} {', '.join(found)}" for name, found in modules.items() if found)
    return "; ".join(there)


def _sessions(sessions: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a line for each web page that uses the service."""
    return [
        f"  web pages that use it: {len(sessions) or 'none'}",
        *(
            f"    {_count(each['images'], 'image')}, "
            f"{_mib(each['memoryBytes'])} in memory, "
            f"{_mib(each['diskBytes'])} on disk, since {each['started']}"
            for each in sessions
        ),
    ]


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _mib(size_bytes: int) -> str:
    return f"{size_bytes / MIB:.1f} MiB"


def _news(facts: Mapping[str, Any]) -> list[str]:
    """Return what somebody should do."""
    news = []
    if facts["restartNeeded"]:
        news.append(f"  restart it for: {', '.join(facts['restartNeeded'])}")
    if facts["waiting"]:
        news.append(
            f"  pages that wait for consent: {facts['waiting']}; "
            "see `scanwright access list`"
        )
    return news


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scanwright status",
        description=status.__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_home(parser)
    return parser
