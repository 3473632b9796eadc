"""The token and its sessions: two halves that only count together, for a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.http.admin_token import (
    LIFETIME,
    TICKET_LIFETIME,
    AdminToken,
    AdminTokenUnusable,
    Sessions,
)

START = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock that stands."""
    return Clock()


@pytest.fixture
def token(tmp_path: Path) -> AdminToken:
    """The token of a new installation."""
    return AdminToken(tmp_path / "admin_token")


@pytest.fixture
def sessions(token: AdminToken, clock: Clock) -> Sessions:
    """Sessions of that token."""
    return Sessions(token.ensure, clock=clock)


def test_the_token_is_made_once_and_private(token: AdminToken, tmp_path: Path) -> None:
    """It has 256 bits, stays as it is, and only its owner can read it."""
    first = token.ensure()
    assert len(first) >= 43
    assert token.ensure() == token.read() == first
    assert (tmp_path / "admin_token").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"", b"half", "é".encode() * 32, b"\xff" * 43])
def test_a_damaged_file_is_no_token(
    token: AdminToken, tmp_path: Path, content: bytes
) -> None:
    """One that lost its content lets nobody in who guesses, and ends no service."""
    (tmp_path / "admin_token").write_bytes(content)
    with pytest.raises(AdminTokenUnusable, match="--new-token"):
        token.read()
    assert len(token.ensure()) >= 43
    assert token.read() == token.ensure()


def test_a_file_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """Who asks for a token then gets a sentence, and not a defect."""
    (tmp_path / "admin_token").mkdir()
    with pytest.raises(AdminTokenUnusable, match="Nobody can sign in"):
        AdminToken(tmp_path / "admin_token").ensure()


def test_only_the_token_is_known(token: AdminToken, sessions: Sessions) -> None:
    """Nothing shorter, longer, or empty."""
    right = token.ensure()
    assert sessions.knows(right)
    for wrong in ("", right[:-1], right + "x", "\udcff"):
        assert not sessions.knows(wrong)


def test_a_ticket_is_for_once(sessions: Sessions) -> None:
    """Whoever finds it in a history finds nothing."""
    ticket = sessions.ticket()
    assert sessions.redeem(ticket)
    assert not sessions.redeem(ticket)


@pytest.mark.parametrize("jump", [TICKET_LIFETIME, timedelta(days=-1)])
def test_a_ticket_is_for_now(
    sessions: Sessions,
    clock: Clock,
    jump: timedelta,
) -> None:
    """After minutes it opens nothing, nor when the clock was set back."""
    ticket = sessions.ticket()
    clock.now += jump
    assert not sessions.redeem(ticket)


def test_a_ticket_does_not_outlive_a_restart(
    token: AdminToken, sessions: Sessions, clock: Clock
) -> None:
    """The next main cannot know whether it was used."""
    ticket = sessions.ticket()
    assert sessions.redeem(ticket)
    clock.now += timedelta(seconds=1)
    restarted = Sessions(token.ensure, clock=clock)
    assert not restarted.redeem(ticket)
    assert restarted.redeem(sessions.ticket())
    clock.now -= timedelta(days=365)  # it was wrong when the service started
    assert restarted.redeem(sessions.ticket())


def test_a_ticket_is_no_session_and_no_token(sessions: Sessions) -> None:
    """What is signed for one purpose is good for no other."""
    ticket, session = sessions.ticket(), sessions.open()
    assert not sessions.knows(ticket)
    assert not sessions.is_open(ticket, session.header)
    assert not sessions.redeem(session.cookie)


def test_used_tickets_are_not_remembered_for_ever(
    sessions: Sessions,
    clock: Clock,
) -> None:
    """Only while they would still count."""
    for _ in range(3):
        assert sessions.redeem(sessions.ticket())
        clock.now += TICKET_LIFETIME
    assert len(sessions._used) == 1


def test_a_session_is_both_halves(sessions: Sessions) -> None:
    """A cookie that went to another port opens nothing alone."""
    one, other = sessions.open(), sessions.open()
    assert sessions.is_open(one.cookie, one.header)
    assert not sessions.is_open(one.cookie, other.header)
    assert not sessions.is_open(one.cookie, "")
    assert not sessions.is_open("", one.header)


@pytest.mark.parametrize("jump", [LIFETIME, timedelta(days=-1)])
def test_a_session_ends(sessions: Sessions, clock: Clock, jump: timedelta) -> None:
    """In time, and when the clock is set back by more than a moment."""
    session = sessions.open()
    clock.now += jump
    assert not sessions.is_open(session.cookie, session.header)


def test_a_session_outlives_a_restart(token: AdminToken, clock: Clock) -> None:
    """The next main knows it, for it is signed and not remembered."""
    session = Sessions(token.ensure, clock=clock).open()
    assert Sessions(token.ensure, clock=clock).is_open(session.cookie, session.header)


def test_a_new_token_ends_all_sessions(token: AdminToken, sessions: Sessions) -> None:
    """Whoever thinks that a token got lost makes another one."""
    session = sessions.open()
    token.renew()
    assert not sessions.is_open(session.cookie, session.header)


@given(cookie=st.text(), header=st.text())
def test_what_was_not_signed_opens_nothing(cookie: str, header: str) -> None:
    """Whatever somebody sends, it is refused, and harms nothing."""
    sessions = Sessions(lambda: "secret")
    assert not sessions.is_open(cookie, header)
    assert not sessions.redeem(cookie)


def test_what_is_no_text_opens_nothing(sessions: Sessions) -> None:
    """JSON can spell half a character, and headers bytes that are none."""
    assert not sessions.redeem("\ud800.\udcff")
    assert not sessions.is_open("\ud800.\udcff", "\ud800")
