"""Numbers about time and memory, and how they are printed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True)
class Spread:
    """What a series of measurements comes to."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Sum up a series."""
        return cls(median(values), min(values), max(values))


@dataclass(frozen=True, slots=True)
class Memory:
    """A process's memory in MiB.

    `peak` is the most that was ever mapped and touched, shared memory included; `rss`
    is that at this moment, `shared` the shared memory in it. `pss` counts what several
    processes share by equal parts, so that it may be added up.
    """

    peak: float
    rss: float
    shared: float
    pss: float


@dataclass(frozen=True, slots=True)
class Cpu:
    """Seconds that a process, and its children, kept processors busy."""

    own: float
    children: float

    def since(self, earlier: Cpu) -> Cpu:
        """Return what has been added."""
        return Cpu(self.own - earlier.own, self.children - earlier.children)


def memory_of(pid: int) -> Memory:
    """Ask the kernel about a process."""
    status = _kibibytes(Path(f"/proc/{pid}/status"))
    rollup = _kibibytes(Path(f"/proc/{pid}/smaps_rollup"))
    return Memory(
        peak=status["VmHWM"] / 1024,
        rss=status["VmRSS"] / 1024,
        shared=status["RssShmem"] / 1024,
        pss=rollup["Pss"] / 1024,
    )


def cpu_seconds(pid: int) -> Cpu:
    """Ask the kernel how long a process and those that it started were busy."""
    own, ended = _ticks(pid)
    living = sum(_ticks(child)[0] for child in children_of(pid))
    second = os.sysconf("SC_CLK_TCK")
    return Cpu(own / second, (ended + living) / second)


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
    return [int(word) for word in text.split()]


def total_pss(pid: int) -> float:
    """Return what a process and its descendants take together, in MiB."""
    return memory_of(pid).pss + sum(map(total_pss, children_of(pid)))


def _kibibytes(file: Path) -> dict[str, int]:
    found = {}
    for line in file.read_text("ascii").splitlines():
        words = line.split()
        if words[-1] == "kB":
            found[words[0].rstrip(":")] = int(words[1])
    return found


def _ticks(pid: int) -> tuple[int, int]:
    """Return the clock ticks of a process, and of its children that have ended."""
    # proc(5): after the name come the fields from 3 on; 14 to 17 are the four times.
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    user, system, children_user, children_system = map(int, fields[11:15])
    return user + system, children_user + children_system
