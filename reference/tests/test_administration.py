"""What the manager administers, on a real home."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanwright.administration import (
    AdministeredConfiguration,
    AdministeredIdentity,
    SettingOverridden,
)
from scanwright.certificates.authority import ensure_certificates
from scanwright.certificates.identity import ServerIdentity
from scanwright.certificates.pairs import PairRefused
from scanwright.configuration.changing import InvalidSetting
from scanwright.configuration.watch import ConfigurationWatch
from scanwright.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Return a home with its folders."""
    home = Home(tmp_path / "home")
    home.create()
    return home


@pytest.fixture
def configuration(home: Home) -> AdministeredConfiguration:
    """Return the configuration of the home."""
    return AdministeredConfiguration(home, ConfigurationWatch(home))


def test_a_change_is_written_and_in_force(
    home: Home,
    configuration: AdministeredConfiguration,
) -> None:
    """What the page changes counts at once, and after the next start."""
    configuration.change("EnableWebSetup", "TRUE")
    assert configuration.settings().is_web_setup_enabled
    assert ConfigurationWatch(home).configuration.is_web_setup_enabled


def test_a_port_waits_for_a_restart(configuration: AdministeredConfiguration) -> None:
    """A change that only a start takes up is named."""
    configuration.change("Port_mp_1", "19622")
    assert configuration.restart_needed() == ["Port_mp_1"]


def test_a_wrong_value_changes_nothing(
    configuration: AdministeredConfiguration,
) -> None:
    """It is refused with the accepted values."""
    before = configuration.settings()
    with pytest.raises(InvalidSetting, match="Accepted"):
        configuration.change("EnableWebSetup", "maybe")
    assert configuration.settings() == before


def test_an_option_of_the_command_line_is_not_changed(home: Home) -> None:
    """What would not count is refused, and not saved."""
    watch = ConfigurationWatch(home)
    configuration = AdministeredConfiguration(home, watch, ("LogLevel",))
    with pytest.raises(SettingOverridden, match="command line"):
        configuration.change("loglevel", "14")
    assert not home.user_configuration.exists()


def test_mistakes_in_files_are_told(
    home: Home,
    configuration: AdministeredConfiguration,
) -> None:
    """Each problem is a sentence with its line."""
    home.configuration.write_text("[DS]\nLogLevel=7\n")
    configuration.change("EnableWebSetup", "TRUE")
    (problem,) = configuration.problems()
    assert "line 2" in problem


async def test_a_new_certificate_is_shown_at_once(home: Home) -> None:
    """Renewal and restoring show another leaf, and say so to whoever listens."""
    ensure_certificates(home.cert)
    told: list[str] = []
    identity = ServerIdentity(home.cert, {})
    administered = AdministeredIdentity(
        home.cert,
        identity,
        on_change=lambda: told.append(administered.describe().fingerprint),
    )
    first = administered.describe().fingerprint
    await administered.renew()
    await administered.restore()
    assert len({first, *told}) == 3


async def test_a_bad_pair_is_refused(home: Home) -> None:
    """What no browser would accept is not shown."""
    ensure_certificates(home.cert)
    identity = ServerIdentity(home.cert, {})
    administered = AdministeredIdentity(home.cert, identity, on_change=lambda: None)
    before = administered.describe()
    with pytest.raises(PairRefused):
        await administered.replace(b"no certificate", b"no key")
    assert administered.describe() == before
    assert before.not_after > datetime.now(UTC)
