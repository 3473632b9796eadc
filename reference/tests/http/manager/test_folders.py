"""Folders and dumps: counted, newest first, and gone files are no error."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanwright.home import Home
from scanwright.http.manager.folders import folders, last_dumps


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with empty folders."""
    home = Home(tmp_path)
    home.create()
    return home


def test_folders_are_counted_with_what_is_below(home: Home) -> None:
    """Files and their sizes; a link counts as itself."""
    (home.cache / "session").mkdir()
    (home.cache / "session" / "page").write_bytes(bytes(1000))
    (home.cache / "link").symlink_to("x")
    found = {folder.name: folder for folder in folders(home)}
    assert list(found) == ["cache", "cert", "dump", "log", "upload", "storage"]
    assert found["cache"].files == 2
    assert found["cache"].size_bytes == 1001


def test_a_folder_that_is_gone_is_empty(home: Home) -> None:
    """The page shows what there is."""
    home.upload.rmdir()
    assert {f.name: f.files for f in folders(home)}["upload"] == 0


def test_the_newest_dumps_come_first(home: Home) -> None:
    """With their first line, which is the cause; traces of the living are no dumps."""
    for number in range(3):
        file = home.dump / f"{number}.txt"
        file.write_text(f"cause {number}\nthread 1\n")
        os.utime(file, (number, number))
    (home.dump / "main-1.trace").touch()
    assert [dump.cause for dump in last_dumps(home, 2)] == ["cause 2", "cause 1"]


def test_a_dump_that_cannot_be_read_is_left_out(home: Home) -> None:
    """It may go at any moment."""
    (home.dump / "gone.txt").symlink_to("nowhere")
    assert last_dumps(home, 5) == []
