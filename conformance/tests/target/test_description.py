"""target.toml: what it may say, and how mistakes in it are told."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import scanwright_spec
from scanwright_conformance.certification import BUILT_IN
from scanwright_conformance.target import (
    Description,
    DescriptionError,
    Port,
    read_description,
)

KNOWN = frozenset(scanwright_spec.CAPABILITIES)

FULL = """\
[target]
name = "mine"
api = "http://127.0.0.1:18622/api/"
api_tls = "https://127.0.0.1:18623"
ca = "ca.pem"

[capabilities]
has = ["tls", "licence", "slow-scanner", "two-origins"]

[origins]
allowed = ["https://a.test", "https://b.test"]
foreign = "https://c.test"

[licence]
key = "k"

[scanners]
scanner = "One"
slow = "Old"
"""

ONE_ORIGIN = """\
[target]
api = "http://127.0.0.1:18622"
[origins]
allowed = ["https://a.test"]
[capabilities]
has = ["two-origins"]
"""


def read(folder: Path, text: str) -> Description:
    """Return what a file with `text` says."""
    path = folder / "target.toml"
    path.write_text(text, encoding="utf-8")
    return read_description(path, KNOWN)


def test_a_full_description_is_read(tmp_path: Path) -> None:
    """Every key has its place; the path of the REST interface is not part of a URL."""
    description = read(tmp_path, FULL)
    assert description.addresses is not None
    assert description.addresses.url(Port.API) == "http://127.0.0.1:18622"
    assert description.addresses.ca == tmp_path / "ca.pem"
    assert description.origins.foreign == "https://c.test"
    assert description.licence_key == "k"
    assert description.roles == {"scanner": "One", "slow": "Old"}


def test_the_file_names_a_target_without_a_name(tmp_path: Path) -> None:
    """A report always has a name to show."""
    assert read(tmp_path, '[target]\napi = "http://h:1"\n').name == "target"


def test_a_command_knows_interpreter_and_folder(tmp_path: Path) -> None:
    """The two placeholders are filled in; everything else stays as it is."""
    text = '[start]\ncommand = ["{python}", "{here}/run.py", "{x}"]\ntimeout_s = 5\n'
    description = read(tmp_path, text)
    assert description.command == (sys.executable, f"{tmp_path}/run.py", "{x}")
    assert (description.addresses, description.start_timeout_s) == (None, 5)


def test_further_words_and_a_home_are_read(tmp_path: Path) -> None:
    """Options of the start, a home that is known, and a report of the host."""
    text = """\
[target]
home = "/var/lib/served"
report = ["{here}/report"]
[start]
command = ["served"]
options = ["--port", "0"]
cache_options = ["--memory", "1"]
full_options = ["--free", "9"]
"""
    description = read(tmp_path, text)
    assert description.options == ("--port", "0")
    assert description.cache_options == ("--memory", "1")
    assert description.full_options == ("--free", "9")
    assert description.home == Path("/var/lib/served")
    assert description.report == (f"{tmp_path}/report",)


def test_an_adapter_a_version_profiles_and_a_control_are_read(tmp_path: Path) -> None:
    """What a target may say beside its start command."""
    text = """\
