"""The file system: private files, made once, complete when it says so."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from scanwright.storage.files import FileSystem

FILES = FileSystem()


def test_what_is_made_is_private(tmp_path: Path) -> None:
    """Folders and files are for their owner alone."""
    FILES.make_folder(tmp_path / "a")
    FILES.write(tmp_path / "a/b", lambda file: file.write(b"x"))
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "a/b").stat().st_mode) == 0o600
    assert (tmp_path / "a/b").read_bytes() == b"x"


def test_nothing_is_made_twice(tmp_path: Path) -> None:
    """A name that is taken is an error, not a new content."""
    FILES.make_folder(tmp_path / "a")
    FILES.write(tmp_path / "b", lambda file: file.write(b"x"))
    with pytest.raises(FileExistsError):
        FILES.make_folder(tmp_path / "a")
    with pytest.raises(FileExistsError):
        FILES.write(tmp_path / "b", lambda file: file.write(b"y"))
    assert (tmp_path / "b").read_bytes() == b"x"


def test_a_name_is_replaced_in_one_step(tmp_path: Path) -> None:
    """The new file takes the old one's place."""
    FILES.write(tmp_path / "a", lambda file: file.write(b"a"))
    FILES.write(tmp_path / "b", lambda file: file.write(b"b"))
    FILES.replace(tmp_path / "a", tmp_path / "b")
    FILES.sync_folder(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["b"]
    assert (tmp_path / "b").read_bytes() == b"a"


def test_removing_twice_is_once(tmp_path: Path) -> None:
    """A file that is gone is gone; a folder goes with what is in it."""
    FILES.make_folder(tmp_path / "a")
    FILES.write(tmp_path / "a/b", lambda file: file.write(b"x"))
    FILES.remove(tmp_path / "a/c")
    FILES.remove_folder(tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_what_is_written_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine's own memory is not enough: files and folders are synchronised."""
    synced: list[str] = []
    sync = os.fsync

    def record(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").resolve().name)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", record)
    FILES.write(tmp_path / "a", lambda file: file.write(b"a"))
    FILES.sync_folder(tmp_path)
    assert synced == ["a", tmp_path.name]
