"""`installers.json`: which packages there are, for pages that offer them.

The SDK's prompt reads it from the folder that it is told, beside the packages: it shows
the one for the user's system, and holds what it has downloaded against the checksum.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

__all__ = ["MANIFEST", "manifest", "write_manifest"]

MANIFEST = "installers.json"
ARCH = "amd64"
"""What nfpm.yaml says; an .rpm of it has another word for the same in its name."""


def manifest(version: str, packages: Iterable[Path]) -> dict[str, Any]:
    """Return what the file says of these packages, whose names end in their format."""
    return {"version": version, "files": [_entry(package) for package in packages]}


def write_manifest(version: str, packages: Iterable[Path], *, folder: Path) -> Path:
    """Write the file into a folder; return its path.

    It takes the place of an older one at once: a website may be serving it.
    """
    target = folder / MANIFEST
    draft = target.with_suffix(".new")
    text = json.dumps(manifest(version, packages), indent=2)
    draft.write_text(f"{text}\n", encoding="utf-8")
    return draft.replace(target)


def _entry(package: Path) -> dict[str, Any]:
    with package.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    return {
        "platform": "linux",
        "format": package.suffix.removeprefix("."),
        "arch": ARCH,
        "name": package.name,
        "bytes": package.stat().st_size,
        "sha256": digest.hexdigest(),
    }
