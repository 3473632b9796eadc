"""`scanwright admin`: opens the administration, and signs its user in.

The address holds a ticket for one session, not the token, since terminals and browsers
remember what they have seen. It must not appear on the command line of a browser, where
every user of the machine could read and use it first; so the browser is given a private
file, which leads it to the page.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Final

from scanwright.commands.running import add_home, ask_status, find_home, find_running
from scanwright.configuration.writing import write_whole
from scanwright.errors import ScanwrightError
from scanwright.home import Home
from scanwright.http.admin_token import FILE_NAME, AdminToken, Sessions

__all__ = ["admin"]

DOOR: Final = "admin.html"
DISPLAYS: Final = ("DISPLAY", "WAYLAND_DISPLAY")


def admin(argv: Sequence[str]) -> int:
    """Print an address that opens the administration once, and open it."""
    given = _parser().parse_args(argv)
    try:
        home = find_home(given.home, os.environ)
        with home.as_owner():
            url = _address(home, is_new=given.new_token)
        if given.json:
            print(json.dumps({"url": url}))
            return 0
        print(url)
        if given.open and _may_open(os.environ):
            open_privately(home, url)
    except PermissionError as error:
        message = f"{error.filename} belongs to another user. Try it with sudo."
    except (ScanwrightError, OSError) as error:
        message = str(error)
    else:
        return 0
    print(f"scanwright admin: {message}", file=sys.stderr)
    return 1


def open_privately(
    home: Home,
    url: str,
    open_file: Callable[[str], object] = webbrowser.open,
) -> Path:
    """Open an address in the user's browser without telling it to anybody else."""
    door = home.folder / DOOR
    text = (
        "<!doctype html><title>Scanwright</title>"
        f'<meta http-equiv="refresh" content="0; url={escape(url)}">'
    )
    write_whole(door, text.encode())
    open_file(door.as_uri())
    return door


def _address(home: Home, *, is_new: bool) -> str:
    """Return the address, with a ticket behind the hash: no request carries that."""
    running = find_running(home)
    ask_status(running)
    token = AdminToken(home.folder / FILE_NAME)
    if is_new:
        token.renew()
    return f"{running.manager}/admin/#token={Sessions(token.read).ticket()}"


def _may_open(environ: Mapping[str, str]) -> bool:
    """Tell whether there is a screen; a browser of root's is nobody's wish."""
    return os.geteuid() != 0 and any(map(environ.get, DISPLAYS))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="scanwright admin", description=admin.__doc__)
    parser.add_argument(
        "--no-open",
        dest="open",
        action="store_false",
        help="only print the address",
    )
    parser.add_argument(
        "--new-token",
        action="store_true",
        help="make another token first, which signs everybody out",
    )
    parser.add_argument("--json", action="store_true", help="print JSON, open nothing")
    add_home(parser)
    return parser
