"""Finds the backend's library, and makes it where it is missing or stale.

An installed package has it beside its sources. A checkout may have it there, too; else
it lies in the user's cache, in a folder of its own, since libsane is given the folder.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from scanwright_simulators.errors import StartError
from scanwright_simulators.faces.sane import build

__all__ = ["locate"]

BESIDE: Final = build.SOURCES.parent / build.LIBRARY


def locate(*, beside: Path = BESIDE, cache: Path | None = None) -> Path:
    """Return the library; raises StartError when it cannot be had."""
    if build.is_current(beside):
        return beside
    cached = (cache or _cache()) / build.digest()[:16] / build.LIBRARY
    if build.is_current(cached):
        return cached
    try:
        build.compile_to(cached)
    except build.CompilerError as error:
        raise StartError(str(error)) from error
    except OSError as error:
        message = f"The SANE backend cannot be written to {cached.parent}: {error}"
        raise StartError(message) from error
    return cached


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "scanwright"
