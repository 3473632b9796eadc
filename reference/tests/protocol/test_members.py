"""Reading members: right ones come back, wrong ones are refused by name."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.errors import InvalidParameter
from scanwright.protocol.members import (
    Members,
    parse_object,
    query_flag,
    query_integer,
)

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(st.binary())
def test_any_bytes_are_an_object_or_refused(body: bytes) -> None:
    """No body leads to anything but members or InvalidParameter."""
    with contextlib.suppress(InvalidParameter):
        assert isinstance(parse_object(body), Members)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a": NaN}',
        b"[]",
        b"3",
        b"{",
        b"\xff\xfe",
        b'{"a":' + b"9" * 5000,
    ],
)
def test_hostile_bodies_are_refused(body: bytes) -> None:
    """Depth, NaN, arrays, bare numbers, broken text and huge numbers are refused."""
    with pytest.raises(InvalidParameter):
        parse_object(body)


def test_an_empty_body_is_an_empty_object() -> None:
    """No body asks for nothing."""
    assert parse_object(b" \n").unknown() == []


@given(ANY_JSON)
def test_integer_takes_whole_numbers_in_range_only(value: object) -> None:
    """A whole number within the bounds comes back, all else is refused by name."""
    members = Members({"n": value}, "config")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    fits = is_number and 0 <= value <= 9 and value == int(value)  # type: ignore[operator, call-overload]  # is_number narrows
    if fits:
        assert members.integer("n", minimum=0, maximum=9) == value
    else:
        with pytest.raises(InvalidParameter, match=r"config\.n"):
            members.integer("n", minimum=0, maximum=9)


@given(ANY_JSON)
def test_number_takes_finite_numbers_in_range_only(value: object) -> None:
    """A number within the bounds comes back as a float, all else is refused by name."""
    members = Members({"n": value}, "edit")
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and -9.5 <= value <= 9.5:  # type: ignore[operator]  # is_number narrows
        assert members.number("n", minimum=-9.5, maximum=9.5) == value
    else:
        with pytest.raises(InvalidParameter, match=r"edit\.n"):
            members.number("n", minimum=-9.5, maximum=9.5)


@pytest.mark.parametrize("text", [b"1e999", b"-1e999", b"9" * 400])
def test_a_number_too_large_for_a_float_is_refused(text: bytes) -> None:
    """What JSON can write and a float cannot hold is out of range, not a crash."""
    members = parse_object(b'{"n": ' + text + b"}")
    with pytest.raises(InvalidParameter, match="n must be from"):
        members.number("n", minimum=-1e300, maximum=1e300)


@given(ANY_JSON)
def test_each_reader_takes_its_type_or_refuses_by_name(value: object) -> None:
    """Readers return their own type; everything else is refused with the full name."""
    readers: list[tuple[type, Callable[[Members, str], object]]] = [
        (bool, Members.optional_boolean),
        (str, Members.text),
        (dict, Members.nested),
        (list, Members.nested_list),
    ]
    for kind, read in readers:
        members = Members({"x": value})
        if not isinstance(value, kind):
            with pytest.raises(InvalidParameter, match="x must be"):
                read(members, "x")
        else:
            with contextlib.suppress(InvalidParameter):  # for what is inside of a list
                read(members, "x")


def test_members_that_nobody_took_are_named_in_full() -> None:
    """Unknown members are listed with the names of their parents."""
    members = parse_object(
        json.dumps({"a": 1, "c": {"d": 2}, "l": [{"e": 3, "f": 4}]}).encode(),
    )
    members.nested("c")
    members.nested_list("l")[0].value("e")
    assert members.unknown() == ["a", "c.d", "l[0].f"]


@pytest.mark.parametrize(
    ("value", "name"),
    [({"l": 1}, "l"), ({"l": [1]}, "l[0]")],
)
def test_a_list_of_objects_names_the_wrong_item(value: object, name: str) -> None:
    """An item that is no object is refused with its index."""
    assert isinstance(value, dict)
    with pytest.raises(InvalidParameter) as caught:
        Members(value).nested_list("l")
    assert caught.value.message.startswith(f"{name} must be")


def test_a_choice_lists_what_there_is() -> None:
    """The refusal of a choice names all choices."""
    with pytest.raises(InvalidParameter, match="one of ignore, fail"):
        Members({"exception": "panic"}).choice("exception", ("ignore", "fail"))


def test_absent_members_have_their_defaults() -> None:
    """Every reader has an answer for a member that is not there."""
    members = Members({})
    assert members.boolean("a", default=True)
    assert members.integer("a", minimum=0, maximum=1, default=1) == 1
    assert members.integer("a", minimum=0, maximum=1) is None
    assert members.number("a", minimum=0, maximum=1, default=0.5) == 0.5
    assert members.number("a", minimum=0, maximum=1) is None
    assert members.text("a") is None
    assert members.choice("a", ("b",)) is None
    assert members.value("a") is None
    assert members.values("a") == []
    assert members.nested_list("a") == []
    assert members.nested("a").unknown() == []
    assert "a" not in members


@given(ANY_JSON)
def test_one_value_is_anything_but_null_and_arrays(value: object) -> None:
    """What a capability may be set to is one value of any kind."""
    if value is None or isinstance(value, list):
        with pytest.raises(InvalidParameter, match="v must be one value"):
            Members({"v": value}).value("v")
        with pytest.raises(InvalidParameter, match=r"v\[0\] must be one value"):
            Members({"v": [value]}).values("v")
    else:
        assert Members({"v": value}).value("v") is value
        assert Members({"v": [value]}).values("v") == [value] or value != value  # noqa: PLR0124 - NaN


def test_an_array_of_values_is_an_array() -> None:
    """One value is no array."""
    with pytest.raises(InvalidParameter, match="v must be an array"):
        Members({"v": 1}).values("v")


@pytest.mark.parametrize("text", ["", "1.5", "0x10", "one", "9" * 101, "\uff11"])
def test_a_query_number_is_digits(text: str) -> None:
    """Everything but digits with a sign is refused by name."""
    with pytest.raises(InvalidParameter, match="type"):
        query_integer({"type": text}, "type")


def test_a_query_number_may_be_absent_or_signed() -> None:
    """Absence is None; a sign is part of a number."""
    assert query_integer({}, "type") is None
    assert query_integer({"type": "-16"}, "type") == -16


@pytest.mark.parametrize(
    ("text", "flag"),
    [("true", True), ("False", False), (None, True)],
)
def test_a_query_flag_is_true_or_false(text: str | None, flag: bool) -> None:  # noqa: FBT001 - a table
    """Both words are taken in any case; absence is the default."""
    query = {} if text is None else {"showui": text}
    assert query_flag(query, "showui", default=True) is flag


def test_another_query_flag_is_refused() -> None:
    """1 is no flag."""
    with pytest.raises(InvalidParameter, match="showui"):
        query_flag({"showui": "1"}, "showui", default=True)
