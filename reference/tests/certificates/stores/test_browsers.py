"""A running browser is found by the name that the kernel keeps."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanwright.certificates.stores.browsers import CHROMIUM, FIREFOX, Browser


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    """A /proc with nobody in it, 1000 s after the epoch."""
    (tmp_path / "stat").write_text("cpu 1 2 3\nbtime 1000\n")
    return tmp_path


def run(proc: Path, pid: int, name: str, state: str = "S", start: int = 0) -> None:
    """Put a process there."""
    (proc / str(pid)).mkdir()
    fields = [state, *["0"] * 18, str(start), "0"]
    (proc / str(pid) / "stat").write_text(f"{pid} ({name}) {' '.join(fields)}\n")


@pytest.mark.parametrize(
    ("browser", "name"),
    [(FIREFOX, "firefox-esr"), (CHROMIUM, "chrome"), (CHROMIUM, "chromium")],
)
def test_a_running_browser_is_found(proc: Path, browser: Browser, name: str) -> None:
    """By each of its names, with the time of its start."""
    run(proc, 7, name, start=50 * os.sysconf("SC_CLK_TCK"))
    assert browser.starts(proc=proc) == [1050.0]


@pytest.mark.parametrize("name", ["bash", "firefox) S 1 (x", "chrome_crashpad"])
def test_others_are_not_browsers(proc: Path, name: str) -> None:
    """A name that contains one, or brackets, deceives nobody."""
    run(proc, 7, name)
    assert not FIREFOX.starts(proc=proc)
    assert not CHROMIUM.starts(proc=proc)


def test_the_dead_do_not_count(proc: Path) -> None:
    """A process that nobody has reaped needs no restart."""
    run(proc, 7, "firefox", state="Z")
    assert not FIREFOX.starts(proc=proc)


def test_only_the_owner_of_a_store_counts(proc: Path) -> None:
    """What another user runs does not read this store."""
    run(proc, 7, "firefox")
    assert FIREFOX.starts(uid=os.geteuid(), proc=proc)
    assert not FIREFOX.starts(uid=os.geteuid() + 1, proc=proc)


def test_the_real_one_is_readable() -> None:
    """This test runs, and is found."""
    name = Path("/proc/self/comm").read_text().strip()
    assert Browser("test", frozenset({name})).starts()
