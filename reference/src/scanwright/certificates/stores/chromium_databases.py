"""Chromium and its relatives share a database of what a user trusts."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from scanwright.certificates.places import DATABASE, chromium_places
from scanwright.certificates.stores.browsers import CHROMIUM
from scanwright.certificates.stores.nss import NssDatabase

__all__ = ["chromium_databases"]

PROGRAMS: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "brave-browser",
    "microsoft-edge",
    "vivaldi",
)


def chromium_databases(home: Path, environ: Mapping[str, str]) -> list[NssDatabase]:
    """Return the databases of a user; one that is not there yet where it is needed."""
    places = chromium_places(home, environ)
    folders = [each for each in places if (each / DATABASE).exists()]
    if not set(places[:2]) & set(folders) and _is_installed(environ):
        folders.insert(0, places[0])
    return [
        NssDatabase(folder, label=f"Chromium ({folder})", browser=CHROMIUM)
        for folder in folders
    ]


def _is_installed(environ: Mapping[str, str]) -> bool:
    path = environ.get("PATH")
    return any(shutil.which(program, path=path) for program in PROGRAMS)
