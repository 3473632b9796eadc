"""`scanwright access`: which pages have asked for what, and the user's answers.

It works on the file of the home; a running service takes an answer up at once.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from typing import Final

from scanwright.commands.running import PATIENCE_S, add_home, find_home
from scanwright.errors import ScanwrightError
from scanwright.home import Home
from scanwright.http.consents import FILE_NAME, Consents, Entry
from scanwright.protocol.access import Access

__all__ = ["access"]

EPILOG: Final = """\
actions:
  list                        what pages have asked for, and what was said
  allow ORIGIN KIND [--once]  let pages of an origin do it, or for 15 minutes
  deny ORIGIN KIND            keep them out without asking again
  forget ORIGIN KIND          ask again the next time

KIND is scanner, file or webcam. Pages are asked about where EnableScannerAccessAuth,
EnableFileAccessAuth or EnableWebcamAccessAuth is TRUE (see scanwright config).

examples:
  scanwright access list
  scanwright access allow https://app.example.com scanner
"""


def access(argv: Sequence[str]) -> int:
    """List pages that ask for scanners, files or webcams, and answer them."""
    given = _parse(argv)
    try:
        home = find_home(given.home, os.environ)
        file = home.folder / FILE_NAME
        with home.as_owner():
            return _do(given, home, Consents(file, patience_s=PATIENCE_S))
    except PermissionError as error:
        message = f"{error.filename} belongs to another user. Try it with sudo."
    except FileNotFoundError as error:
        message = f"{error.filename} is not there: start the service once."
    except (ScanwrightError, OSError, ValueError) as error:
        message = str(error)
    print(f"scanwright access: {message}", file=sys.stderr)
    return 1


def _do(given: argparse.Namespace, home: Home, consents: Consents) -> int:
    if given.action == "list":
        home.folder.stat()  # a home that is not there has said nothing
        _show(consents.entries(), is_json=given.json)
        return 0
    page = (given.origin, Access(given.kind))
    match given.action:
        case "allow":
            consents.allow(*page, once=given.once)
        case "deny":
            consents.deny(*page)
        case _:
            if not consents.forget(*page):
                raise ScanwrightError(f"{given.origin} has no answer for {given.kind}.")
    if given.json:
        _show(consents.entries(), is_json=True)
    return 0


def _show(entries: Sequence[Entry], *, is_json: bool) -> None:
    if is_json:
        print(json.dumps([_encoded(entry) for entry in entries]))
        return
    for entry in entries:
        until = f" until {entry.until:%H:%M} UTC" if entry.until else ""
        state = f"{entry.consent}{until}"
        print(f"{entry.access:<8} {state:<24} {entry.origin}")
    if not entries:
        print("No page has asked for anything.")


def _encoded(entry: Entry) -> dict[str, str | None]:
    return {
        "origin": entry.origin,
        "access": entry.access.value,
        "consent": entry.consent.value,
        "at": entry.at.isoformat(),
        "until": entry.until.isoformat() if entry.until else None,
    }


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scanwright access",
        description=access.__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("action", choices=("list", "allow", "deny", "forget"))
    parser.add_argument("origin", nargs="?", metavar="ORIGIN")
    parser.add_argument("kind", nargs="?", choices=list(Access), metavar="KIND")
    parser.add_argument("--once", action="store_true", help="allow for 15 minutes")
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_home(parser)
    given = parser.parse_args(argv)
    if (given.action == "list") is (given.kind is not None):
        parser.error("list takes nothing; the others take ORIGIN and KIND")
    if given.once and given.action != "allow":
        parser.error("--once belongs to allow")
    return given
