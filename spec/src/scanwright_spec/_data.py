"""The files of the specification, which lie inside its package."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

__all__ = ["read_text", "read_toml"]


def read_text(name: str) -> str:
    """Return the text of the data file `name`, a path below the package."""
    return files("scanwright_spec").joinpath(name).read_text(encoding="utf-8")


def read_toml(name: str) -> dict[str, Any]:
    """Return the tables of the TOML data file `name`, in the order of the file."""
    return tomllib.loads(read_text(name))
