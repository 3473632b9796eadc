"""The welcome page's parts: what they say when there is little to say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scanwright.http.manager.facts import Facts
from scanwright.http.manager.journal import Record
from scanwright.http.manager.scanners import Listing
from scanwright.http.manager.views import status
from scanwright.log import LogLevel
from scanwright.modules import Module

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def facts() -> Facts:
    """A service of which little is known."""
    return Facts(
        now=NOW,
        addresses={"api": "http://127.0.0.1:18622"},
        processes=[],
        crashes=0,
        modules=[Module("core", "ports", ("1.0",)), Module("pdf", "documents", ())],
        listing=Listing(),
        sessions=[],
        log_level=LogLevel.NORMAL,
        is_web_setup_enabled=True,
        waiting=0,
        restart_needed=[],
    )


def test_the_state_names_what_waits_for_a_restart(facts: Facts) -> None:
    """And keeps silent about it when nothing does."""
    assert "restart of the service" not in status.state(facts)
    shown = status.state(replace(facts, restart_needed=["Server", "Port_mp_0"]))
    assert "<code>Server</code>, <code>Port_mp_0</code>" in shown


@pytest.mark.parametrize(
    ("waiting", "words"), [(0, ""), (1, "One page waits"), (3, "3 pages wait")]
)
def test_pages_that_wait_are_counted(facts: Facts, waiting: int, words: str) -> None:
    """Nothing is shown when nobody waits."""
    shown = status.waiting(replace(facts, waiting=waiting))
    assert words in shown
    assert bool(shown) is bool(waiting)


@pytest.mark.parametrize(
    ("listing", "words"),
    [
        (Listing(), "Nobody has looked"),
        (Listing(NOW), "scanwright doctor"),
        (Listing(NOW, problem="libsane is missing."), "libsane is missing."),
    ],
)
def test_no_scanners_are_explained(facts: Facts, listing: Listing, words: str) -> None:
    """Not looked for, not found, and not findable are three things."""
    assert words in status.scanners(replace(facts, listing=listing))


def test_missing_modules_are_listed(facts: Facts) -> None:
    """With what would bring them."""
    shown = status.modules(facts)
    assert "not installed" in shown
    assert "scanwright.modules" in shown


def test_no_dump_is_good_news(facts: Facts) -> None:
    """And is said."""
    assert facts
    assert "None. A process that crashes leaves one." in status.folders([], [])


@pytest.mark.parametrize(
    ("level", "allowed", "words"),
    [
        (LogLevel.NORMAL, True, "Write everything"),
        (LogLevel.VERBOSE, True, "Write what matters"),
        (LogLevel.OFF, False, "Written: nothing."),
    ],
)
def test_the_verbose_switch(
    facts: Facts,
    level: LogLevel,
    words: str,
    *,
    allowed: bool,
) -> None:
    """It is there when it may be used, and says what it would do."""
    facts = replace(facts, log_level=level, is_web_setup_enabled=allowed)
    shown = status.log([], level="INFO", facts=facts)
    assert words in shown
    assert ("<button" in shown) is allowed


def test_records_carry_their_level(facts: Facts) -> None:
    """In words, not by colour alone; the filter keeps its choice."""
    record = Record("2026-11-23T12:00:00.123Z", "ERROR", "main[1]", "broken")
    shown = status.log([record], level="ERROR", facts=facts)
    assert ">ERROR</span>" in shown
    assert "12:00:00" in shown
    assert '<option value="ERROR" selected="">' in shown


def test_the_demo_knows_where_the_service_is(facts: Facts) -> None:
    """The status page leads to the web scanner, which is told the service's port."""
    assert 'href="/demos/scanner/?port=18622"' in status.addresses(facts)
