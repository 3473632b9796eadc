"""JSON-RPC frames: calls are read, answers are spelt, everything else is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.errors import InvalidParameter
from scanwright.protocol.rpc import (
    Call,
    NoCall,
    answer,
    event,
    failure,
    no_such_method,
    parse_call,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def _frame(**members: object) -> str:
    return json.dumps({"jsonrpc": "2.0", **members})


def test_a_call_has_its_parts() -> None:
    """A request is read with its id, its method and its named parameters."""
    call = parse_call(_frame(id=7, method="buffer.state", params={"a": 1}))
    assert (call.id, call.method) == (7, "buffer.state")
    assert call.params.integer("a", minimum=0, maximum=9) == 1


def test_parameters_may_be_absent() -> None:
    """A request without parameters has none."""
    assert parse_call(_frame(id="x", method="m")).params.unknown() == []


def test_a_notification_has_no_id() -> None:
    """A request without an id wants no answer."""
    assert parse_call(_frame(method="m")).id is None


@pytest.mark.parametrize(
    ("frame", "code", "number"),
    [
        ("{", -32700, None),
        ("[" * 100_000, -32700, None),
        ("[]", -32600, None),
        ('"text"', -32600, None),
        (_frame(id=True, method="m"), -32600, None),
        (_frame(id=1.5, method="m"), -32600, None),
        (_frame(id="x" * 65, method="m"), -32600, None),
        (_frame(id=3, method=4), -32600, 3),
        (_frame(id=3), -32600, 3),
        (_frame(id=3, method="m", params=[1]), -32600, 3),
        ('{"id": 3, "method": "m"}', -32600, 3),
        ('{"jsonrpc": "1.0", "id": 3, "method": "m"}', -32600, 3),
    ],
)
def test_what_is_no_call_is_refused(frame: str, code: int, number: object) -> None:
    """A frame that is no request is an error with the code of JSON-RPC, and its id."""
    with pytest.raises(NoCall) as caught:
        parse_call(frame)
    assert (caught.value.code, caught.value.id) == (code, number)


@given(JSON)
def test_any_json_is_a_call_or_refused(value: object) -> None:
    """No JSON text does anything but be read or be refused."""
    try:
        found: Call | NoCall = parse_call(json.dumps(value))
    except NoCall as error:
        found = error
    assert isinstance(found, Call) or found.code in {-32700, -32600}


def test_an_answer_names_its_call() -> None:
    """An answer carries the id of its call, and the result."""
    told = json.loads(answer("a", {"done": True}))
    assert told == {"jsonrpc": "2.0", "id": "a", "result": {"done": True}}


def test_a_failure_says_what_is_wrong() -> None:
    """A failure carries the code and the words of the error, and data if any."""
    told = json.loads(failure(2, InvalidParameter("at must be ..."), {"images": []}))
    assert told["error"] == {
        "code": -2113,
        "message": "at must be ...",
        "data": {"images": []},
    }
    assert "data" not in json.loads(failure(2, InvalidParameter("x")))["error"]


def test_an_event_has_no_id() -> None:
    """What is told unasked has a method and no id."""
    told = json.loads(event("disk.low", {"freeBytes": 1}))
    assert told == {
        "jsonrpc": "2.0",
        "method": "disk.low",
        "params": {"freeBytes": 1},
    }


def test_an_unknown_method_is_named() -> None:
    """The error for a method that does not exist says which, in bounds."""
    error = no_such_method(parse_call(_frame(id=1, method="x" * 1000)))
    assert error.code == -32601
    assert len(error.message) < 150
