"""New databases of browsers are noticed, at little cost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from scanwright.certificates.places import (
    chromium_places,
    firefox_roots,
    known_databases,
)


def test_a_new_database_is_noticed(tmp_path: Path) -> None:
    """What is there changes as soon as a browser has made its own."""
    environ = {"HOME": str(tmp_path)}
    profile = tmp_path / ".mozilla" / "firefox" / "abc.default"
    profile.mkdir(parents=True)
    assert known_databases(environ) == frozenset()
    (profile / "cert9.db").touch()
    chromium = tmp_path / ".pki" / "nssdb"
    chromium.mkdir(parents=True)
    (chromium / "cert9.db").touch()
    assert known_databases(environ) == {profile, chromium}


def test_a_home_that_is_missing_holds_nothing(tmp_path: Path) -> None:
    """System users often have none, or one that is closed to them."""
    assert known_databases({"HOME": str(tmp_path / "none")}) == frozenset()


def test_the_folders_of_the_user_are_respected(tmp_path: Path) -> None:
    """XDG variables move the newer of the places."""
    environ = {"XDG_DATA_HOME": "/data", "XDG_CONFIG_HOME": "/configuration"}
    assert Path("/data/pki/nssdb") in chromium_places(tmp_path, environ)
    assert Path("/configuration/mozilla/firefox") in firefox_roots(tmp_path, environ)


def test_it_loads_no_cryptography() -> None:
    """The helper stays small because of that."""
    code = (
        "import sys; import scanwright.certificates.helper; "
        "sys.exit(any(name in sys.modules for name in "
        "('cryptography', 'asyncio', 'ssl', 'subprocess')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
