"""The back-off between a death and the next start."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scanwright.supervision.backoff import LONGEST_S, STEADY_S, Backoff


def test_two_starts_are_free_then_the_wait_doubles() -> None:
    """0, 0, then a quarter of a second and twice as much each time, up to a limit."""
    backoff = Backoff()
    waits = [backoff.after(0.1, was_ready=False) for _ in range(11)]
    assert waits == [0, 0, 0.25, 0.5, 1, 2, 4, 8, 16, 30, 30]


def test_a_steady_life_earns_a_fresh_start() -> None:
    """Whoever was ready and lived for a while starts again at once."""
    backoff = Backoff()
    for _ in range(5):
        backoff.after(0.1, was_ready=True)
    assert backoff.after(STEADY_S, was_ready=True) == 0


def test_a_long_life_that_never_was_ready_earns_nothing() -> None:
    """A start that hangs until it is killed counts as one that failed."""
    backoff = Backoff()
    for _ in range(3):
        backoff.after(60.0, was_ready=False)
    assert backoff.after(60.0, was_ready=False) > 0


@given(st.lists(st.tuples(st.floats(0, 100), st.booleans()), max_size=200))
def test_a_wait_is_never_beyond_its_limit(lives: list[tuple[float, bool]]) -> None:
    """Whatever happens, it is between none and the longest."""
    backoff = Backoff()
    for lived_s, was_ready in lives:
        assert 0 <= backoff.after(lived_s, was_ready=was_ready) <= LONGEST_S
