"""The packages of this very tree, as the tests install them."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["Packages", "make_packages"]

ROOT: Final = Path(__file__).parents[2]
MAKE: Final = ROOT / "packaging" / "make_packages.py"
BUILD_S: Final = 300


@dataclass(frozen=True, slots=True)
class Packages:
    """One service, packed under its own version and under a later one.

    `installers.json` beside them is that of its own version.
    """

    folder: Path
    version: str
    later: str = "999.0"

    def deb(self, version: str) -> Path:
        """Return the .deb of a version."""
        return self.folder / f"scanwright_{version}_amd64.deb"

    def rpm(self, version: str) -> Path:
        """Return the .rpm of a version."""
        return self.folder / f"scanwright-{version}-1.x86_64.rpm"


def make_packages(folder: Path) -> Packages:
    """Freeze the service once, and pack it twice."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    made = Packages(folder, tomllib.loads(text)["project"]["version"])
    for version in (made.later, made.version):
        command = [sys.executable, str(MAKE), "--version", version]
        where = ["--out", str(folder), "--frozen", str(folder / "frozen")]
        subprocess.run([*command, *where], timeout=BUILD_S, check=True)
    return made
