"""Where browsers of a user keep certificate databases: by themselves, Snap or Flatpak.

Cheap to import and to ask, so that a helper that wants to be small can ask often.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

__all__ = ["DATABASE", "chromium_places", "firefox_roots", "known_databases"]

DATABASE: Final = "cert9.db"

CHROMIUM_PACKAGED: Final = ("snap/*/current/.pki/nssdb", ".var/app/*/.pki/nssdb")
FIREFOX_ROOTS: Final = (
    ".mozilla/firefox",
    ".config/mozilla/firefox",  # of users who are new since Firefox 147
    "snap/firefox/common/.mozilla/firefox",
    ".var/app/org.mozilla.firefox/.mozilla/firefox",
    ".var/app/org.mozilla.firefox/config/mozilla/firefox",
)


def known_databases(environ: Mapping[str, str]) -> frozenset[Path]:
    """Return the databases that are there now, as far as we may see them."""
    home = Path(environ.get("HOME") or Path.home())
    if not os.access(home, os.R_OK | os.X_OK):
        return frozenset()  # a service may have a home that it must not see
    profiles = [
        profile for root in firefox_roots(home, environ) for profile in root.glob("*/")
    ]
    folders = (*chromium_places(home, environ), *profiles)
    return frozenset(each for each in folders if (each / DATABASE).exists())


def chromium_places(home: Path, environ: Mapping[str, str]) -> list[Path]:
    """Return the folders of Chromium and its relatives, there or not; best first.

    `~/.pki/nssdb` is the old one and still the first that all of them look at; newer
    ones make the second where the first is absent.
    """
    data = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    packaged = [
        found for each in CHROMIUM_PACKAGED for found in sorted(home.glob(each))
    ]
    return [home / ".pki" / "nssdb", data / "pki" / "nssdb", *packaged]


def firefox_roots(home: Path, environ: Mapping[str, str]) -> list[Path]:
    """Return the folders that profiles of Firefox are in, there or not."""
    roots = [home / root for root in FIREFOX_ROOTS]
    if named := environ.get("XDG_CONFIG_HOME"):
        roots.append(Path(named) / "mozilla" / "firefox")
    return roots
