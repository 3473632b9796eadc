"""Numbers about time and memory, and how they are printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

MIB = 1024 * 1024


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


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
    return [int(word) for word in text.split()]


def total_pss(pid: int) -> float:
    """Return what a process and its children take together, in MiB."""
    return sum(memory_of(each).pss for each in (pid, *children_of(pid)))


def _kibibytes(file: Path) -> dict[str, int]:
    found = {}
    for line in file.read_text("ascii").splitlines():
        words = line.split()
        if words[-1] == "kB":
            found[words[0].rstrip(":")] = int(words[1])
    return found
