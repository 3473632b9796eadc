"""The home of an installation."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanwright.home import (
    FOLDERS,
    Home,
    HomeUnusable,
    default_home,
)


def test_all_folders_are_made_for_the_owner_alone(tmp_path: Path) -> None:
    """The published folders exist after `create`, with rights 0700."""
    home = Home(tmp_path / "home")
    home.create()
    made = {path.name: path.stat().st_mode & 0o777 for path in home.folder.iterdir()}
    assert made == dict.fromkeys([*FOLDERS, "DSConfiguration.d"], 0o700)


def test_what_is_there_stays(tmp_path: Path) -> None:
    """Making a home twice loses nothing."""
    home = Home(tmp_path)
    home.create()
    (home.storage / "document").write_text("kept")
    home.create()
    assert (home.storage / "document").read_text() == "kept"


@pytest.mark.parametrize("name", [".", "cert", "DSConfiguration.d"])
def test_a_folder_for_everybody_is_no_home(tmp_path: Path, name: str) -> None:
    """Whoever can put files into it would say what the service does."""
    home = Home(tmp_path / "home")
    home.create()
    (home.folder / name).chmod(0o777)
    with pytest.raises(HomeUnusable, match="chmod 700"):
        home.create()


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    """A folder that cannot be made is told by its path."""
    (tmp_path / "cache").write_text("")
    with pytest.raises(HomeUnusable, match=str(tmp_path / "cache")):
        Home(tmp_path).create()


def test_every_path_is_inside(tmp_path: Path) -> None:
    """Nothing of an installation lies outside its home."""
    home = Home(tmp_path)
    paths = [
        *(home.cache, home.cert, home.dump, home.log, home.upload, home.storage),
        *(home.configuration, home.drop_ins, home.user_configuration),
        *(home.service_ini, home.port_lock),
    ]
    assert all(path.parent == tmp_path for path in paths)


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"SCANWRIGHT_HOME": "/srv/scan", "XDG_STATE_HOME": "/x"}, "/srv/scan"),
        ({"XDG_STATE_HOME": "/x"}, "/x/scanwright"),
        ({}, str(Path.home() / ".local" / "state" / "scanwright")),
    ],
)
def test_the_environment_may_name_the_home(
    environ: dict[str, str],
    expected: str,
) -> None:
    """The default home is the environment's, then the user's state folder."""
    assert default_home(environ) == Path(expected)


def test_what_is_done_for_a_home_is_its_owners(tmp_path: Path) -> None:
    """Root acts as the account of the service there; anybody else as himself."""
    home = Home(tmp_path / "home")
    home.create()
    if os.geteuid() == 0:
        os.chown(home.folder, 65534, 65534)
    before = os.geteuid(), os.getegid(), os.getgroups()
    owner = home.folder.stat()
    with home.as_owner():
        assert (os.geteuid(), os.getegid()) == (owner.st_uid, owner.st_gid)
    assert (os.geteuid(), os.getegid(), os.getgroups()) == before


def test_a_home_that_is_not_there_has_no_owner(tmp_path: Path) -> None:
    """Nothing changes."""
    with Home(tmp_path / "nowhere").as_owner():
        assert os.geteuid() == os.getuid()


def test_a_file_is_no_home(tmp_path: Path) -> None:
    """Nobody is sent for an administrator because of it."""
    (tmp_path / "file").touch()
    with (
        pytest.raises(HomeUnusable, match="no folder"),
        Home(tmp_path / "file").as_owner(),
    ):
        pass


def test_a_home_of_somebody_else_is_not_looked_after(tmp_path: Path) -> None:
    """Whoever may not look into it is told who may."""
    home = Home(tmp_path / "home")
    home.create()
    home.folder.chmod(0)
    before = os.geteuid()
    if before == 0:  # who may look into everything
        os.seteuid(4_000_000)
    try:
        with pytest.raises(HomeUnusable, match="sudo"), home.as_owner():
            pass
    finally:
        os.seteuid(before)
        home.folder.chmod(0o700)
