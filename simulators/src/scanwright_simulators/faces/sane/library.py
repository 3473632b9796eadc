"""Finds the backend's library, and makes it where it is missing or stale.

An installed package has it beside its sources. A checkout may have it there, too; else
it lies in the user's cache, in a folder of its own, since libsane is given the folder.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Final

from scanwright_simulators.errors import StartError
from scanwright_simulators.faces.sane import build

__all__ = ["MISSING", "locate"]

BESIDE: Final = build.SOURCES.parent / build.LIBRARY
MISSING: Final = (
    "The backend of virtual SANE scanners has to be compiled, and there is no C "
    "compiler. To have one: apt-get install gcc libc6-dev"
)


def locate(*, beside: Path = BESIDE, cache: Path | None = None) -> Path:
    """Return the library; raises StartError when it cannot be had."""
    if build.is_current(beside):
        return beside
    cached = (cache or _cache()) / build.digest()[:16] / build.LIBRARY
    if build.is_current(cached):
        return cached
    try:
        build.compile_to(cached)
    except FileNotFoundError as error:
        raise StartError(MISSING) from error
    except subprocess.CalledProcessError as error:
        message = f"the SANE backend does not compile:\n{error.stderr}"
        raise StartError(message) from error
    except OSError as error:
        message = f"the SANE backend cannot be written to {cached.parent}: {error}"
        raise StartError(message) from error
    return cached


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "scanwright"
