"""Reading: whatever the files hold, something good comes out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.configuration.layers import make_layer
from scanwright.configuration.reading import read, read_configuration
from scanwright.configuration.settings import SETTINGS
from scanwright.configuration.values import (
    CertificateFiles,
    Configuration,
    PortNumbers,
    Source,
)
from scanwright.home import Home
from scanwright.log import LogLevel
from scanwright.protocol.access import Access
from scanwright.protocol.origins import OriginPolicy

Write = Callable[..., Home]

EVERYTHING = """\
Port=2
Port_mn_0=dwt
Port_mp_0=20000
Port_mn_1=dcp
Port_mp_1=20001
SSLPort=2
SSLPort_mp_0=20002
SSLPort_mp_1=20003
LogLevel=14
Server=192.0.2.7
Access-Control-Allow-Origin=https://app.example.com
EnableWebSetup=TRUE
EnableScannerAccessAuth=true
EnableWebcamAccessAuth=TRUE
[scan.example.com]
cert_name=scan.pem
key_name=scan_key.pem
"""
ALL_READ = Configuration(
    ports=PortNumbers(core=20000, core_tls=20003, manager=20001, manager_tls=20002),
    log_level=LogLevel.VERBOSE,
    server="192.0.2.7",
    policy=OriginPolicy(frozenset({"https://app.example.com"})),
    is_web_setup_enabled=True,
    prompts=frozenset({Access.SCANNER, Access.WEBCAM}),
    domains={"scan.example.com": CertificateFiles("scan.pem", "scan_key.pem")},
)


def test_without_files_the_defaults_are_in_force(home: Home) -> None:
    """Nothing is wrong with a home that has no configuration."""
    reading = read_configuration(home)
    assert reading.configuration == Configuration()
    assert reading.problems == ()
    assert reading.sources == {}
    assert reading.values == {setting.key: setting.default for setting in SETTINGS}


def test_every_documented_key_counts(write: Write) -> None:
    """All of them, in one file, with their sources."""
    home = write(EVERYTHING)
    reading = read_configuration(home)
    assert reading.configuration == ALL_READ
    assert reading.problems == ()
    assert reading.sources["Server"] == Source(home.configuration, 11)
    assert reading.values["Port_mn_0"] == "dwt"


def test_the_stronger_file_wins(write: Write) -> None:
    """Drop-in over user over installed, key by key."""
    home = write("LogLevel=0\nServer=192.0.2.1\n", "LogLevel=1", a="LogLevel=14")
    reading = read_configuration(home)
    assert reading.configuration.log_level is LogLevel.VERBOSE
    assert reading.configuration.server == "192.0.2.1"
    assert reading.sources["LogLevel"].file == home.drop_ins / "a.ini"


@pytest.mark.parametrize(
    "line",
    [
        *("LogLevel=99", "Server=scanner", "EnableWebSetup=yes", "LogLevel="),
        *("Port=1", "Port=3", "Port_mn_0=foo", "Port_mn_0=dcp", "Port_mp_0=80"),
        *("Port_mp_0=20003", "SSLPort_mp_0=x", "SSLPort_mn_1=dcp"),
        *("Access-Control-Allow-Origin=app.example.com", "EnableFileAccessAuth=x"),
    ],
)
def test_a_wrong_value_keeps_the_last_good_one(write: Write, line: str) -> None:
    """The mistake is told with file, line, key and value, and changes nothing."""
    home = write(EVERYTHING, user=line)
    reading = read_configuration(home, last_good=ALL_READ)
    assert reading.configuration == ALL_READ
    (problem,) = reading.problems
    assert (problem.file, problem.line) == (home.user_configuration, 2)
    assert f"{problem.key}={problem.value}" == line
    assert set(reading.values) >= {setting.key for setting in SETTINGS}


def test_a_wrong_value_at_the_start_falls_to_the_file_below(write: Write) -> None:
    """Without a last good value the next weaker one counts, then the default."""
    home = write("Server=192.0.2.1\nLogLevel=2", "Server=here")
    reading = read_configuration(home)
    assert reading.configuration.server == "192.0.2.1"
    assert reading.configuration.log_level is LogLevel.NORMAL
    assert reading.sources["Server"].file == home.configuration


def test_at_the_start_a_mistake_opens_nothing(write: Write) -> None:
    """A key with a guard lets in less, not more, when nobody knows what it said."""
    home = write(
        "Access-Control-Allow-Origin=*\nEnableWebSetup=TRUE",
        "Access-Control-Allow-Origin=https://a.example, b.example\nEnableWebSetup=WAHR",
    )
    configuration = read_configuration(home).configuration
    assert configuration.policy.allowed == frozenset({"https://a.example"})
    assert not configuration.is_web_setup_enabled


def test_a_broken_file_keeps_all_that_was_good(write: Write) -> None:
    """It may have said anything."""
    home = write(EVERYTHING, "LogLevel=0")
    home.user_configuration.write_bytes(b"\0")
    reading = read_configuration(home, last_good=ALL_READ)
    assert reading.configuration == ALL_READ
    assert reading.values["LogLevel"] == "14"
    assert len(reading.problems) == 1


def test_a_broken_file_at_the_start_opens_nothing(write: Write) -> None:
    """Guards are up, unless a stronger file says otherwise; the rest is read."""
    home = write("LogLevel=14\nAccess-Control-Allow-Origin=*", a="EnableWebSetup=TRUE")
    home.user_configuration.mkdir()
    configuration = read_configuration(home).configuration
    assert configuration.policy.allowed == frozenset()
    assert configuration.is_web_setup_enabled
    assert configuration.log_level is LogLevel.VERBOSE


def test_ports_that_clash_are_told_once(write: Write) -> None:
    """At the start the claim that made the clash is left out, and no other one."""
    home = write("Port_mp_1=20000", "Port_mp_0=20000\nSSLPort_mp_0=20001")
    reading = read_configuration(home)
    assert reading.configuration.ports == PortNumbers(core=20000, manager_tls=20001)
    (problem,) = reading.problems
    assert (problem.file, problem.line, problem.key) == (
        home.user_configuration,
        2,
        "Port_mp_0",
    )
    assert "Port_mp_1" in problem.reason


def test_at_the_start_a_wrong_port_costs_one_key(write: Write) -> None:
    """The others are as they are written."""
    home = write("Port_mp_0=20000\nPort_mp_1=x\nSSLPort_mp_0=20001\nSSLPort_mp_1=20002")
    assert read_configuration(home).configuration.ports == PortNumbers(
        core_tls=20002, manager=20000, manager_tls=20001
    )


def test_a_clash_with_a_default_is_told_where_it_is_made(write: Write) -> None:
    """No file says 18625, but it is taken all the same."""
    home = write("Port_mp_1=18625")
    (problem,) = read_configuration(home).problems
    assert (problem.line, problem.key) == (2, "Port_mp_1")


def test_enhanced_mode_is_not_supported(write: Write) -> None:
    """FALSE is accepted; TRUE is told, and the service runs without."""
    assert read_configuration(write("EnableEnhancedMode=FALSE")).problems == ()
    (problem,) = read_configuration(write("EnableEnhancedMode=TRUE")).problems
    assert "not supported" in str(problem)


def test_the_version_is_not_for_files(write: Write) -> None:
    """A version from elsewhere is no mistake, and not believed."""
    reading = read_configuration(write("DSVersion=19, 4, 2"))
    assert reading.problems == ()
    assert reading.values["DSVersion"] != "19, 4, 2"


def test_problems_stand_in_the_order_of_the_files(write: Write) -> None:
    """Who reads them beside the file goes from top to bottom."""
    home = write("foo\nLogLevel=9\n[a.b]\nx=1\n[DS]\nbar=1", "LogLevel=8")
    problems = read_configuration(home).problems
    assert [(p.file, p.line) for p in problems] == [
        *((home.configuration, line) for line in (2, 3, 5, 7)),
        (home.user_configuration, 2),
    ]


KEYS = st.sampled_from([setting.key for setting in SETTINGS])
VALUES = st.text(max_size=9) | st.sampled_from(
    ["", "2", "dcp", "dwt", "18622", "20000", "TRUE", "*", "https://a.example", "::"]
)
LINES = st.lists(st.tuples(KEYS, VALUES), max_size=12)
FILES = [Path("/installed.ini"), Path("/user.ini"), Path("/drop-in.ini")]


def layer_bytes(lines: list[tuple[str, str]]) -> bytes:
    """Return a file of these settings."""
    return "\n".join(["[DS]", *(f"{k}={v}" for k, v in lines)]).encode()


@given(st.lists(LINES, max_size=3), st.none() | st.just(ALL_READ))
def test_what_comes_out_is_always_sound(
    files: list[list[tuple[str, str]]], last_good: Configuration | None
) -> None:
    """Four different ports, and a text for every key that reads back as the same."""
    layers = [
        make_layer(file, layer_bytes(lines))
        for file, lines in zip(FILES, files, strict=False)
    ]
    reading = read(layers, last_good=last_good)
    ports = reading.configuration.ports
    assert len({ports.core, ports.core_tls, ports.manager, ports.manager_tls}) == 4
    again = layer_bytes(list(reading.values.items()))
    assert read([make_layer(FILES[0], again)]).configuration == Configuration(
        **{
            name: getattr(reading.configuration, name)
            for name in Configuration.__dataclass_fields__
            if name != "domains"
        }
    )


def test_names_that_change_places_are_told_with_their_own_ports() -> None:
    """Ports that nobody named stay where they are, whatever is called what."""
    lines = [("Port_mn_0", "DWT"), ("Port_mn_1", "DCP")]
    reading = read([make_layer(FILES[0], layer_bytes(lines))])
    assert reading.configuration.ports.core == 18625
    assert reading.values["Port_mp_0"] == "18625"
    assert reading.values["Port_mp_1"] == "18622"


@given(st.binary())
def test_no_bytes_break_the_service(data: bytes) -> None:
    """Reading raises nothing, and a last good configuration survives anything."""
    layer = make_layer(FILES[0], data)
    read([layer])
    assert read([layer], last_good=ALL_READ).configuration.ports
