"""The backend compiles, and a stale library is known."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

import pytest

from scanwright_simulators.faces.sane import build

pytestmark = pytest.mark.slow


def test_a_library_is_made(tmp_path: Path) -> None:
    """What is made exports what libsane looks for, and nothing else."""
    target = tmp_path / "new" / build.LIBRARY
    build.compile_to(target)
    assert build.is_current(target)
    assert [path.name for path in target.parent.iterdir()] == [build.LIBRARY]
    assert b"sane_scanwright_get_select_fd" in target.read_bytes()


def test_the_sources_give_no_reason_for_warnings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ours are errors; those of a compiler that we do not know hinder no user."""
    monkeypatch.setattr(build, "FLAGS", (*build.FLAGS, "-Werror"))
    build.compile_to(tmp_path / build.LIBRARY)


def test_two_may_make_it_at_once(tmp_path: Path) -> None:
    """Each finds a whole library when it has finished."""
    target = tmp_path / build.LIBRARY
    seen = []

    def make() -> None:
        build.compile_to(target)
        seen.append(build.is_current(target))

    threads = [threading.Thread(target=make) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [True] * 3


def test_a_stale_library_is_known(tmp_path: Path) -> None:
    """One that was made of other sources, or is none, is not current."""
    library = tmp_path / build.LIBRARY
    assert not build.is_current(library)
    library.write_bytes(b"something")
    assert not build.is_current(library)


def test_without_a_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said that there is none, and nothing is left."""
    monkeypatch.setenv("CC", "no-such-compiler -m64")
    with pytest.raises(FileNotFoundError):
        build.compile_to(tmp_path / build.LIBRARY)
    assert list(tmp_path.iterdir()) == []


def test_with_a_compiler_that_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure is one, and an old library stays."""
    monkeypatch.setenv("CC", "false")
    library = tmp_path / build.LIBRARY
    library.write_bytes(b"old")
    with pytest.raises(subprocess.CalledProcessError):
        build.compile_to(library)
    assert library.read_bytes() == b"old"
