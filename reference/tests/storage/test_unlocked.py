"""Documents that were opened a moment ago."""

from __future__ import annotations

from scanwright.storage.unlocked import KEPT_S, MOST, Unlocked


def test_only_the_password_that_opened_it_finds_the_key() -> None:
    """Another password, and another document, find nothing."""
    unlocked = Unlocked(lambda: 0.0)
    unlocked.remember("a", "word", b"key")
    assert unlocked.find("a", "word") == b"key"
    assert unlocked.find("a", "Word") is None
    assert unlocked.find("b", "word") is None


def test_a_key_is_forgotten_after_a_while() -> None:
    """Its time begins when the password has opened the document."""
    now = [0.0]
    unlocked = Unlocked(lambda: now[0])
    unlocked.remember("a", "word", b"key")
    now[0] = KEPT_S - 1
    assert unlocked.find("a", "word") == b"key"
    now[0] = KEPT_S
    assert unlocked.find("a", "word") is None


def test_no_more_than_some_are_kept() -> None:
    """The one that was opened first goes."""
    unlocked = Unlocked(lambda: 0.0)
    for number in range(MOST + 1):
        unlocked.remember(str(number), "word", b"key")
    assert unlocked.find("0", "word") is None
    assert unlocked.find("1", "word") == b"key"
