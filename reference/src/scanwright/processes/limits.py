"""What an add-on worker may take of the machine, however hostile its work is.

The limits are the kernel's (setrlimit(2)), and hold before anything untrusted is
touched. What a process has mapped when they come, its libraries, does not count.

Implements: SERVICE-addon-limits.
"""

from __future__ import annotations

import resource
from pathlib import Path
from typing import Final

__all__ = ["MEMORY_BYTES", "OUTPUT_BYTES", "confine", "grant_time"]

MEMORY_BYTES: Final = 2 << 30
OUTPUT_BYTES: Final = 4 << 30
"""The largest file that a worker may write."""
OPEN_FILES: Final = 64
CPU_S: Final = 3600
"""For one command: a last resort, main has given up long before."""


def confine(memory_bytes: int) -> None:
    """Allow this process so much more memory, few files, no children, no core.

    As root the number of children has no limit: a package runs as somebody else.
    """
    _limit(resource.RLIMIT_AS, _mapped_bytes() + memory_bytes)
    _limit(resource.RLIMIT_NOFILE, OPEN_FILES)
    _limit(resource.RLIMIT_FSIZE, OUTPUT_BYTES)
    _limit(resource.RLIMIT_NPROC, 0)
    _limit(resource.RLIMIT_CORE, 0)
    grant_time()


def grant_time() -> None:
    """Allow the next command its time, counted from now."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + CPU_S
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if hard != resource.RLIM_INFINITY:
        until = min(until, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


def _limit(what: int, value: int) -> None:
    """Set a limit that nothing in this process can raise again."""
    _, hard = resource.getrlimit(what)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(what, (value, value))


def _mapped_bytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()
