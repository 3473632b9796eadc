"""The registry: how a command finds the simulations that run on this machine.

Each simulation leaves a card in a folder of its user: a small JSON file with its
process, its control address and its devices. It takes the card away when it ends. One
that was killed cannot, so whoever looks removes the cards of processes that are gone;
a process that has got the same number since began at another time.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from scanwright_simulators.errors import SimulatorError

__all__ = ["ENV_CONTROL", "Card", "NotFound", "find", "folder", "listed", "running"]

ENV_CONTROL: Final = "SCANWRIGHT_CONTROL"
KNOCK_S: Final = 2.0
PATTERN: Final = "simulation-*.json"


class NotFound(SimulatorError):
    """It is not clear which simulation is meant; the message lists what runs."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a simulation says of itself; `started` tells reused process numbers."""

    pid: int
    started: int
    control: str
    scenario: str
    devices: tuple[str, ...]


@contextmanager
def listed(
    address: str,
    *,
    scenario: str,
    devices: Sequence[str],
    environ: Mapping[str, str] = os.environ,
) -> Iterator[str]:
    """List this process for as long as the block lasts.

    Yields a note for people when it could not be done: commands then need the address.
    """
    card = Card(
        pid=os.getpid(),
        started=_started(os.getpid()) or 0,
        control=address,
        scenario=scenario,
        devices=tuple(devices),
    )
    try:
        path = _write(folder(environ), card)
    except (OSError, SimulatorError) as error:
        yield f"commands need {ENV_CONTROL}={address}: {error}"
        return
    try:
        yield ""
    finally:
        path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # others are listed there
            path.parent.rmdir()


def running(environ: Mapping[str, str] = os.environ) -> list[Card]:
    """Return the cards of all simulations of this user, oldest first."""
    try:
        files = sorted(folder(environ).glob(PATTERN), key=_written_ns)
    except (OSError, SimulatorError):
        return []
    found = []
    for file in files:
        card = _read(file)
        if card is not None and _lives(card):
            found.append(card)
        else:
            file.unlink(missing_ok=True)
    return found


def find(environ: Mapping[str, str] = os.environ) -> str:
    """Return the control address of the simulation that is meant.

    Raises:
        NotFound: None is running, or several are.
    """
    named, cards = environ.get(ENV_CONTROL), running(environ)
    if named and (not cards or _answers(named)):
        return named
    if len(cards) == 1:
        return cards[0].control
    if not cards:
        raise NotFound(
            "no simulation is running. `scanwright simulate office` starts one; "
            f"--control or ${ENV_CONTROL} names one elsewhere."
        )
    rows = "\n".join(
        f"  {card.control}  {card.scenario}: {', '.join(card.devices)}"
        for card in cards
    )
    raise NotFound(f"several simulations are running; choose by --control URL:\n{rows}")


def _answers(address: str) -> bool:
    """Say whether anybody listens there: a shell may remember one that has ended."""
    place = urlsplit(address)
    try:
        port = place.port or 80
        with socket.create_connection((place.hostname, port), KNOCK_S):
            return True
    except (OSError, ValueError):
        return False


def folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of the cards, which only its user can use, made or not.

    Raises:
        SimulatorError: Somebody else has put something in its place.
    """
    runtime = Path(environ.get("XDG_RUNTIME_DIR") or "")
    if runtime.is_absolute() and _is_ours(runtime):
        path = runtime / "scanwright"
    else:
        path = Path(tempfile.gettempdir(), f"scanwright-{os.geteuid()}")
    if os.path.lexists(path) and not _is_ours(path):
        raise SimulatorError(f"{path} is no folder of this user's own")
    return path


def _is_ours(path: Path) -> bool:
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()


def _write(where: Path, card: Card) -> Path:
    port = card.control.rpartition(":")[2]
    path = where / f"simulation-{card.pid}-{port}.json"
    draft = path.with_suffix(".draft")
    while True:
        where.mkdir(mode=0o700, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):  # the last of the others has left
            where.chmod(0o700)
            draft.write_text(json.dumps(asdict(card)), "utf-8")
            draft.replace(path)  # whoever looks sees a whole card or none
            return path


def _read(file: Path) -> Card | None:
    try:
        values: dict[str, Any] = json.loads(file.read_text("utf-8"))
        return Card(
            pid=int(values["pid"]),
            started=int(values["started"]),
            control=str(values["control"]),
            scenario=str(values["scenario"]),
            devices=tuple(map(str, values["devices"])),
        )
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _lives(card: Card) -> bool:
    started = _started(card.pid)
    if started is not None:
        return started == card.started
    if Path("/proc/self/stat").exists():
        return False
    try:  # no /proc: its number has to do
        os.kill(card.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _started(pid: int) -> int | None:
    """Return when a process began, in ticks of the kernel; None when it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
        # The name in parentheses may hold anything, also parentheses.
        state, *fields = text.rpartition(")")[2].split()
        return None if state in {"Z", "X"} else int(fields[18])
    except (OSError, ValueError, IndexError):
        return None


def _written_ns(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:  # it has just been taken away
        return 0
