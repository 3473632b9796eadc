"""JSON-RPC 2.0 as the page channel speaks it: one object a frame, named parameters.

A page asks with an `id` and is answered; what the service tells unasked has none. A
frame from a page that has no id is a call all the same, which nobody is told the end of
(section 4.1 of the specification of JSON-RPC 2.0). There are no batches.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from scanwright.errors import ScanwrightError
from scanwright.protocol.members import Members

__all__ = [
    "Call",
    "CallId",
    "NoCall",
    "answer",
    "event",
    "failure",
    "no_such_method",
    "parse_call",
]

PARSE_ERROR: Final = -32700
INVALID_REQUEST: Final = -32600
METHOD_NOT_FOUND: Final = -32601
LONGEST_ID: Final = 64

CallId = int | str


@dataclass(frozen=True, slots=True)
class Call:
    """What a page asks for; `id` None wants no answer."""

    id: CallId | None
    method: str
    params: Members


class NoCall(ScanwrightError):
    """A frame that is no call; `id` is what can be answered to."""

    def __init__(self, message: str, *, code: int, id: CallId | None = None) -> None:  # noqa: A002 - the name in JSON-RPC
        super().__init__(message, code=code)
        self.id = id


def parse_call(frame: str) -> Call:
    """Read a frame.

    Raises:
        NoCall: It is not JSON, or no request of JSON-RPC 2.0.
    """
    try:
        value = json.loads(frame)
    except (ValueError, RecursionError) as error:
        raise NoCall("The frame is not valid JSON.", code=PARSE_ERROR) from error
    if not isinstance(value, dict):
        raise _invalid("A frame must be one JSON object.")
    number = value.get("id")
    if not _is_id(number):
        raise _invalid("id must be a whole number or a short string.")
    method, params = value.get("method"), value.get("params", {})
    if value.get("jsonrpc") != "2.0":
        raise _invalid('jsonrpc must be "2.0".', number)
    if not isinstance(method, str):
        raise _invalid("method must be a string.", number)
    if not isinstance(params, dict):
        raise _invalid("params must be an object: parameters have names.", number)
    return Call(number, method, Members(params))


def answer(call: CallId, result: object) -> str:
    """Spell the answer to a call."""
    return _spell({"id": call, "result": result})


def failure(
    call: CallId | None,
    error: ScanwrightError,
    data: Mapping[str, object] | None = None,
) -> str:
    """Spell that a call failed, and why; `data` is for programs."""
    told: dict[str, object] = {"code": int(error.code), "message": error.message}
    if data:
        told["data"] = dict(data)
    return _spell({"id": call, "error": told})


def event(name: str, params: Mapping[str, object]) -> str:
    """Spell what the service tells unasked."""
    return _spell({"method": name, "params": params})


def no_such_method(call: Call) -> NoCall:
    """Return the error that answers a call of an unknown method."""
    return NoCall(
        f"There is no method {call.method[:100]!r}.", code=METHOD_NOT_FOUND, id=call.id
    )


def _spell(members: Mapping[str, object]) -> str:
    return json.dumps({"jsonrpc": "2.0", **members}, separators=(",", ":"))


def _is_id(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_ID
    return value is None or (isinstance(value, int) and not isinstance(value, bool))


def _invalid(why: str, call: CallId | None = None) -> NoCall:
    return NoCall(why, code=INVALID_REQUEST, id=call)
