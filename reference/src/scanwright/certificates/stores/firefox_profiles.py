"""Firefox keeps what a user trusts in each profile.

A profile gets its database when it is first used; one without is left alone, for there
is nothing in it yet. Firefox reads the database when it starts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from configparser import ConfigParser, Error
from pathlib import Path

from scanwright.certificates.places import DATABASE, firefox_roots
from scanwright.certificates.stores.browsers import FIREFOX
from scanwright.certificates.stores.nss import NssDatabase, Owner

__all__ = ["firefox_profiles"]


def firefox_profiles(
    home: Path, environ: Mapping[str, str], *, owner: Owner | None = None
) -> list[NssDatabase]:
    """Return the databases of all profiles of a user."""
    profiles = {
        profile.resolve(): None
        for root in firefox_roots(home, environ)
        for profile in (*_listed(root), *sorted(root.glob("*/")))
        if (profile / DATABASE).exists()
    }
    return [
        NssDatabase(
            folder, label=f"Firefox profile ({folder})", browser=FIREFOX, owner=owner
        )
        for folder in profiles
    ]


def _listed(root: Path) -> Iterator[Path]:
    """Yield the profiles that `profiles.ini` names; they may be anywhere."""
    ini = ConfigParser(interpolation=None, strict=False)
    try:
        ini.read(root / "profiles.ini", encoding="utf-8")
    except (Error, OSError, UnicodeDecodeError):
        return
    for section in ini.sections():
        path = ini.get(section, "path", fallback="")
        if section.startswith("Profile") and path:
            yield root / path  # an absolute path stays what it is
