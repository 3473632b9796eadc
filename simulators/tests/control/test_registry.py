"""The registry: what runs is found, what is gone is not, and nobody else is trusted."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from scanwright_simulators.control.registry import (
    ENV_CONTROL,
    NotFound,
    find,
    folder,
    listed,
    running,
)
from scanwright_simulators.errors import SimulatorError

HERE = "http://127.0.0.1:4711"
THERE = "http://127.0.0.1:4712"


@pytest.fixture
def environ(tmp_path: Path) -> Mapping[str, str]:
    """Return an environment with a runtime folder of its own."""
    return {"XDG_RUNTIME_DIR": str(tmp_path)}


def test_what_runs_is_found(environ: Mapping[str, str]) -> None:
    """For as long as it does."""
    with listed(HERE, scenario="office", devices=["Desk"], environ=environ) as note:
        assert note == ""
        assert find(environ) == HERE
        (card,) = running(environ)
        assert (card.scenario, card.devices) == ("office", ("Desk",))
    with pytest.raises(NotFound, match="no simulation is running"):
        find(environ)


def test_of_several_one_must_be_chosen(environ: Mapping[str, str]) -> None:
    """The message lists them; the environment chooses."""
    with (
        listed(HERE, scenario="office", devices=["Desk"], environ=environ),
        listed(THERE, scenario="many", devices=["A", "B"], environ=environ),
    ):
        with pytest.raises(NotFound, match=f"{THERE}  many: A, B"):
            find(environ)
        with socket.create_server(("127.0.0.1", 0)) as another:
            named = f"http://127.0.0.1:{another.getsockname()[1]}"
            assert find({**environ, ENV_CONTROL: named}) == named


def test_a_shell_that_remembers_one_that_has_ended(environ: Mapping[str, str]) -> None:
    """Nobody answers there: the only one that runs is meant."""
    dead = {**environ, ENV_CONTROL: "http://127.0.0.1:9"}
    assert find(dead) == dead[ENV_CONTROL]
    with listed(HERE, scenario="office", devices=["Desk"], environ=environ):
        assert find(dead) == HERE


def test_a_killed_simulation_is_swept_away(environ: Mapping[str, str]) -> None:
    """It could not take its card with it."""
    script = """
from scanwright_simulators.control.registry import listed
import os, signal
with listed("http://127.0.0.1:1", scenario="gone", devices=[]):
    os.kill(os.getpid(), signal.SIGKILL)
"""
    command = [sys.executable, "-c", script]
    subprocess.run(command, env={**os.environ, **environ}, timeout=30, check=False)
    assert list(folder(environ).iterdir())
    assert running(environ) == []
    assert not list(folder(environ).iterdir())


def test_a_number_that_is_used_again_is_another_process(
    environ: Mapping[str, str],
) -> None:
    """It began at another time."""
    with listed(HERE, scenario="office", devices=[], environ=environ):
        (file,) = folder(environ).iterdir()
        values = json.loads(file.read_text())
        file.write_text(json.dumps({**values, "started": values["started"] - 1}))
        assert running(environ) == []


@pytest.mark.parametrize("text", ["", "[]", '{"pid": 1}', '{"pid": "x"}'])
def test_what_is_no_card_is_swept_away(environ: Mapping[str, str], text: str) -> None:
    """Whoever has put it there."""
    file = folder(environ) / "simulation-1-1.json"
    file.parent.mkdir()
    file.write_text(text)
    assert running(environ) == []
    assert not file.exists()


def test_only_its_user_can_use_the_folder(
    environ: Mapping[str, str], tmp_path: Path
) -> None:
    """Whatever mode it had before; the last one who leaves removes it."""
    place = tmp_path / "scanwright"
    place.mkdir(mode=0o755)
    with listed(HERE, scenario="office", devices=[], environ=environ):
        assert folder(environ) == place
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert not place.exists()


@pytest.mark.parametrize("runtime", ["", "relative", "/nowhere/at/all"])
def test_without_a_runtime_folder_it_is_a_temporary_one(
    runtime: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Called by its user."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    expected = tmp_path / f"scanwright-{os.geteuid()}"
    assert folder({"XDG_RUNTIME_DIR": runtime}) == expected


@pytest.fixture
def trapped(tmp_path: Path) -> Mapping[str, str]:
    """Return an environment where something else is in the place of the folder."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "scanwright").symlink_to(elsewhere)
    return {"XDG_RUNTIME_DIR": str(tmp_path)}


def test_a_link_is_no_folder(trapped: Mapping[str, str], tmp_path: Path) -> None:
    """Nothing is written where it leads, and the simulation runs all the same."""
    with pytest.raises(SimulatorError, match="no folder of this user"):
        folder(trapped)
    with listed(HERE, scenario="office", devices=[], environ=trapped) as note:
        assert note.startswith(f"commands need {ENV_CONTROL}={HERE}")
    assert running(trapped) == []
    assert not list((tmp_path / "elsewhere").iterdir())
