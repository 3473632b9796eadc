"""The parts of a specification as values."""

from __future__ import annotations

import pytest

from scanwright_spec import Level, SpecificationError


@pytest.mark.parametrize(
    ("level", "is_required"),
    [
        (Level.MUST, True),
        (Level.MUST_NOT, True),
        (Level.SHOULD, False),
        (Level.SHOULD_NOT, False),
        (Level.MAY, False),
    ],
)
def test_must_and_must_not_are_required(
    level: Level,
    is_required: bool,  # noqa: FBT001 - a parameter of the table above
) -> None:
    """A service that breaks one of these is not conformant."""
    assert level.is_required is is_required


def test_error_says_where() -> None:
    """An editor can jump to `file:line:`."""
    error = SpecificationError("a.md", 7, "it is wrong")
    assert str(error) == "a.md:7: it is wrong"
