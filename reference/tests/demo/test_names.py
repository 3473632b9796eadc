"""Names, types and fields: what is taken, and what is refused with words."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.demo.names import (
    OCTETS,
    check_fields,
    check_name,
    check_sha256,
    check_type,
)
from scanwright.errors import InvalidParameter


@pytest.mark.parametrize("name", ["a.pdf", "Größe 2.tif", "年報.pdf", "x" * 255, "..a"])
def test_names_of_files_are_taken_as_they_are(name: str) -> None:
    """In any alphabet, up to 255 characters."""
    assert check_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *(None, 7, "", "x" * 256, ".", "..", "a/b", "a\\b", "a\0b", "a\nb"),
        *("a\u202efdp.exe", "\ud800"),
    ],
)
def test_other_names_are_refused(name: object) -> None:
    """Paths, signs that nobody sees, and what is no text."""
    with pytest.raises(InvalidParameter, match="name"):
        check_name(name)


@given(st.text())
def test_a_name_that_is_taken_can_be_stored(name: str) -> None:
    """Databases and headers want UTF-8 without NUL and line breaks."""
    try:
        taken = check_name(name)
    except InvalidParameter:
        return
    assert taken.encode().isascii() or taken
    assert not set(taken) & {"\0", "\r", "\n"}


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("application/pdf", "application/pdf"),
        ("Text/HTML; charset=utf-8", "text/html"),
        ("", OCTETS),
        (None, OCTETS),
    ],
)
def test_types_lose_their_parameters(given: str | None, taken: str) -> None:
    """A type that is not told is that of any bytes."""
    assert check_type(given) == taken


@pytest.mark.parametrize("text", ["pdf", "a/b/c", "a/b\r\nX: y", "a/" + "b" * 100, 5])
def test_what_is_no_type_is_refused(text: object) -> None:
    """It would end up in a header."""
    with pytest.raises(InvalidParameter, match="type"):
        check_type(text)


def test_checksums_are_hexadecimal() -> None:
    """Of either case, or not there."""
    assert check_sha256("AB" * 32) == "ab" * 32
    assert check_sha256(None) is None
    for wrong in ("ab", "zz" * 32, 5):
        with pytest.raises(InvalidParameter, match="sha256"):
            check_sha256(wrong)


def test_fields_become_json() -> None:
    """Whatever is in them can be stored, since it is ASCII."""
    text = check_fields({"note": "\0 \ud800 ü"})
    assert text.isascii()
    assert json.loads(text) == {"note": "\0 \ud800 ü"}


@pytest.mark.parametrize(
    "fields",
    [
        {str(number): "" for number in range(33)},
        {"": "x"},
        {"n" * 101: "x"},
        {"n": "x" * 4097},
        {"n": 5},
    ],
)
def test_too_much_in_fields_is_refused(fields: dict[str, object]) -> None:
    """Each bound has its message."""
    with pytest.raises(InvalidParameter, match="field"):
        check_fields(fields)
