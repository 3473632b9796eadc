"""Edits, questions and options on their way to a worker."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.processes.addon_messages import (
    EditPage,
    MeasurePage,
    ReadFile,
    Room,
    WriteFile,
)
from scanwright.processes.channel import Message, decode, encode
from scanwright.protocol.edits import Analysis, Edit
from scanwright.protocol.saving import SaveOptions
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source

# Before the strategies are made; a NaN would not equal itself.
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
GRAY = Depth(PixelType.GRAY, 8)
ROOM = Room(3, 4096, PageFormat(9, 7, GRAY, (300, 300), Source.FLATBED))


def again(message: Message) -> Message:
    """Send a message through a packet."""
    return decode(encode(message))


@pytest.mark.parametrize("kind", get_args(Edit))
def test_every_edit_is_the_same_one_at_the_other_end(kind: type[Edit]) -> None:
    """Also those that have no members to tell them apart."""

    @given(st.from_type(kind))
    def check(edit: Edit) -> None:
        message = EditPage(ROOM, edit)
        assert again(message) == message

    check()


@pytest.mark.parametrize("kind", get_args(Analysis))
def test_every_question_is_the_same_one_at_the_other_end(kind: type[Analysis]) -> None:
    """Also those that have no members to tell them apart."""

    @given(st.from_type(kind))
    def check(analysis: Analysis) -> None:
        message = MeasurePage(ROOM, analysis)
        assert again(message) == message

    check()


@given(st.from_type(SaveOptions))
def test_options_survive(options: SaveOptions) -> None:
    """With everything that they hold."""
    assert again(WriteFile(options, 2)) == WriteFile(options, 2)


def test_a_password_is_in_no_log() -> None:
    """What is printed of a message does not show it."""
    assert "secret" not in repr(ReadFile("a.pdf", "secret", 200, 9))
