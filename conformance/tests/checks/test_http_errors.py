"""Judges of error answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.checks._paths import METHODS
from scanwright_conformance.checks.http_errors import (
    UNKNOWN_PATHS,
    AllowHeader,
    ErrorObject,
    MethodNotAllowed,
    ModuleMissing,
    UnknownPath,
)
from scanwright_conformance.transcript import Entry, Exchange, Fact

CAUSE = {"code": 13, "message": "permission denied"}


def error(label: str = "error-1", status: int = 400, **members: Any) -> Exchange:
    """Return a right error object, with `members` other than usual."""
    body = {"statusCode": status, "code": -2113, "message": "no"} | members
    return answered(label, status, json=body)


@pytest.mark.parametrize(
    "right",
    [error(), error(cause=CAUSE), error(cause=None), error(more="members")],
)
def test_an_error_object_says_what_went_wrong(right: Exchange) -> None:
    """Status, code and message, with or without a cause, meet the clause."""
    assert judged(ErrorObject, answered("error-2", json={}), right).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        error(statusCode=500),
        error(statusCode="400"),
        error(code=0),
        error(code=2113),
        error(code="-2113"),
        error(message=""),
        error(message=" "),
        error(message=None),
        error(cause="disk full"),
        error(cause={"code": 13}),
        error(cause={"message": "permission denied"}),
        error(cause={"code": "EACCES", "message": "permission denied"}),
        error(cause={"code": 13, "message": 13}),
        answered("error-1", 400, body=b"no"),
        answered("error-1", 404),
        answered("error-1", 400, json=[]),
        unanswered("error-1"),
    ],
)
def test_an_error_of_another_form_fails(wrong: Exchange) -> None:
    """One wrong member of one error is enough."""
    assert not judged(ErrorObject, wrong, error("error-2")).is_met
    second = replace(wrong, label="error-2")
    assert not judged(ErrorObject, error(), second).is_met


def test_without_an_error_nothing_is_shown() -> None:
    """A service that finds everything right has no error object."""
    assert not judged(ErrorObject, answered("error-1", json={})).is_met


TEMPLATE = "/api/server"
OWN = ["GET", "PATCH"]


def refusals(allow: str | None = "GET, PATCH") -> dict[str, Entry]:
    """Return refusals of all wrong methods of one path."""
    headers = {"Allow": allow} if allow is not None else {}
    entries: list[Entry] = [Fact("paths", {TEMPLATE: OWN})]
    for method in METHODS:
        if method not in OWN:
            label = f"{method} {TEMPLATE}"
            body = {"code": -2112}
            refused = answered(label, 405, json=body, headers=headers, method=method)
            entries.append(refused)
    return {each.label: each for each in entries}


def test_wrong_methods_are_refused() -> None:
    """405 / -2112 for each; a refused HEAD shows its status alone."""
    head = answered("HEAD /api/server", 405, method="HEAD")
    assert judged(MethodNotAllowed, *(refusals() | {head.label: head}).values()).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        answered("PUT /api/server", 404, json={"code": -1001}),
        answered("PUT /api/server", 405, json={"code": -1001}),
        answered("POST /api/server", json={"logLevel": 1}),
        answered("HEAD /api/server", method="HEAD"),
        unanswered("DELETE /api/server"),
    ],
    ids=["404", "other code", "served", "HEAD served", "silent"],
)
def test_a_wrong_method_that_is_served_fails(wrong: Exchange) -> None:
    """One method that gets anything else fails."""
    seen = judged(MethodNotAllowed, *(refusals() | {wrong.label: wrong}).values())
    assert (seen.is_met, seen.labels) == (False, (wrong.label,))


def test_every_path_is_looked_at() -> None:
    """The last path that serves a wrong method fails like the first."""
    paths = Fact("paths", {TEMPLATE: OWN, "/api/last": list(METHODS[1:])})
    entries = refusals() | {"paths": paths}
    served = answered("GET /api/last", json={})
    seen = judged(MethodNotAllowed, *entries.values(), served)
    assert (seen.is_met, seen.labels) == (False, ("GET /api/last",))


def test_every_refusal_lists_the_methods() -> None:
    """One that does not, and one of another status, fail."""
    label = f"DELETE {TEMPLATE}"
    right, other = {"Allow": "GET, PATCH"}, {"Allow": "GET"}
    for wrong in (
        answered(label, 405, headers=other, method="DELETE"),
        answered(label, 404, headers=right, method="DELETE"),
    ):
        seen = judged(AllowHeader, *(refusals() | {label: wrong}).values())
        assert (seen.is_met, seen.labels) == (False, (label,))


@pytest.mark.parametrize("allow", ["GET, PATCH", "PATCH,GET", "GET, PATCH, OPTIONS"])
def test_the_methods_of_a_path_are_listed(allow: str) -> None:
    """In any order; OPTIONS is nobody's business."""
    assert judged(AllowHeader, *refusals(allow).values()).is_met


@pytest.mark.parametrize("allow", [None, "", "GET", "GET, PATCH, PUT", "GET PATCH"])
def test_another_list_of_methods_fails(allow: str | None) -> None:
    """A method too few or too many, and no list, fail."""
    assert not judged(AllowHeader, *refusals(allow).values()).is_met


def unknown() -> dict[str, Exchange]:
    """Return what unknown paths should answer."""
    labels = [
        f"{method} {path}" for path in UNKNOWN_PATHS for method in ("GET", "POST")
    ]
    return {label: error(label, 404, code=-1001) for label in labels}


def test_an_unknown_path_is_not_found() -> None:
    """404 with an error object, of whatever code."""
    assert judged(UnknownPath, *unknown().values()).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        error("GET /no-such-thing", 400),
        error("POST /no-such-thing", 405, code=-2112),
        answered("GET /no-such-thing", 404, body=b"<h1>Not found</h1>"),
        answered("GET /no-such-thing", json={}),
    ],
    ids=["400", "405", "a page", "served"],
)
def test_an_unknown_path_with_another_answer_fails(wrong: Exchange) -> None:
    """Another status, and another body, fail."""
    assert not judged(UnknownPath, *(unknown() | {wrong.label: wrong}).values()).is_met


def test_an_endpoint_without_its_module_says_so() -> None:
    """404 / -1126 on each endpoint meets the clause, and no other code does."""
    asked = Fact("endpoints", ["POST /a", "GET /b"])
    one, two = (error(label, 404, code=-1126) for label in asked.value)
    assert judged(ModuleMissing, asked, one, two).is_met
    other = replace(error("GET /b", 404, code=-1040), started_s=1)
    seen = judged(ModuleMissing, asked, one, other)
    assert (seen.is_met, seen.labels) == (False, ("GET /b",))
