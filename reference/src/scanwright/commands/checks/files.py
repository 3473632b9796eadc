"""The home: its folders and their rights, the room on the disk, and old crashes."""

from __future__ import annotations

import os
import pwd
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from scanwright.buffer.disk import LEAST_BYTES, free_bytes
from scanwright.commands.checks.finding import Finding, found, problem, warning
from scanwright.home import FOLDER_MODE, FOLDERS, Home

__all__ = ["account_name", "check_disk", "check_dumps", "check_home"]

TOO_LITTLE_BYTES: Final = 256 * 1024**2
"""Some hundred pages do not fit any more."""
MIBIBYTE: Final = 1024**2


def check_home(home: Home) -> Iterator[Finding]:
    """Look at the folders: there, usable, one account's, and nobody else's."""
    owner = home.folder.stat()
    sick = False
    for folder in (home.folder, *map(home.folder.joinpath, FOLDERS), home.drop_ins):
        for finding in _check_folder(folder, owner.st_uid):
            sick = True
            yield finding
    if not sick:
        yield found("home", f"{home.folder}, of {account_name(owner.st_uid)}")


def check_disk(
    home: Home,
    least_bytes: int = LEAST_BYTES,
    *,
    measure: Callable[[Path], int] = free_bytes,
) -> Iterator[Finding]:
    """Look at the room that is left for pages and documents.

    `least_bytes` is what the service leaves free: the running one's own figure.
    """
    free = measure(home.folder)
    text = f"{free // MIBIBYTE:,} MiB are free"
    if free < TOO_LITTLE_BYTES:
        yield problem("disk", text, "Make room: scans will fail soon.")
    elif free < least_bytes:
        advice = (
            f"Make room: below {least_bytes // MIBIBYTE:,} MiB nothing is cached or "
            "stored. `scanwright serve --free-disk` sets another limit."
        )
        yield warning("disk", text, advice)
    else:
        yield found("disk", text)


def check_dumps(home: Home) -> Iterator[Finding]:
    """Look for what crashes have left."""
    dumps = sorted(home.dump.glob("*.txt"), key=lambda file: file.stat().st_mtime)
    if not dumps:
        yield found("dumps", "no crash has left one")
        return
    newest = datetime.fromtimestamp(dumps[-1].stat().st_mtime, UTC)
    yield warning(
        "dumps",
        f"{len(dumps)} in {home.dump}, the last one of {newest:%Y-%m-%d %H:%M} UTC",
        f"Read {dumps[-1].name}, report it, and remove what is done with.",
    )


def account_name(uid: int) -> str:
    """Return the name of an account, or its number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _check_folder(folder: Path, uid: int) -> Iterator[Finding]:
    try:
        status = folder.stat()
    except FileNotFoundError:
        yield warning("home", f"{folder} is missing", "The next start makes it.")
        return
    if status.st_uid != uid:
        yield problem(
            "home",
            f"{folder} belongs to {account_name(status.st_uid)}",
            f"chown -R {uid} {folder}",
        )
    if status.st_mode & 0o777 & ~FOLDER_MODE:
        yield problem(
            "home",
            f"{folder} is open to others (mode {status.st_mode & 0o777:04o})",
            f"chmod 700 {folder}",
        )
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK, effective_ids=True):
        yield problem(
            "home",
            f"{folder} cannot be read and written",
            f"Give {account_name(uid)} the rights, and mount it for writing.",
        )
