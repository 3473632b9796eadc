"""Who listens on a port of this machine, as far as Linux lets us see.

The kernel's tables of sockets have a number for each; the folders of processes say
which process has that number open. Processes of other users keep theirs to themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

__all__ = ["find_owner"]

PROC: Final = Path("/proc")
TABLES: Final = ("tcp", "tcp6")
LISTENING: Final = "0A"
LONGEST: Final = 80
"""Characters of a command line that are shown."""


def find_owner(port: int, proc: Path = PROC) -> str:
    """Say in words whose port it is."""
    names = {f"socket:[{number}]" for number in _listening(port, proc)}
    for process in _processes(proc):
        if _has_open(process, names):
            return f"{_command(process)} (process {process.name})"
    return f"another user's program (as root, `ss -ltnp sport = {port}` shows it)"


def _listening(port: int, proc: Path) -> Iterator[str]:
    """Yield the kernel's numbers of the sockets that listen there."""
    for table in TABLES:
        for line in _lines(proc / "net" / table)[1:]:
            words = line.split()
            local, state, number = words[1], words[3], words[9]
            if state == LISTENING and int(local.rpartition(":")[2], 16) == port:
                yield number


def _processes(proc: Path) -> Iterator[Path]:
    return (entry for entry in proc.iterdir() if entry.name.isdigit())


def _has_open(process: Path, names: set[str]) -> bool:
    try:
        return any(str(fd.readlink()) in names for fd in (process / "fd").iterdir())
    except OSError:  # somebody else's, or gone by now
        return False


def _command(process: Path) -> str:
    words = "".join(_lines(process / "cmdline")).rstrip("\0").replace("\0", " ")
    return words if len(words) <= LONGEST else f"{words[:LONGEST]}..."


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
