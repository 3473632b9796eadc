"""The watch: what has changed is taken up, and said."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from scanwright.configuration.changing import change_setting
from scanwright.configuration.reading import read_configuration
from scanwright.configuration.values import Configuration, PortNumbers, Reading
from scanwright.configuration.watch import (
    PERIOD_S,
    REST_S,
    ConfigurationWatch,
    restart_needed,
)
from scanwright.home import Home
from scanwright.log import LogLevel

Write = Callable[..., Home]


@dataclass
class Clock:
    """Time that passes at once; things happen while it does."""

    slept: list[float] = field(default_factory=list)
    meanwhile: list[Callable[[], object]] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        """Let the next thing happen; when nothing is left, end the watch."""
        self.slept.append(seconds)
        if not self.meanwhile:
            raise asyncio.CancelledError
        self.meanwhile.pop(0)()


@dataclass
class Changes:
    """Remembers what it was told."""

    seen: list[tuple[Configuration, Reading]] = field(default_factory=list)

    def __call__(self, old: Configuration, new: Reading) -> None:
        """Remember one."""
        self.seen.append((old, new))

    @property
    def levels(self) -> list[LogLevel]:
        """The log levels, in order."""
        return [new.configuration.log_level for _, new in self.seen]


def nothing() -> None:
    """Happen not at all."""


@pytest.fixture(autouse=True)
def logged(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Let the test see the log."""
    caplog.set_level(logging.INFO, "scanwright")
    return caplog


async def watch(home: Home, *meanwhile: Callable[[], object]) -> Changes:
    """Watch until all this has happened; return what was told."""
    changes, clock = Changes(), Clock(meanwhile=list(meanwhile))
    watching = ConfigurationWatch(home, sleep=clock.sleep)
    watching.subscribe(changes)
    with pytest.raises(asyncio.CancelledError):
        await watching.run()
    return changes


async def test_a_change_is_told_once(home: Home, write: Write) -> None:
    """With the configuration before, and the reading after."""
    changes = await watch(home, lambda: write("LogLevel=14"), nothing, nothing)
    ((old, new),) = changes.seen
    assert old == Configuration()
    assert new.configuration.log_level is LogLevel.VERBOSE
    assert new.sources["LogLevel"].file == home.configuration


async def test_a_change_counts_when_the_files_are_at_rest(
    home: Home, write: Write
) -> None:
    """An editor that empties the file first does not bring the defaults back."""
    write("LogLevel=14")
    changes = await watch(
        home,
        lambda: home.configuration.write_text(""),
        lambda: write("LogLevel=0"),
        nothing,
        nothing,
    )
    assert changes.levels == [LogLevel.OFF]


async def test_the_files_are_looked_at_once_a_second(home: Home, write: Write) -> None:
    """And again after a moment when they have changed."""
    clock = Clock(meanwhile=[nothing, lambda: write("LogLevel=0"), nothing, nothing])
    with pytest.raises(asyncio.CancelledError):
        await ConfigurationWatch(home, sleep=clock.sleep).run()
    assert clock.slept == [PERIOD_S, PERIOD_S, REST_S, PERIOD_S, PERIOD_S]


async def test_a_mistake_is_logged_once_and_changes_nothing(
    home: Home, write: Write, logged: pytest.LogCaptureFixture
) -> None:
    """It keeps the last good value; putting it right is told, too."""
    write("LogLevel=14")
    changes = await watch(
        home,
        lambda: write("LogLevel=99"),
        nothing,
        lambda: write("LogLevel=99\nServer=192.0.2.7"),
        nothing,
        lambda: write("LogLevel=14\nServer=192.0.2.7"),
        nothing,
    )
    assert changes.levels == [LogLevel.VERBOSE]
    assert logged.text.count("line 2: LogLevel=99 is not accepted") == 1
    assert logged.text.count("nothing is wrong") == 1


async def test_mistakes_of_the_start_are_logged(
    home: Home, write: Write, logged: pytest.LogCaptureFixture
) -> None:
    """As soon as the watch runs: before, there is no log yet."""
    write("LogLevel=99")
    ConfigurationWatch(home)
    assert logged.text == ""
    await watch(home)
    assert logged.text.count("LogLevel=99") == 1


async def test_a_change_that_needs_a_restart_says_so(
    home: Home, write: Write, logged: pytest.LogCaptureFixture
) -> None:
    """The others are in force at once; all of them are logged."""
    clock = Clock(meanwhile=[lambda: write("LogLevel=0\nPort_mp_1=20000"), nothing])
    watching = ConfigurationWatch(home, sleep=clock.sleep)
    with pytest.raises(asyncio.CancelledError):
        await watching.run()
    assert watching.restart_due == ["Port_mp_1"]
    assert "LogLevel=0 (was 1)" in logged.text
    warnings = [r.message for r in logged.records if r.levelno == logging.WARNING]
    assert warnings == ["Port_mp_1 has changed: the service must be restarted for it"]


def test_the_command_line_has_the_last_word(home: Home, write: Write) -> None:
    """No file changes what an option has said."""

    def override(configuration: Configuration) -> Configuration:
        return replace(configuration, log_level=LogLevel.VERBOSE)

    changes = Changes()
    watching = ConfigurationWatch(home, override=override)
    watching.subscribe(changes)
    write("LogLevel=0\nServer=192.0.2.7")
    watching.take_up()
    assert watching.configuration.log_level is LogLevel.VERBOSE
    assert watching.reading.configuration.server == "192.0.2.7"
    assert changes.levels == [LogLevel.VERBOSE]


def test_who_changes_a_setting_need_not_wait(home: Home) -> None:
    """Taken up at once, it is not told a second time."""
    changes = Changes()
    watching = ConfigurationWatch(home)
    watching.subscribe(changes)
    change_setting(home, "LogLevel", "14")
    watching.take_up()
    watching.take_up()
    assert changes.levels == [LogLevel.VERBOSE]


async def test_a_changed_certificate_is_a_change(
    home: Home, write: Write, logged: pytest.LogCaptureFixture
) -> None:
    """Domains are told by their names."""
    text = "[a.example]\ncert_name=a.pem\nkey_name=b.pem"
    changes = await watch(
        home, lambda: write(text), nothing, lambda: write("LogLevel=1"), nothing
    )
    assert [list(new.configuration.domains) for _, new in changes.seen] == [
        ["a.example"],
        [],
    ]
    assert "certificates for a.example" in logged.text
    assert "certificates for no domain" in logged.text


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Port_mp_0=20000\nSSLPort_mp_1=20001", ["Port_mp_0", "SSLPort_mp_1"]),
        ("Port_mn_0=dwt\nPort_mn_1=dcp\nPort_mp_0=18622\nPort_mp_1=18625", []),
        ("Server=::", ["Server"]),
        ("LogLevel=0\nEnableWebSetup=TRUE\n[a.b]\ncert_name=a\nkey_name=b", []),
    ],
)
def test_only_ports_and_address_need_a_restart(
    write: Write, home: Home, text: str, keys: list[str]
) -> None:
    """Each is named by its key in the file; another order of ports is none."""
    before = read_configuration(home)
    assert restart_needed(before, read_configuration(write(text))) == keys


def test_what_an_option_overrules_needs_no_restart(home: Home, write: Write) -> None:
    """A start would not take it up either."""
    ports = PortNumbers(1, 2, 3, 4)
    watching = ConfigurationWatch(home, override=lambda c: replace(c, ports=ports))
    write("Port_mp_0=20000")
    watching.take_up()
    assert watching.restart_due == []
