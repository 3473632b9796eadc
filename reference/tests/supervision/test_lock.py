"""One service a home."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanwright.supervision.lock import HomeInUse, PortLock

NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the lock is."""
    return tmp_path / "port.lock"


def test_a_second_service_is_told_who_has_the_home(path: Path) -> None:
    """The message names the process, its start, and two ways out."""
    lock = PortLock.take(path)
    lock.tell(NOW, [18622, 18623], free_disk_bytes=5)
    with pytest.raises(HomeInUse, match=f"process {os.getpid()}, .*2026") as refused:
        PortLock.take(path)
    assert "--home" in str(refused.value)
    assert "kill" in str(refused.value)
    lock.release()


def test_the_file_says_who_where_and_what_stays_free(path: Path) -> None:
    """In JSON, for its owner's eyes only."""
    lock = PortLock.take(path)
    lock.tell(NOW, [18622], free_disk_bytes=5)
    assert json.loads(path.read_text()) == {
        "pid": os.getpid(),
        "started": "2026-01-02T00:00:00+00:00",
        "ports": [18622],
        "freeDisk": 5,
    }
    assert path.stat().st_mode & 0o777 == 0o600
    lock.release()


def test_the_file_says_it_anew_after_each_start(path: Path) -> None:
    """Also when there is less to say."""
    lock = PortLock.take(path)
    lock.tell(NOW, [18622, 18623, 18625, 18626], free_disk_bytes=5)
    lock.tell(NOW, [1], free_disk_bytes=5)
    assert json.loads(path.read_text())["ports"] == [1]
    lock.release()


def test_a_released_home_is_free(path: Path) -> None:
    """The file is gone, and the next one locks."""
    PortLock.take(path).release()
    assert not path.exists()
    PortLock.take(path).release()


def test_a_lock_that_nobody_holds_is_stale(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is taken over, and the log says whose it was."""
    path.write_text('{"pid": 4194305, "started": "yesterday"}')
    PortLock.take(path).release()
    assert "stale" in caplog.text
    assert "4194305" in caplog.text


def test_a_killed_holder_holds_nothing(path: Path) -> None:
    """The kernel lets go of the lock of a dead process."""
    program = (
        "import os, sys; from pathlib import Path\n"
        "from scanwright.supervision.lock import PortLock\n"
        f"PortLock.take(Path({str(path)!r})); os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == -9
    assert path.exists()
    PortLock.take(path).release()


def test_the_next_main_goes_on_with_the_lock(path: Path) -> None:
    """A duplicate of the descriptor is the same lock."""
    lock = PortLock.take(path)
    twin = os.dup(lock.fd)
    os.close(lock.fd)
    with pytest.raises(HomeInUse, match="not said its number"):
        PortLock.take(path)
    PortLock.take(path, twin).release()
    assert not path.exists()


def test_an_inherited_lock_whose_file_is_gone_is_made_anew(path: Path) -> None:
    """A file that was removed guards nothing."""
    old = PortLock.take(path)
    path.unlink()
    new = PortLock.take(path, old.fd)
    assert new.fd != old.fd
    assert path.exists()
    new.release()
    old.release()


def test_releasing_leaves_a_successors_file(path: Path) -> None:
    """Only what is locked is removed."""
    old = PortLock.take(path)
    path.unlink()
    new = PortLock.take(path)
    old.release()
    assert path.exists()
    new.release()
