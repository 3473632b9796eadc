"""Refusals: what an answer says to programs, and to people."""

from __future__ import annotations

from scanwright.demo.refusals import (
    DatabaseUnusable,
    Refused,
    refusal_object,
    refusal_status,
)
from scanwright.errors import InvalidParameter


def test_a_refusal_tells_where_to_go_on() -> None:
    """The offset is in the answer, even when it is 0."""
    error = Refused(409, "offset", "Begin at byte 0.", offset=0)
    assert refusal_status(error) == 409
    assert refusal_object(error) == {
        "error": "offset",
        "message": "Begin at byte 0.",
        "offset": 0,
    }


def test_errors_of_the_service_have_their_own_status() -> None:
    """They are spelled in the same way."""
    error = InvalidParameter("name must be a text.")
    assert refusal_status(error) == 400
    assert refusal_object(error)["message"] == "name must be a text."


def test_a_database_that_fails_is_no_fault_of_the_page() -> None:
    """It is 503: the same request may do later."""
    error = DatabaseUnusable("disk full")
    assert refusal_status(error) == 503
    assert refusal_object(error) == {"error": "database", "message": "disk full"}
