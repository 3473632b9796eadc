"""Ids: twelve digits of time, none given twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scanwright.storage.ids import Ids, is_id


@given(st.lists(st.floats(0, 4e9), min_size=1, max_size=50), st.integers(0, 255))
def test_no_id_comes_twice(times: list[float], random: int) -> None:
    """Whatever the clock does, each id is higher than all before it."""
    clock = iter(times)
    ids = Ids(lambda: next(clock), lambda _count: bytes([random]))
    issued = [ids.issue() for _ in times]
    assert all(map(is_id, issued))
    assert issued == sorted(set(issued))


def test_an_id_tells_its_time() -> None:
    """Eleven digits are the milliseconds since 1970, the last one is random."""
    ids = Ids(lambda: 1_720_178_000.123, lambda _count: b"\xfb")
    assert ids.issue() == f"{1_720_178_000_123:011x}b"


def test_nothing_else_is_an_id() -> None:
    """What becomes the name of a folder has no dots and no slashes."""
    assert is_id("0190817c22ab")
    for text in ("", "0190817c22a", "0190817c22abc", "0190817C22AB", "../../../../.."):
        assert not is_id(text)
    assert not is_id("0190817c22ab\n")
