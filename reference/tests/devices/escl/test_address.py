"""Addresses of named scanners."""

from __future__ import annotations

import pytest

from scanwright.devices.escl.address import (
    EsclAddress,
    from_environment,
    parse_addresses,
)


def test_one_scanner_per_line() -> None:
    """Names may have spaces, lines may be empty, the last slash goes."""
    text = "\n Big one = http://10.0.0.9:8080/eSCL/ \n\nSmall=https://[::1]/a/b\n"
    big, small = parse_addresses(text)
    assert big == EsclAddress("Big one", "http://10.0.0.9:8080/eSCL")
    assert (big.host, big.port, big.path) == ("10.0.0.9", 8080, "/eSCL")
    assert (small.host, small.port, small.path) == ("::1", 443, "/a/b")
    assert small.is_secure
    assert not big.is_secure


@pytest.mark.parametrize(
    "line",
    [
        "x",
        "x=",
        "=http://a",
        "x=ftp://a",
        "x=http://",
        "x=http://a:99999",
        "x=http://[a",
    ],
)
def test_wrong_line_is_named(line: str) -> None:
    """The error shows the line and how one looks."""
    with pytest.raises(ValueError, match="Write Name=http"):
        parse_addresses(f"good=http://localhost\n{line}")


def test_environment_may_be_silent() -> None:
    """Without the variable there are no named scanners."""
    assert from_environment({}) == ()
    assert len(from_environment({"SCANWRIGHT_ESCL": "a=http://b"})) == 1
