"""What is kept: made once, up to a number of bytes, the oldest goes first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
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
    store.get("small", lambda: b"123")
    assert store.get("a", lambda: b"1234") == b"1234"
    assert store.get("a", lambda: b"other") == b"other"
    assert store.get("small", refuse) == b"123"


def test_what_two_want_at_once_is_made_once() -> None:
    """Who asks meanwhile waits, and has the same thing."""
    store, begun, go = kept(10), threading.Event(), threading.Event()

    def slow() -> bytes:
        begun.set()
        assert go.wait(10)
        return b"made"

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(store.get, "a", slow)
        assert begun.wait(10)
        second = threads.submit(store.get, "a", refuse)
        go.set()
        assert first.result(10) is second.result(10)


def test_who_waits_has_the_error_too() -> None:
    """A thing that cannot be made fails for all who want it, and can be tried again."""
    store, begun, go = kept(10), threading.Event(), threading.Event()

    def fail() -> bytes:
        begun.set()
        assert go.wait(10)
        raise OSError

    with ThreadPoolExecutor(2) as threads:
        both = [threads.submit(store.get, "a", fail)]
        assert begun.wait(10)
        both.append(threads.submit(store.get, "a", fail))
        go.set()
        for each in both:
            with pytest.raises(OSError):  # noqa: PT011  it has no text
                each.result(10)
    assert store.get("a", lambda: b"made") == b"made"


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9))), st.integers(0, 20))
def test_the_limit_holds(wishes: list[tuple[int, int]], limit: int) -> None:
    """Whatever is asked for, in the end no more than the limit is kept."""

    def make(size: int) -> Callable[[], bytes]:
        return lambda: b"x" * size

    store = kept(limit)
    for key, size in wishes:
        store.get(key, make(size))
    assert sum(map(len, store._things.values())) == store._size <= limit
