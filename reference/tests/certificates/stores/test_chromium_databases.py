"""Chromium's database is found, or made where Chromium will look for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanwright.certificates.stores.chromium_databases import chromium_databases


def use(folder: Path) -> Path:
    """Leave what a browser leaves."""
    folder.mkdir(parents=True)
    (folder / "cert9.db").touch()
    return folder


def folders(home: Path, path: Path) -> list[Path]:
    """Return the folders that are found with programs in `path`."""
    return [each.folder for each in chromium_databases(home, {"PATH": str(path)})]


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder of programs, with a Chromium in it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "chromium").touch(mode=0o755)
    return folder


@pytest.mark.parametrize(
    "place",
    [
        ".pki/nssdb",
        ".local/share/pki/nssdb",
        "snap/chromium/current/.pki/nssdb",
        ".var/app/org.chromium.Chromium/.pki/nssdb",
    ],
)
def test_a_database_is_found(tmp_path: Path, place: str) -> None:
    """The old place, the new one, Snap's and Flatpak's."""
    folder = use(tmp_path / place)
    assert folders(tmp_path, tmp_path / "empty") == [folder]


def test_without_a_browser_there_is_none(tmp_path: Path) -> None:
    """No database is made for nobody."""
    assert folders(tmp_path, tmp_path / "empty") == []


def test_an_installed_browser_will_find_one(tmp_path: Path, programs: Path) -> None:
    """Every version of Chromium looks at the old place first."""
    assert folders(tmp_path, programs) == [tmp_path / ".pki" / "nssdb"]


def test_the_new_place_is_enough(tmp_path: Path, programs: Path) -> None:
    """Making the old one would hide what the new one holds."""
    folder = use(tmp_path / ".local" / "share" / "pki" / "nssdb")
    assert folders(tmp_path, programs) == [folder]
