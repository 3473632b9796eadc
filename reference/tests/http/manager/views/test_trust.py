"""Local access: whose certificate it is decides what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scanwright.http.manager.views.trust import certificate, stores

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Identity:
    """A certificate."""

    subject: str = "CN=localhost"
    issuer: str = "CN=Scanwright local CA"
    names: tuple[str, ...] = ("localhost",)
    not_before: datetime = NOW
    not_after: datetime = NOW + timedelta(days=40)
    fingerprint: str = "ab"
    is_own: bool = True
    problem: str | None = None


@dataclass(frozen=True)
class Store:
    """A store of certificates."""

    store: str = "Firefox"
    state: str = "trusted"
    needs_browser_restart: bool = False
    problem: str | None = None


def test_our_own_can_be_renewed() -> None:
    """And its days are counted."""
    shown = certificate(Identity(), NOW, may_change=True)
    assert "(40 days)" in shown
    assert "Renew now" in shown
    assert "Go back" not in shown


def test_somebodys_own_can_be_given_up() -> None:
    """It is not ours to renew; what is wrong with it is said."""
    identity = Identity(is_own=False, problem="It expires soon.")
    shown = certificate(identity, NOW, may_change=True)
    assert "Go back to our own" in shown
    assert "Renew now" not in shown
    assert "It expires soon." in shown


def test_changes_that_are_off_are_seen_to_be_off() -> None:
    """The controls are there, and disabled."""
    assert "<fieldset disabled" in certificate(Identity(), NOW, may_change=False)


def test_stores_say_what_to_do() -> None:
    """Restart a browser, or what went wrong."""
    listed = [Store(needs_browser_restart=True), Store(problem="It has a password.")]
    shown = stores(listed)
    assert "Restart the browser." in shown
    assert "It has a password." in shown
    assert "No browser" in stores([])
