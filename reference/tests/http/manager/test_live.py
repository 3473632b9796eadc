"""The manager's ports on the real things: files of a home, and its certificates."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanwright.certificates.authority import ensure_certificates
from scanwright.certificates.identity import ServerIdentity
from scanwright.certificates.inspection import PairRefused
from scanwright.configuration.changing import InvalidSetting, SettingLocked
from scanwright.configuration.watch import ConfigurationWatch
from scanwright.home import Home
from scanwright.http.manager.live import LiveConfiguration, LiveIdentity
from scanwright.protocol.access import Access


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with certificates."""
    home = Home(tmp_path)
    home.create()
    ensure_certificates(home.cert)
    return home


@pytest.fixture
def configuration(home: Home) -> LiveConfiguration:
    """Its configuration."""
    return LiveConfiguration(home, ConfigurationWatch(home))


@pytest.fixture
def identity(home: Home) -> LiveIdentity:
    """Its certificate."""
    return LiveIdentity(home.cert, ServerIdentity(home.cert, {}))


def test_a_change_counts_at_once(configuration: LiveConfiguration) -> None:
    """Before it is answered, and it is in a file."""
    configuration.change("EnableScannerAccessAuth", "TRUE")
    assert configuration.settings().prompts == {Access.SCANNER}
    assert "EnableScannerAccessAuth" in (
        configuration.home.user_configuration.read_text()
    )
    assert configuration.restart_needed() == []


def test_a_change_that_waits_is_named(configuration: LiveConfiguration) -> None:
    """An address is listened on from the next start."""
    configuration.change("Server", "192.0.2.7")
    assert configuration.restart_needed() == ["Server"]
    configuration.change("Server", None)
    assert configuration.restart_needed() == []


def test_a_wrong_value_is_refused(configuration: LiveConfiguration) -> None:
    """In words, as an error of the request."""
    with pytest.raises(InvalidSetting, match="LogLevel"):
        configuration.change("LogLevel", "loud")


def test_the_administrators_file_has_the_last_word(
    configuration: LiveConfiguration,
) -> None:
    """The message names it."""
    file = configuration.home.drop_ins / "site.ini"
    file.write_text("[DS]\nLogLevel = 1\n")
    with pytest.raises(SettingLocked, match=r"site\.ini"):
        configuration.change("LogLevel", "14")


def test_problems_are_sentences(configuration: LiveConfiguration) -> None:
    """With the file and the line."""
    configuration.home.configuration.write_text("[DS]\nLogLevel = loud\n")
    configuration.watch.take_up()
    (problem,) = configuration.problems()
    assert "DSConfiguration.ini" in problem


async def test_renewing_shows_another_certificate(identity: LiveIdentity) -> None:
    """At once, and it is still our own."""
    before = identity.describe().fingerprint
    await identity.renew()
    after = identity.describe()
    assert after.fingerprint != before
    assert after.is_own


async def test_a_pair_that_is_none_changes_nothing(identity: LiveIdentity) -> None:
    """What is shown stays."""
    before = identity.describe()
    with pytest.raises(PairRefused):
        await identity.replace(b"no certificate", b"no key")
    assert identity.describe() == before


async def test_a_pair_is_shown_and_taken_back(
    home: Home,
    identity: LiveIdentity,
    tmp_path: Path,
) -> None:
    """Somebody's own pair counts at once, and so does going back."""
    other = tmp_path / "other"
    other.mkdir()
    made = ensure_certificates(other)
    await identity.replace(made.leaf.read_bytes(), made.key.read_bytes())
    theirs = identity.describe().fingerprint
    await identity.restore()
    assert identity.describe().fingerprint != theirs
    assert (home.cert / "server.pem").exists()
