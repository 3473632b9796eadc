"""External access, origins and the configuration's state."""

from __future__ import annotations

from dataclasses import dataclass, field

from scanwright.http.manager.firewall import Hint
from scanwright.http.manager.views.network import configuration, external, origins
from scanwright.log import LogLevel
from scanwright.protocol.access import Access
from scanwright.protocol.origins import OriginPolicy


@dataclass(frozen=True)
class Settings:
    """A configuration."""

    server: str | None = None
    policy: OriginPolicy = field(default_factory=OriginPolicy)
    log_level: LogLevel = LogLevel.NORMAL
    domains: dict[str, object] = field(default_factory=dict)
    is_web_setup_enabled: bool = True
    prompts: frozenset[Access] = frozenset()


def listed(*origins: str) -> Settings:
    """Return a configuration with an allow list."""
    return Settings(policy=OriginPolicy(frozenset(origins)))


def test_who_reaches_the_service_is_said() -> None:
    """Only this machine, or others at an address."""
    assert "Only this machine" in external(Settings(), [], may_change=True)
    shown = external(Settings(server="192.0.2.7"), [], may_change=True)
    assert "<code>192.0.2.7</code>" in shown
    assert 'value="192.0.2.7"' in shown


def test_the_firewalls_commands_can_be_copied() -> None:
    """The installed one is named as such."""
    hint = Hint("ufw", ("sudo ufw allow 1",), is_installed=True)
    shown = external(Settings(), [hint], may_change=True)
    assert "ufw (installed here)" in shown
    assert "<pre>sudo ufw allow 1</pre>" in shown


def test_an_open_door_is_a_warning() -> None:
    """And what the first entry does is said before it is made."""
    shown = origins(Settings(), may_change=True)
    assert "Every origin may call" in shown
    assert "keeps all others out" in shown
    assert "Let every origin call" not in shown


def test_each_origin_can_be_removed_but_the_last() -> None:
    """Its button is there, and locked."""
    shown = origins(listed("https://a.example", "https://b.example"), may_change=True)
    assert shown.count(">Remove</button>") == 2
    assert "disabled" not in shown
    assert "disabled" in origins(listed("https://a.example"), may_change=True)


def test_a_good_configuration_is_no_news() -> None:
    """The part is there when there is something to say."""
    assert configuration([], [], may_change=True) == ""
    assert "EnableWebSetup TRUE" in configuration([], [], may_change=False)
    shown = configuration(["line 3 <is> wrong"], ["Server"], may_change=True)
    assert "line 3 &lt;is&gt; wrong" in shown
    assert "<code>Server</code> counts after a restart." in shown
