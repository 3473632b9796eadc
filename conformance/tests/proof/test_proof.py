"""What a proof says at its end."""

from __future__ import annotations

import pytest

from scanwright_conformance.proof.proof import Proof, as_table


@pytest.mark.parametrize(
    ("tried", "problems", "holds", "word"),
    [
        (3, (), True, "holds"),
        (3, ("a",), False, "1 problems"),
        (0, (), False, "nothing"),
    ],
)
def test_a_claim_holds_when_it_was_tried(
    tried: int,
    problems: tuple[str, ...],
    holds: bool,  # noqa: FBT001 - a parameter of the table
    word: str,
) -> None:
    """What was not tried is not proven."""
    proof = Proof("p", "it works", tried, problems, 1.0)
    assert proof.holds == holds
    assert word in as_table([proof])
