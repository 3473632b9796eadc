"""Configuration files are written whole, and by one at a time."""

from __future__ import annotations

import contextlib
import resource
import signal
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from scanwright.configuration.writing import alone, write_whole


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with a content."""
    path = tmp_path / "user_config.ini"
    path.write_bytes(b"old")
    return path


def test_a_file_is_replaced_and_private(file: Path) -> None:
    """Its rights are 0600, and nothing else is left in the folder."""
    write_whole(file, b"new")
    assert file.read_bytes() == b"new"
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_a_full_disk_keeps_the_old_file(file: Path) -> None:
    """What could not be written leaves nothing behind."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            write_whole(file, b"new and longer")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert file.read_bytes() == b"old"
    assert list(file.parent.iterdir()) == [file]


def test_a_link_in_the_way_is_not_followed(file: Path, tmp_path: Path) -> None:
    """Who may write into the folder cannot have another file overwritten."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"safe")
    file.with_name("user_config.ini.new").symlink_to(victim)
    write_whole(file, b"new")
    assert victim.read_bytes() == b"safe"
    assert file.read_bytes() == b"new"


def test_two_writers_do_not_wait_for_each_other(tmp_path: Path) -> None:
    """The second one is told, and may come when the first one is done."""
    with alone(tmp_path), pytest.raises(BlockingIOError), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass


def test_who_is_patient_waits_for_another_writer(tmp_path: Path) -> None:
    """Two commands at once both do what they were told to."""
    with ThreadPoolExecutor() as others, contextlib.ExitStack() as held:
        held.enter_context(alone(tmp_path))
        waiting = others.submit(_enter, tmp_path, 30.0)
        assert not wait([waiting], timeout=0.1).done
        held.close()
        assert waiting.result(timeout=30)


def test_patience_ends(tmp_path: Path) -> None:
    """Whoever holds the lock may have been stopped."""
    with alone(tmp_path), pytest.raises(BlockingIOError):
        _enter(tmp_path, 0.05)


def _enter(folder: Path, patience_s: float) -> bool:
    with alone(folder, patience_s=patience_s):
        return True
