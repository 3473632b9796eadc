"""The words that clauses are made with."""

from __future__ import annotations

import re

from scanwright_spec import CAPABILITIES, GAPS, capabilities


def test_capabilities_are_of_five_kinds() -> None:
    """A target declares it, has it attached, is managed, or runs there."""
    kinds = {"declared", "hardware", "virtual", "managed", "platform"}
    assert {c.kind for c in capabilities()} == kinds
    assert [c.name for c in capabilities()] == list(CAPABILITIES)


def test_capability_is_a_name_and_a_sentence() -> None:
    """Names can be written in a target's description without quotes."""
    for capability in capabilities():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", capability.name)
        assert capability.meaning.endswith(".")


def test_gaps_are_questions() -> None:
    """An open point is asked, not told."""
    assert all(question.endswith("?") for question in GAPS.values())
