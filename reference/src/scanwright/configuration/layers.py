"""The files that make up a configuration, in the order in which a later one wins.

    DSConfiguration.ini     what was installed, with comments
    user_config.ini         what the manager page and the command line have changed
    DSConfiguration.d/*.ini the administrator's last word, sorted by name

None of them has to be there, and none is ever touched by an upgrade. Whatever is in
their places, reading them ends, and raises nothing.

Implements: CONFIG-drop-in, CONFIG-wrong-value.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scanwright.configuration.ini import Entry, NotText, parse
from scanwright.configuration.values import Problem
from scanwright.home import Home

__all__ = [
    "ACCEPTED_LINES",
    "Layer",
    "Signature",
    "make_layer",
    "read_content",
    "read_layer",
    "read_layers",
    "signature",
]

FILE_BYTES: Final = 256 * 1024
"""More is no configuration, and would take too long to read while others wait."""
ACCEPTED_LINES: Final = "[SECTION], KEY=VALUE, and comments behind ; or #"

Signature = tuple[tuple[str, int, int, int, int], ...]
"""Of each file its name, and what changes when it does."""


@dataclass(frozen=True, slots=True)
class Layer:
    """What one file says. It `is_broken` when nobody can know what it meant to say."""

    file: Path
    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()
    is_broken: bool = False


def read_layers(home: Home) -> list[Layer]:
    """Read every file that there is, the strongest last."""
    layers = [
        read_layer(file)
        for file in (home.configuration, home.user_configuration)
        if _is_there(file)
    ]
    try:
        return [*layers, *map(read_layer, _drop_ins(home))]
    except OSError as error:
        return [*layers, _broken(home.drop_ins, _unreadable(error), "a folder")]


def read_layer(file: Path) -> Layer:
    """Read one file, whatever it is."""
    try:
        data = read_content(file)
    except OSError as error:
        return _broken(file, _unreadable(error), "a file that the service may read")
    except NotText as error:
        return _broken(file, str(error), f"text of at most {FILE_BYTES} bytes")
    return make_layer(file, data)


def make_layer(file: Path, data: bytes) -> Layer:
    """Return the layer that a file of this content is."""
    try:
        ini = parse(data)
    except NotText as error:
        return _broken(file, str(error), "text in UTF-8")
    problems = tuple(
        Problem(file, fault.line, "", fault.text, ACCEPTED_LINES, fault.reason)
        for fault in ini.faults
    )
    return Layer(file, ini.entries, problems)


def signature(home: Home) -> Signature:
    """Return what differs as soon as one of the files does."""
    files = [home.configuration, home.user_configuration, home.drop_ins]
    with contextlib.suppress(OSError):
        files += _drop_ins(home)
    return tuple(_signatures(files))


def _is_there(file: Path) -> bool:
    """Whether there is something, be it out of reach."""
    try:
        file.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _drop_ins(home: Home) -> list[Path]:
    """Return the administrator's files; hidden ones are those of editors."""
    if not _is_there(home.drop_ins):
        return []
    return sorted(
        file
        for file in home.drop_ins.iterdir()
        if file.suffix == ".ini" and not file.name.startswith(".")
    )


def read_content(file: Path) -> bytes:
    """Return the content of an ordinary file.

    Raises:
        NotText: It is something else, or too long.
        OSError: It cannot be read.
    """
    # A pipe or a device in the file's place must not hold the service up.
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NotText("is no ordinary file")
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            data = stream.read(FILE_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(data) > FILE_BYTES:
        raise NotText("is too long")
    return data


def _unreadable(error: OSError) -> str:
    return f"cannot be read ({error.strerror})"


def _broken(file: Path, reason: str, accepted: str) -> Layer:
    problem = Problem(file, 0, "", "", accepted, reason)
    return Layer(file, problems=(problem,), is_broken=True)


def _signatures(files: list[Path]) -> Iterator[tuple[str, int, int, int, int]]:
    for file in files:
        try:
            status = file.stat()
        except OSError as error:
            yield str(file), error.errno or 0, 0, 0, 0
        else:
            times = status.st_mtime_ns, status.st_ctime_ns
            yield str(file), status.st_ino, status.st_size, *times
