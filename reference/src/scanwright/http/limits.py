"""How many connections there may be, and how long each part of a request may take."""

from __future__ import annotations

import contextlib
import resource
from dataclasses import dataclass
from typing import Final

__all__ = ["Limits", "connection_limit", "raise_descriptor_limit"]

MOST_CONNECTIONS: Final = 4096
LEAST_CONNECTIONS: Final = 16
OTHER_DESCRIPTORS: Final = 256
"""For listeners, logs, caches, workers and pages."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of all ports together.

    A body is too slow when less than `body_bytes` of it come in `body_s`. `look_s` is
    the time from one look at the clock to the next.
    """

    connections: int = MOST_CONNECTIONS
    tls_connections: int = 512
    head_s: float = 15.0
    idle_s: float = 75.0
    body_s: float = 20.0
    body_bytes: int = 1024
    look_s: float = 1.0


def raise_descriptor_limit() -> int:
    """Let this process have as many descriptors as it may; return how many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def connection_limit(descriptors: int) -> int:
    """Return how many connections a process with so many descriptors can hold."""
    if descriptors == resource.RLIM_INFINITY:
        return MOST_CONNECTIONS
    return max(
        LEAST_CONNECTIONS, min(MOST_CONNECTIONS, descriptors - OTHER_DESCRIPTORS)
    )
