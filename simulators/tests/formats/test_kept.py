"""What is kept: made once, up to a number of bytes, the oldest goes first."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from scanwright_simulators.formats.kept import Kept


def kept(limit_bytes: int) -> Kept[bytes]:
    """Return a store of bytes."""
    return Kept(limit_bytes, size_of=len)


def refuse() -> bytes:
    """Fail: nothing is to be made."""
    raise AssertionError


def test_a_thing_is_made_once() -> None:
    """Asked again, the same thing comes back."""
    store = kept(10)
    assert store.get("a", lambda: b"12345") == b"12345"
    assert store.get("a", refuse) == b"12345"


def test_what_was_not_used_for_longest_goes_first() -> None:
    """When there is no room, the thing goes that nobody asked for."""
    store = kept(10)
    store.get("a", lambda: b"1234")
    store.get("b", lambda: b"1234")
    store.get("a", refuse)
    store.get("c", lambda: b"1234")
    assert store.get("a", refuse)
    assert store.get("b", lambda: b"new") == b"new"


def test_a_thing_too_large_is_given_and_not_kept() -> None:
    """Without room things are made each time."""
    store = kept(3)
    assert store.get("a", lambda: b"1234") == b"1234"
    assert store.get("a", lambda: b"other") == b"other"


def test_of_two_makers_the_first_is_kept() -> None:
    """A thing made twice at the same moment counts once."""
    store = kept(10)

    def slow() -> bytes:
        store.get("a", lambda: b"first")
        return b"second"

    assert store.get("a", slow) == b"second"
    assert store.get("a", refuse) == b"first"
    store.get("b", lambda: b"12345")
    assert store.get("a", refuse) == b"first"


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9))), st.integers(0, 20))
def test_the_limit_holds(wishes: list[tuple[int, int]], limit: int) -> None:
    """Whatever is asked for, in the end no more than the limit is kept."""

    def make(size: int) -> Callable[[], bytes]:
        return lambda: b"x" * size

    store = kept(limit)
    for key, size in wishes:
        store.get(key, make(size))
    assert sum(map(len, store._things.values())) == store._size <= limit
