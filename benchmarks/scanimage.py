"""The peer: Debian's scanimage on the same device, with the same wishes."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.service import PAGES

__all__ = ["Batch", "scan_batch"]

OPTIONS: Final = (
    "--device-name=test:0",
    "--source=Automatic Document Feeder",
    "--mode=Color",
    "--resolution=300",
    "-x210",
    "-y297",
    "--format=jpeg",
    f"--batch-count={PAGES}",
)


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch: seconds from start to exit, of that busy, peak of memory in MiB."""

    seconds: float
    cpu: float
    peak: float


def scan_batch(folder: Path) -> Batch:
    """Scan ten pages into `folder`."""
    begin = perf_counter()
    with subprocess.Popen(
        ["scanimage", *OPTIONS, f"--batch={folder}/scanimage%d.jpg"],
        stderr=subprocess.PIPE,
    ) as process:
        # A batch that counts to its end says so, and little else: it fits the pipe.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.stderr is not None
        words = process.stderr.read().decode(errors="replace")
    assert process.returncode == 0, words
    return Batch(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
