"""XML from strangers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.devices.escl.xml import LARGEST_BYTES, number, parse, text, texts
from scanwright.errors import DeviceError

BOMB = '<!DOCTYPE a [<!ENTITY b "bang"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_are_refused(encoding: str) -> None:
    """Entities cannot be declared, in no encoding."""
    with pytest.raises(DeviceError, match="document type"):
        parse(BOMB.encode(encoding), "a")


@pytest.mark.parametrize(
    "data", [b"", b"<a>", b"<b/>", b"\xff\xfe\x00", b"<a/>" + b" " * LARGEST_BYTES]
)
def test_what_is_no_such_document_is_refused(data: bytes) -> None:
    """Nothing, a broken one, another one, gibberish, and too much."""
    with pytest.raises(DeviceError, match="cannot be used"):
        parse(data, "a")


@given(st.binary(max_size=80))
def test_gibberish_is_an_error_of_the_device(data: bytes) -> None:
    """No bytes raise anything but a DeviceError."""
    with pytest.raises(DeviceError):
        parse(data, "ScannerStatus")


def test_names_count_without_namespace() -> None:
    """Prefixes differ between devices, local names do not."""
    root = parse(b'<x:a xmlns:x="any"><x:b> 1 </x:b><b/><b>two</b></x:a>', "a")
    assert texts(root, "b") == ["1", "two"]
    assert text(root, "c") == ""
    assert number(root, "b") == 1
    assert number(root, "c", 7) == 7
    with pytest.raises(DeviceError, match="c is ''"):
        number(root, "c")
