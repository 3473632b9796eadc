"""Changing one setting."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scanwright.configuration.changing import (
    InvalidSetting,
    SettingLocked,
    SettingNotWritten,
    change_setting,
    locked_keys,
)
from scanwright.configuration.layers import read_layers
from scanwright.configuration.reading import read_configuration
from scanwright.configuration.values import Source
from scanwright.configuration.writing import alone
from scanwright.home import Home
from scanwright.log import LogLevel

Write = Callable[..., Home]


def test_a_change_is_in_the_file_of_the_user(write: Write) -> None:
    """It outweighs what was installed, and is there for the next start."""
    home = write("LogLevel=1")
    reading = change_setting(home, "loglevel", " 14 ")
    assert reading.configuration.log_level is LogLevel.VERBOSE
    assert reading == read_configuration(home)
    assert home.user_configuration.read_text() == "[DS]\nLogLevel=14\n"
    assert home.user_configuration.stat().st_mode & 0o777 == 0o600
    assert home.configuration.read_text() == "[DS]\nLogLevel=1\n"


def test_a_removal_brings_back_what_is_below(write: Write) -> None:
    """The file keeps what else it says."""
    home = write("LogLevel=14", "; mine\nLogLevel=0\nServer=192.0.2.7")
    reading = change_setting(home, "LogLevel", None)
    assert reading.configuration.log_level is LogLevel.VERBOSE
    assert home.user_configuration.read_text() == "[DS]\n; mine\nServer=192.0.2.7\n"


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [
        ("LogLevel", "99", "14"),
        ("LogLevl", "14", "did you mean"),
        ("foo", "14", "config list"),
        ("DSVersion", "1", "read only"),
        ("DSVersion", None, "read only"),
        ("Server", "here", "IP address"),
        ("Access-Control-Allow-Origin", "https://a.example\n[x]", "commas"),
        ("EnableEnhancedMode", "TRUE", "not supported"),
        ("Port_mp_0", "18622", "no other port"),
        ("Port_mn_0", "dwt", "once"),
    ],
)
def test_what_is_not_accepted_is_refused(
    home: Home, key: str, value: str | None, word: str
) -> None:
    """The message says what would be; nothing is written."""
    with pytest.raises(InvalidSetting, match=word) as caught:
        change_setting(home, key, value)
    assert caught.value.problem.key == key
    assert caught.value.status == 400
    assert not home.user_configuration.exists()


def test_an_old_mistake_does_not_stand_in_the_way(write: Write) -> None:
    """Another key can be changed, and the wrong one be put right."""
    home = write("Server=here", "LogLevel=99")
    change_setting(home, "EnableWebSetup", "TRUE")
    change_setting(home, "LogLevel", "14")
    assert [p.key for p in read_configuration(home).problems] == ["Server"]


def test_a_removal_may_not_make_ports_clash(write: Write) -> None:
    """What is right now stays right."""
    home = write(user="Port_mp_0=20000\nPort_mp_1=18625")
    with pytest.raises(InvalidSetting, match="no other port"):
        change_setting(home, "Port_mp_0", None)


def test_the_administrator_has_the_last_word(write: Write) -> None:
    """A key that a drop-in sets says where, right or wrong; others can be changed."""
    home = write(a="LogLevel=0", b="\nloglevel=nonsense\n")
    source = Source(home.drop_ins / "b.ini", 3)
    assert locked_keys(read_layers(home), home) == {"LogLevel": source}
    with pytest.raises(SettingLocked, match=r"b\.ini, line 3") as caught:
        change_setting(home, "LogLevel", "14")
    assert (caught.value.source, caught.value.status) == (source, 409)
    change_setting(home, "Server", "192.0.2.7")
    change_setting(home, "LogLevel", None)


def test_somebody_else_at_it_is_told(home: Home) -> None:
    """Nobody waits for a writer that may hang."""
    with alone(home.folder), pytest.raises(SettingNotWritten, match="Try again"):
        change_setting(home, "LogLevel", "14")


def test_a_file_that_is_no_text_is_not_overwritten(home: Home) -> None:
    """Whatever it is, it is somebody's."""
    home.user_configuration.write_bytes(b"\0")
    with pytest.raises(SettingNotWritten, match="no text"):
        change_setting(home, "LogLevel", "14")
    assert home.user_configuration.read_bytes() == b"\0"


def test_a_folder_in_its_place_is_told(home: Home) -> None:
    """With the reason of the operating system, where there is one."""
    home.user_configuration.mkdir()
    with pytest.raises(SettingNotWritten, match="no ordinary file"):
        change_setting(home, "LogLevel", "14")


def test_a_home_that_is_not_there_is_told(home: Home) -> None:
    """There is nothing to configure."""
    nowhere = Home(home.folder / "nowhere")
    with pytest.raises(SettingNotWritten, match="No such file"):
        change_setting(nowhere, "LogLevel", "14")
