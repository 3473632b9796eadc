"""Compiles the backend. Uses the standard library alone: packaging runs it, too.

The library carries a digest of the sources it was made of, so that a stale one is
known whatever its date says.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import Final

__all__ = [
    "LIBRARY",
    "NO_COMPILER",
    "SOURCES",
    "CompilerError",
    "compile_to",
    "digest",
    "is_current",
]

LIBRARY: Final = "libsane-scanwright.so.1"
SOURCES: Final = Path(__file__).parent / "backend"
FLAGS: Final = (
    *("-std=c11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Wshadow"),
    *("-fPIC", "-fvisibility=hidden", "-fstack-protector-strong", "-shared"),
    *(f"-Wl,-soname,{LIBRARY}", "-Wl,-z,defs", "-Wl,-z,relro", "-Wl,-z,now"),
)
DEADLINE_S: Final = 120
NO_COMPILER: Final = (
    "The backend of virtual SANE scanners has to be compiled, and there is no C "
    "compiler. To have one: apt-get install gcc libc6-dev"
)


class CompilerError(Exception):
    """The compiler is missing or does not do its work; the message says which."""


def digest() -> str:
    """Return what tells these sources and flags from all others."""
    state = hashlib.sha256("\0".join(FLAGS).encode())
    for path in sorted(SOURCES.glob("*.[ch]")):
        state.update(path.name.encode() + b"\0" + path.read_bytes())
    return state.hexdigest()


def is_current(library: Path) -> bool:
    """Say whether `library` is there and made of these sources."""
    try:
        return digest().encode() in library.read_bytes()
    except OSError:
        return False


def compile_to(target: Path) -> None:
    """Make the library; whoever looks meanwhile sees the old one, or none.

    Raises CompilerError, or OSError when the library cannot be written there.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".build-") as folder:
        made = Path(folder) / LIBRARY
        _compile(made)
        made.replace(target)


def _compile(made: Path) -> None:
    compiler = os.environ.get("CC", "cc")
    try:
        subprocess.run(
            [
                *shlex.split(compiler),
                *FLAGS,
                f'-DSCANWRIGHT_SOURCES="{digest()}"',
                *sorted(map(str, SOURCES.glob("*.c"))),
                *("-o", str(made)),
            ],
            check=True,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=DEADLINE_S,
        )
    except FileNotFoundError as error:
        raise CompilerError(NO_COMPILER) from error
    except subprocess.CalledProcessError as error:
        message = f"The SANE backend does not compile:\n{error.stderr}"
        raise CompilerError(message) from error
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        message = f"The C compiler {compiler!r} cannot be used: {error}"
        raise CompilerError(message) from error
