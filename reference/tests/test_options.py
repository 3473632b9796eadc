"""The options of `scanwright serve`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scanwright.buffer.disk import LEAST_BYTES
from scanwright.configuration.values import Configuration, PortNumbers
from scanwright.log import LogForm, LogLevel
from scanwright.options import parse_options
from scanwright.protocol.origins import OriginPolicy

CONFIGURED = Configuration(
    ports=PortNumbers(5001, 5002, 5003, 5004),
    log_level=LogLevel.OFF,
    policy=OriginPolicy(frozenset({"https://configured.example"})),
)


def test_the_defaults_are_those_of_an_installed_service() -> None:
    """The configuration decides; any licence, and scanners of the network too."""
    options = parse_options([], {"XDG_STATE_HOME": "/state"})
    assert options.home == Path("/state/scanwright")
    assert options.licence_key is None
    assert options.uses_mdns
    assert options.free_disk_bytes == LEAST_BYTES
    assert options.override(CONFIGURED) == CONFIGURED


def test_the_environment_names_network_scanners() -> None:
    """One `Name=URL` a line; an option replaces them all."""
    environ = {"SCANWRIGHT_ESCL": "A=http://127.0.0.1:1/eSCL", "SCANWRIGHT_MDNS": "off"}
    options = parse_options([], environ)
    assert [(a.name, a.port) for a in options.escl] == [("A", 1)]
    assert not options.uses_mdns
    given = parse_options(["--escl", "B=http://127.0.0.1:2/eSCL"], environ)
    assert [a.name for a in given.escl] == ["B"]


def test_modules_can_be_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """None is by default; a word that is no such module is a mistake."""
    assert parse_options([], {}).without == frozenset()
    assert parse_options(["--without", "storage"], {}).without == {"storage"}
    with pytest.raises(SystemExit):
        parse_options(["--without", "core"], {})
    assert "storage" in capsys.readouterr().err


def test_origins_are_collected() -> None:
    """Each one is normalised."""
    argv = [
        "--allow-origin",
        "https://A.example/",
        "--allow-origin",
        "http://b.example",
    ]
    policy = parse_options(argv, {}).override(CONFIGURED).policy
    assert policy.allowed == frozenset({"https://a.example", "http://b.example"})


def test_an_option_has_the_last_word() -> None:
    """What was said at the start no file can change; the rest stays as it is."""
    options = parse_options(["--port-base", "9000", "--verbose"], {})
    assert options.override(CONFIGURED) == replace(
        CONFIGURED,
        ports=PortNumbers(9000, 9001, 9003, 9004),
        log_level=LogLevel.VERBOSE,
    )


def test_what_an_option_decides_is_known_by_its_keys() -> None:
    """The manager refuses to change what would not count."""
    assert parse_options([], {}).overridden == frozenset()
    options = parse_options(["--allow-origin", "https://a.example", "--verbose"], {})
    assert options.overridden == {"Access-Control-Allow-Origin", "LogLevel"}
    ports = parse_options(["--port-base", "0"], {}).overridden
    assert {"Port_mp_0", "SSLPort_mp_1"} <= ports


def test_the_log_may_be_for_programs() -> None:
    """One JSON object a line instead of text."""
    assert parse_options([], {}).log_form is LogForm.TEXT
    assert parse_options(["--log-format", "json"], {}).log_form is LogForm.JSON


def test_ports_may_be_left_to_the_system() -> None:
    """A base of 0 asks for four free ones."""
    ports = parse_options(["--port-base", "0"], {}).override(CONFIGURED).ports
    assert ports == PortNumbers(0, 0, 0, 0)


@pytest.mark.parametrize(
    ("argv", "word"),
    [
        (["--port-base", "80"], "1024"),
        (["--port-base", "65535"], "65531"),
        (["--port-base", "x"], "'x' is no number"),
        (["--page-memory", "-1"], "'-1' is no number"),
        (["--allow-origin", "a.example"], "origin"),
        (["--escl", "nothing"], "nothing"),
        (["--page-memory", "0"], "at least 1"),
        (["--mdns", "maybe"], "--mdns"),
    ],
)
def test_a_wrong_option_says_what_is_wrong(
    argv: list[str],
    word: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The program ends with 2 and a message."""
    with pytest.raises(SystemExit, match="2"):
        parse_options(argv, {})
    assert word in capsys.readouterr().err


def test_a_wrong_environment_says_what_is_wrong(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is not taken for its contrary."""
    with pytest.raises(SystemExit):
        parse_options([], {"SCANWRIGHT_MDNS": "yes"})
    assert "SCANWRIGHT_MDNS must be on or off" in capsys.readouterr().err


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    """Who asks for help sees how it is used."""
    with pytest.raises(SystemExit, match="0"):
        parse_options(["--help"], {})
    assert "examples:" in capsys.readouterr().out


def test_verbose_logs_everything() -> None:
    """The option is the highest level of the scale."""
    assert parse_options(["--verbose"], {}).log_level is LogLevel.VERBOSE
