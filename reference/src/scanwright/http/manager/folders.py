"""The folders of the home: how much is in them, and what crashes have left there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from scanwright.home import Home

__all__ = ["Dump", "Folder", "folders", "last_dumps"]

MOST_FILES: Final = 20_000
"""Counting stops here: a page that refreshes itself must not read disks for long."""
CAUSE_BYTES: Final = 400


@dataclass(frozen=True, slots=True)
class Folder:
    """One folder, and what is in it."""

    name: str
    path: Path
    files: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Dump:
    """What one crash has left behind."""

    name: str
    at: datetime
    size_bytes: int
    cause: str


def folders(home: Home) -> list[Folder]:
    """Look at every folder of a home."""
    paths = (home.cache, home.cert, home.dump, home.log, home.upload, home.storage)
    return [_folder(path) for path in paths]


def last_dumps(home: Home, count: int) -> list[Dump]:
    """Return the newest dumps, newest first."""
    found = []
    for file in home.dump.glob("*.txt"):
        try:
            status = file.stat()
            found.append(
                Dump(
                    file.name,
                    datetime.fromtimestamp(status.st_mtime, UTC),
                    status.st_size,
                    _cause(file),
                )
            )
        except OSError:  # it went while we looked
            continue
    return sorted(found, key=lambda dump: dump.at, reverse=True)[:count]


def _folder(path: Path) -> Folder:
    sizes = [size for _, size in zip(range(MOST_FILES), _sizes(path), strict=False)]
    return Folder(path.name, path, len(sizes), sum(sizes))


def _sizes(path: Path) -> Iterator[int]:
    for folder, _, names in os.walk(path):
        for name in names:
            try:
                yield os.lstat(os.path.join(folder, name)).st_size  # noqa: PTH118 - hot
            except OSError:
                continue


def _cause(file: Path) -> str:
    """Return the first line of a dump, which tells why there is one."""
    with file.open("rb") as stream:
        return stream.read(CAUSE_BYTES).decode(errors="replace").partition("\n")[0]
