"""Which stores there are: those of a user, or those of a whole machine."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from scanwright.certificates.stores.chromium_databases import chromium_databases
from scanwright.certificates.stores.chromium_policy import ChromiumPolicy
from scanwright.certificates.stores.firefox_policy import FirefoxPolicy
from scanwright.certificates.stores.firefox_profiles import firefox_profiles
from scanwright.certificates.stores.nss import Owner
from scanwright.certificates.stores.store import Store

__all__ = ["stores_for"]

ROOT: Final = Path("/")
DISTRIBUTIONS: Final = (
    "usr/lib/firefox*/distribution/policies.json",
    "usr/lib64/firefox*/distribution/policies.json",
    "opt/firefox*/distribution/policies.json",
)


def stores_for(
    environ: Mapping[str, str], *, is_system: bool, root: Path = ROOT
) -> list[Store]:
    """Return the stores of the user of `environ`, or those of all users under `root`.

    Looking for them is cheap: a new profile of a browser is noticed by asking again.
    """
    if is_system:
        return _of_machine(root)
    home = Path(environ.get("HOME") or Path.home())
    return [*chromium_databases(home, environ), *firefox_profiles(home, environ)]


def _of_machine(root: Path) -> list[Store]:
    etc = root / "etc"
    distributions = [
        found for each in DISTRIBUTIONS for found in sorted(root.glob(each))
    ]
    return [
        ChromiumPolicy(etc / "chromium" / "policies" / "managed", until=etc),
        ChromiumPolicy(
            etc / "opt" / "chrome" / "policies" / "managed", until=etc / "opt"
        ),
        FirefoxPolicy(
            etc / "firefox" / "policies",
            until=etc,
            distributions=distributions,
            profiles=lambda: _profiles_of(pwd.getpwall()),
        ),
    ]


def _profiles_of(users: Iterable[pwd.struct_passwd]) -> list[Store]:
    """Return the Firefox profiles of these users, as far as we may see them."""
    found: dict[str, Store] = {}
    for user in users:
        home = Path(user.pw_dir)
        if home == ROOT or not os.access(home, os.R_OK | os.X_OK):
            continue
        owner = Owner(user.pw_uid, user.pw_gid)
        for profile in firefox_profiles(home, {}, owner=owner):
            found.setdefault(profile.label, profile)
    return list(found.values())
