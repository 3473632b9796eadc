"""The tree of errors: every leaf has a place, a status and a code."""

from __future__ import annotations

import pytest

from scanwright import errors
from scanwright.errors import ClientError, Code, DeviceError, ScanwrightError

LEAVES = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, ScanwrightError)
]


@pytest.mark.parametrize("leaf", LEAVES)
def test_every_error_is_drawn_in_the_tree(leaf: type[ScanwrightError]) -> None:
    """The docstring of the module names it."""
    assert leaf.__name__ in (errors.__doc__ or "")


@pytest.mark.parametrize("leaf", [c for c in LEAVES if issubclass(c, ClientError)])
def test_a_client_error_has_a_client_status(leaf: type[ClientError]) -> None:
    """The request is wrong, so the status begins with 4."""
    assert 400 <= leaf.status < 500
    assert leaf.code < 0


def test_an_error_may_carry_another_code() -> None:
    """A device error says which fault it was."""
    error = DeviceError("Cover open.", code=Code.COVER_OPEN)
    assert (error.code, str(error)) == (Code.COVER_OPEN, "Cover open.")
