"""The unit runs exactly the program that it was made for."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.commands.units import unit_path, unit_text


def test_the_unit_lies_where_systemd_looks(tmp_path: Path) -> None:
    """XDG_CONFIG_HOME names the folder; without it, it is ~/.config."""
    named = unit_path({"XDG_CONFIG_HOME": "/c"}, tmp_path)
    assert named == Path("/c/systemd/user/scanwright.service")
    own = unit_path({}, tmp_path)
    assert own == tmp_path / ".config/systemd/user/scanwright.service"


@pytest.mark.parametrize(
    ("word", "spelt"),
    [
        ("/opt/scanwrightd", "/opt/scanwrightd"),
        ("/home/a b/d", '"/home/a b/d"'),
        ("100%", "100%%"),
        ("$HOME", "$$HOME"),
        ('say "a\\b"', '"say \\"a\\\\b\\""'),
        ("", '""'),
    ],
)
def test_words_reach_the_program_as_they_are(word: str, spelt: str) -> None:
    """Blanks are quoted; what systemd would expand is doubled."""
    assert f"ExecStart=/bin/d {spelt}\n" in unit_text(["/bin/d", word])


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]))))
def test_the_command_is_one_line(words: list[str]) -> None:
    """Whatever the words are, they are the value of one key."""
    unit = configparser.RawConfigParser(strict=True, interpolation=None)
    unit.read_string(unit_text(["/bin/d", *words]))
    assert unit["Service"]["Type"] == "notify"


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None,
    reason="systemd-analyze is not installed: apt-get install systemd",
)
def test_systemd_understands_it(tmp_path: Path) -> None:
    """systemd-analyze has no complaint."""
    unit = tmp_path / "scanwright.service"
    unit.write_text(unit_text(["/bin/true", "a b", "100%"]))
    done = subprocess.run(
        ["systemd-analyze", "--user", "--man=no", "verify", str(unit)],
        env={"XDG_RUNTIME_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        timeout=30,
        check=False,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
