"""The list of web pages: what it says of them, and when there is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scanwright.http.manager.facts import Facts
from scanwright.http.manager.scanners import Listing
from scanwright.http.manager.views.sessions import sessions
from scanwright.log import LogLevel
from scanwright.sessions.overview import SessionFacts

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def facts() -> Facts:
    """A service that no page uses."""
    return Facts(
        now=NOW,
        addresses={},
        processes=[],
        crashes=0,
        modules=[],
        listing=Listing(),
        sessions=[],
        log_level=LogLevel.NORMAL,
        is_web_setup_enabled=False,
        waiting=0,
        restart_needed=[],
    )


def test_no_page_is_said(facts: Facts) -> None:
    """In words, without an empty table."""
    shown = sessions(facts, with_origins=True)
    assert "No web page" in shown
    assert "<table" not in shown


def with_two(facts: Facts) -> Facts:
    """Let a page and a program use the service."""
    since = NOW - timedelta(minutes=7)
    page = SessionFacts("https://a.example", since, 3, 36 << 20, 0)
    return replace(facts, sessions=[page, SessionFacts(None, since, 0, 0, 2048)])


def test_origins_can_be_left_out(facts: Facts) -> None:
    """Then a row says what the page takes, and not whose it is."""
    shown = sessions(with_two(facts), with_origins=False)
    assert "a.example" not in shown
    assert '<th scope="row">a web page</th><td data-column="Images">3</td>' in shown


def test_each_page_is_a_row(facts: Facts) -> None:
    """With units for people; who is no page is called a program."""
    shown = sessions(with_two(facts), with_origins=True)
    for cell in (
        '<th scope="row">https://a.example</th><td data-column="Images">3</td>',
        '<td data-column="In memory">36.0 MiB</td>',
        '<td data-column="Open for">7 min</td>',
        '<th scope="row">a program</th>',
        '<td data-column="On disk">2.0 KiB</td>',
    ):
        assert cell in shown
