"""The backend compiles, and a stale library is known."""

from __future__ import annotations

import importlib.util
import re
import threading
from pathlib import Path
from typing import Any, Final

import pytest

from scanwright_simulators.faces.sane import build

ROOT: Final = Path(__file__).parents[4]

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


@pytest.fixture
def compilers(tmp_path: Path) -> Path:
    """Return a folder with compilers that are of no use."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "forbidden").write_text("#!/bin/sh\n", "utf-8")
    (folder / "slow").write_text("#!/bin/sh\nexec tail -f /dev/null\n", "utf-8")
    (folder / "slow").chmod(0o700)
    return folder


USELESS: Final = [
    ("no-such-compiler -m64", "there is no C compiler"),
    ("false", "does not compile"),
    ("{}/forbidden", "/forbidden' cannot be used: .*Permission denied"),
    ("{}/slow", "/slow' cannot be used: .*timed out"),
    ("'open quote", "cannot be used: No closing quotation"),
]


@pytest.mark.parametrize(("command", "reason"), USELESS)
def test_with_a_compiler_of_no_use(
    compilers: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    reason: str,
) -> None:
    """It is said what is wrong with the compiler; an old library stays, and no rest."""
    monkeypatch.setenv("CC", command.format(compilers))
    monkeypatch.setattr(build, "DEADLINE_S", 0.05)
    library = compilers / build.LIBRARY
    library.write_bytes(b"old")
    with pytest.raises(build.CompilerError, match=reason):
        build.compile_to(library)
    assert library.read_bytes() == b"old"
    assert len(list(compilers.iterdir())) == 3


@pytest.fixture
def hook() -> Any:
    """Return the class that packaging runs, as hatchling finds it."""
    spec = importlib.util.spec_from_file_location(
        "hatch_build", ROOT / "hatch_build.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.SaneBackendHook


class Warnings:
    """An application that takes note of warnings."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def display_warning(self, message: str) -> None:
        """Take note."""
        self.told.append(message)


@pytest.mark.parametrize(("command", "reason"), USELESS[:3])
def test_packages_are_made_without_it(
    hook: Any,
    compilers: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    reason: str,
) -> None:
    """A package for any machine comes of it, and a warning that has the reason."""
    monkeypatch.setenv("CC", command.format(compilers))
    app = Warnings()
    data: dict[str, Any] = {"force_include": {}}
    it = hook(str(ROOT), {}, None, None, "", "wheel", app)
    it.initialize("standard", data)
    it.finalize("standard", data, "")
    assert data == {"force_include": {}}
    assert re.search(reason, app.told[0])