[target]
version = "2.1"
profiles = ["wire", "jobs"]
[adapter]
command = ["{python}", "{here}/adapter.py"]
timeout_s = 5
[hardware]
control = "http://127.0.0.1:7/"
[capabilities]
has = ["managed", "configurable", "page-cache", "full-disk"]
"""
    description = read(tmp_path, text)
    assert description.adapter == (sys.executable, f"{tmp_path}/adapter.py")
    assert (description.is_managed, description.start_timeout_s) == (True, 5)
    assert (description.version, description.profiles) == ("2.1", ("wire", "jobs"))
    assert description.control == "http://127.0.0.1:7"


def test_profiles_are_those_that_the_caller_knows(tmp_path: Path) -> None:
    """A name that is none is told with those that there are."""
    path = tmp_path / "target.toml"
    path.write_text("[target]\nprofiles = ['wire']\napi = 'http://h:1'\n", "utf-8")
    assert read_description(path, KNOWN, frozenset({"wire"})).profiles == ("wire",)
    with pytest.raises(DescriptionError, match=r"toml:2: .* has 'wire'.* are jobs"):
        read_description(path, KNOWN, frozenset({"jobs"}))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x = ", "target.toml: Invalid value"),
        ("[target]\nname = 'x'\n", "target.toml:1: target.api is missing"),
        ("[target]\napi = 5\n", "target.toml:2: target.api must be a string"),
        (
            "[target]\n\napi = 'http://h:1'\nAPI = ''\n",
            "target.toml:4: target.API is unknown",
        ),
        (
            "[target]\napi = 'http://h:1'\n[targets]\n",
            "target.toml:3: targets is no table here",
        ),
        ("[target]\napi = 'h:1'\n", "target.toml:2: target.api must begin with http:"),
        (
            "[target]\napi = 'http://h:1'\n[capabilities]\nhas = ['scaner']\n",
            "target.toml:4: capabilities.has has 'scaner', which is none",
        ),
        (
            "[target]\napi = 'http://h:1'\n[capabilities]\nhas = [7]\n",
            "target.toml:4: capabilities.has must be an array of strings",
        ),
        (
            "[target]\napi = 'http://h:1'\n[capabilities]\nhas = ['slow-scanner']\n",
            "must name 'slow'",
        ),
        (
            "[target]\napi = 'http://h:1'\n[capabilities]\nhas = ['managed']\n",
            "must have a command",
        ),
        (
            "[start]\ncommand = ['x']\n[adapter]\ncommand = ['y']\n",
            "target.toml:3: adapter cannot be there beside [start]",
        ),
        ("[adapter]\ntimeout_s = 5\n", "target.toml:1: adapter.command is missing"),
        (
            "[adapter]\ncommand = ['x']\ntimeout_s = 0\n",
            "target.toml:3: adapter.timeout_s must be above 0",
        ),
        (
            "[adapter]\ncommand = ['x']\n[hardware]\ncontrol = 'h:1'\n",
            "target.toml:4: hardware.control must begin with http://",
        ),
        (
            "[target]\napi = 'http://h:1'\n[capabilities]\nhas = ['licence']\n",
            "must have a key",
        ),
        (
            ONE_ORIGIN,
            "target.toml:4: origins.allowed must be two",
        ),
        (
            "[target]\napi = 'http://h:1'\n[scanners]\nfast = 'x'\n",
            "target.toml:4: scanners.fast is no role",
        ),
        ("[start]\ncommand = ['x']\ntimeout_s = true\n", "timeout_s must be a number"),
        (
            "[start]\ncommand = ['x']\n[capabilities]\nhas = ['configurable']\n",
            "must have options",
        ),
        (
            "[start]\ncommand = ['x']\n[capabilities]\nhas = ['page-cache']\n",
            "must have cache_options",
        ),
        (
            "[start]\ncommand = ['x']\n[capabilities]\nhas = ['full-disk']\n",
            "must have full_options",
        ),
    ],
)
def test_mistakes_are_told_with_line_and_key(
    tmp_path: Path,
    text: str,
    message: str,
) -> None:
    """The reader need not search for what is wrong."""
    with pytest.raises(DescriptionError) as error:
        read(tmp_path, text)
    assert message in str(error.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    """A wrong path is a mistake like any other."""
    with pytest.raises(DescriptionError, match="No such file"):
        read_description(tmp_path / "none.toml", KNOWN)


def test_the_built_in_description_is_right() -> None:
    """The reference's description can be read, and is managed."""
    description = read_description(BUILT_IN, KNOWN)
    assert "managed" in description.capabilities
    assert (BUILT_IN.parent / "certification.toml").exists()
