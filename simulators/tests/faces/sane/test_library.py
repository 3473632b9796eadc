"""The library is found where it is, and made where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanwright_simulators.errors import StartError
from scanwright_simulators.faces.sane import build
from scanwright_simulators.faces.sane.library import locate


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a current library."""
    path = tmp_path_factory.mktemp("made") / build.LIBRARY
    build.compile_to(path)
    return path


def test_beside_the_sources(made: Path, tmp_path: Path) -> None:
    """An installed library is used as it is."""
    assert locate(beside=made, cache=tmp_path) == made
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_in_the_cache(tmp_path: Path) -> None:
    """A missing one is made once, in a folder that holds nothing else."""
    nowhere = tmp_path / "nowhere"
    first = locate(beside=nowhere, cache=tmp_path)
    date = first.stat().st_mtime_ns
    assert locate(beside=nowhere, cache=tmp_path) == first
    assert first.stat().st_mtime_ns == date
    assert [path.name for path in first.parent.iterdir()] == [build.LIBRARY]


def test_the_users_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cache is where the user wants caches."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert tmp_path in locate(beside=tmp_path / "nowhere").parents


def test_without_a_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message has the command that helps."""
    monkeypatch.setenv("CC", "no-such-compiler")
    with pytest.raises(StartError) as caught:
        locate(beside=tmp_path / "nowhere", cache=tmp_path)
    assert "apt-get install gcc libc6-dev" in str(caught.value)


def test_what_else_may_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A compiler that fails and a cache that cannot be written are told apart."""
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(StartError, match="cannot be written"):
        locate(beside=tmp_path / "nowhere", cache=tmp_path / "file")
    monkeypatch.setenv("CC", "false")
    with pytest.raises(StartError, match="does not compile"):
        locate(beside=tmp_path / "nowhere", cache=tmp_path)
