"""Where a target is said to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanwright_conformance.places import (
    PlaceError,
    check_place,
    check_url,
    described,
    is_url,
)
from scanwright_conformance.target import DescriptionError, Port


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9", "https://h", "http://[::1]:80/api", "http://ü.de:1"]
)
def test_addresses_are_taken(url: str) -> None:
    """Of either scheme and family."""
    assert is_url(url)
    check_place(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://",
        "http://:80",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:x",
        "http://[::1",
        "http://a b",
        "http://h..x",
    ],
)
def test_what_is_no_address_is_told(url: str) -> None:
    """With what one looks like."""
    with pytest.raises(PlaceError, match=r"is no address: .*; give one like http://"):
        check_url(url)


def test_a_file_is_read(tmp_path: Path) -> None:
    """Whatever is no address is the name of one."""
    file = tmp_path / "target.toml"
    file.write_text(
        '[target]\napi = "http://h:1"\n[hardware]\ncontrol = "http://h:2"\n'
    )
    check_place(str(file))
    addresses = described(file).addresses
    assert addresses is not None
    assert addresses.urls == {Port.API: "http://h:1"}


def test_a_managed_target_has_no_addresses_yet(tmp_path: Path) -> None:
    """It tells them when it starts."""
    file = tmp_path / "target.toml"
    file.write_text('[start]\ncommand = ["true"]\n')
    assert described(file).is_managed


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"[target]\nname = '\xff'", "must be in UTF-8, and byte 17 is not"),
        (b"[target]\napi = 'http://h:99999'", "'http://h:99999' is no address"),
        (
            b"[target]\napi = 'http://h'\n[hardware]\ncontrol = 'http://[h'",
            r"'http://\[h' is no address",
        ),
    ],
)
def test_what_a_file_has_wrong_is_told(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    """With its name."""
    file = tmp_path / "target.toml"
    file.write_bytes(content)
    with pytest.raises(DescriptionError, match=rf"target\.toml: {problem}"):
        check_place(str(file))
