"""The table of settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanwright.configuration.settings import (
    SETTINGS,
    Setting,
    find_setting,
    near_key,
)
from scanwright.configuration.values import Configuration

PAGE = Path(__file__).parents[3] / "docs" / "CONFIGURATION.md"
PUBLISHED = {
    "DSVersion",
    *("Port", "Port_mn_0", "Port_mp_0", "Port_mn_1", "Port_mp_1"),
    *("SSLPort", "SSLPort_mn_0", "SSLPort_mp_0", "SSLPort_mn_1", "SSLPort_mp_1"),
    *("LogLevel", "Server", "Access-Control-Allow-Origin", "EnableWebSetup"),
    *("EnableScannerAccessAuth", "EnableFileAccessAuth", "EnableWebcamAccessAuth"),
    "EnableEnhancedMode",
}


def test_every_published_key_is_known() -> None:
    """And no other one."""
    assert {setting.key for setting in SETTINGS} == PUBLISHED


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_a_default_is_what_is_in_force_without_files(setting: Setting[object]) -> None:
    """It is accepted, and means what the configuration without files says."""
    assert setting.show(setting.parse(setting.default)) == setting.default
    assert setting.show(setting.of(Configuration())) == setting.default


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_a_setting_explains_itself(setting: Setting[object]) -> None:
    """Its example is accepted; its meaning is a sentence."""
    setting.parse(setting.example or setting.default)
    assert setting.meaning.endswith(".")
    assert setting.accepted


def test_capitals_do_not_matter() -> None:
    """A key is found however it is written."""
    found = find_setting("loglevel")
    assert found is not None
    assert found.key == "LogLevel"
    assert find_setting("LogLevels") is None


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("LogLevl", "LogLevel"),
        ("Acces-Control-Allow-Origins", "Access-Control-Allow-Origin"),
        ("SSLPort_mp_2", "SSLPort_mp_"),
    ],
)
def test_a_slip_of_the_pen_is_guessed(wrong: str, meant: str) -> None:
    """The nearest key is offered; for what is like none, the list."""
    assert near_key(wrong).startswith(meant)
    assert "config list" in near_key("something else")


def row(setting: Setting[object]) -> str:
    """Return the row of a setting in the page for administrators."""
    default = f"`{setting.default}`" if setting.default else "nothing"
    counts = "after a restart" if setting.needs_restart else "at once"
    if setting.is_read_only:
        default, counts = "the version", "never"
    cells = (f"`{setting.key}`", default, setting.accepted, counts, setting.meaning)
    return f"| {' | '.join(cells)} |"


def test_the_page_has_the_table() -> None:
    """Every key in its order, word for word, and no other one."""
    rows = "\n".join(map(row, SETTINGS))
    assert f"|---|---|---|---|---|\n{rows}\n\n" in PAGE.read_text()
