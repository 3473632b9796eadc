"""The files of a configuration, whatever is in their places."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from scanwright.configuration.layers import (
    FILE_BYTES,
    make_layer,
    read_layers,
    signature,
)
from scanwright.home import Home


def test_later_files_are_stronger(home: Home, write: Callable[..., Home]) -> None:
    """Installed, then the user's, then the drop-ins by name."""
    write("Port=2", "Port=2", **{"20-late": "Port=2", "10-early": "Port=2"})
    assert [layer.file for layer in read_layers(home)] == [
        home.configuration,
        home.user_configuration,
        home.drop_ins / "10-early.ini",
        home.drop_ins / "20-late.ini",
    ]


def test_an_empty_home_has_no_files(tmp_path: Path) -> None:
    """Not even the folder of drop-ins has to be there."""
    assert read_layers(Home(tmp_path / "nowhere")) == []


@pytest.mark.parametrize("name", [".hidden.ini", "a.ini~", ".#a.ini", "a.ini.dpkg-new"])
def test_what_editors_and_packages_leave_is_no_drop_in(home: Home, name: str) -> None:
    """Only ordinary names that end in .ini count."""
    (home.drop_ins / name).write_text("[DS]\nLogLevel=14\n")
    assert read_layers(home) == []


def make_pipe(path: Path) -> None:
    """Put a pipe there that nobody writes to."""
    os.mkfifo(path)


def make_folder(path: Path) -> None:
    """Put a folder there."""
    path.mkdir()


def make_loop(path: Path) -> None:
    """Put a link there that points to itself."""
    path.symlink_to(path)


def make_device(path: Path) -> None:
    """Put a link to a device there that never ends."""
    path.symlink_to("/dev/zero")


def make_program(path: Path) -> None:
    """Put something there that is no text."""
    path.write_bytes(b"\x7fELF\0\0")


def make_book(path: Path) -> None:
    """Put a file there that is too long."""
    path.write_bytes(b";" * (FILE_BYTES + 1))


@pytest.mark.parametrize(
    "make",
    [make_pipe, make_folder, make_loop, make_device, make_program, make_book],
)
@pytest.mark.parametrize("place", ["configuration", "user_configuration", "drop_ins"])
def test_whatever_is_there_reading_ends(
    home: Home, place: str, make: Callable[[Path], None]
) -> None:
    """The file as a whole is the problem; nothing blocks and nothing raises."""
    path: Path = getattr(home, place)
    if place == "drop_ins":
        path = path / "a.ini"
    make(path)
    (layer,) = read_layers(home)
    (problem,) = layer.problems
    assert layer.is_broken
    assert (problem.file, problem.line) == (path, 0)


def test_a_file_in_place_of_the_folder_is_told(home: Home) -> None:
    """The drop-ins cannot be read; the other files can."""
    home.drop_ins.rmdir()
    home.drop_ins.write_text("")
    home.configuration.write_text("[DS]\nLogLevel=1\n")
    good, bad = read_layers(home)
    assert good.entries
    assert bad.is_broken
    assert "Not a directory" in str(bad.problems[0])


def test_what_is_out_of_reach_is_told(home: Home) -> None:
    """A file or a folder that may not be read is not taken for none."""
    home.configuration.write_text("[DS]\n")
    home.configuration.chmod(0)
    home.drop_ins.chmod(0)
    before = os.geteuid()
    if before == 0:  # who may read everything
        os.seteuid(4_000_000)
    try:
        layers = read_layers(home)
    finally:
        os.seteuid(before)
        home.drop_ins.chmod(0o700)
    assert layers
    assert all(layer.is_broken for layer in layers)
    assert "Permission denied" in str(layers[0].problems[0])


def test_a_folder_in_a_files_place_costs_no_descriptor(home: Home) -> None:
    """A service that reads it again and again can go on."""
    (home.drop_ins / "a.ini").mkdir()
    read_layers(home)
    before = len(list(Path("/proc/self/fd").iterdir()))
    assert read_layers(home)[-1].is_broken
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_faults_are_problems_of_their_lines(home: Home) -> None:
    """The rest of the file counts."""
    layer = make_layer(home.configuration, b"foo\n[DS]\nLogLevel=1\n")
    assert [problem.line for problem in layer.problems] == [1]
    assert not layer.is_broken
    assert layer.entries


def test_every_change_is_seen(home: Home) -> None:
    """New, longer, same length, replaced, made a folder, gone: all differ."""
    file = home.drop_ins / "a.ini"
    seen = [signature(home)]

    def look() -> None:
        assert signature(home) == signature(home)
        assert signature(home) not in seen
        seen.append(signature(home))

    file.write_text("[DS]\n")
    os.utime(file, ns=(1, 1))
    look()
    file.write_text("[DS]\nLogLevel=1\n")
    look()
    file.write_text("[DS]\nLogLevel=0\n")
    os.utime(file, ns=(2, 2))
    look()
    new = file.with_name("new")
    new.write_text("[DS]\nLogLevel=0\n")
    new.replace(file)
    look()
    file.unlink()
    file.mkdir()
    look()
    assert stat.S_ISDIR(file.stat().st_mode)
    file.rmdir()
    home.drop_ins.rmdir()
    look()
