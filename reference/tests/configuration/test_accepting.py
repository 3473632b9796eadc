"""What values look like."""

from __future__ import annotations

import pytest

from scanwright.configuration import accepting
from scanwright.protocol.origins import OriginPolicy


@pytest.mark.parametrize("text", ["1024", "18622", "65535"])
def test_a_port_is_a_number_of_its_range(text: str) -> None:
    """From 1024 to 65535, the ends included."""
    assert accepting.parse_port(text) == int(text)


@pytest.mark.parametrize(
    "text",
    ["", "0", "80", "1023", "65536", "-1", "1e4", "0x5000", "\u0661024", "9" * 5000],
)
def test_another_number_is_no_port(text: str) -> None:
    """Neither a privileged port, nor one that does not exist, nor other digits."""
    with pytest.raises(ValueError, match=r"^"):
        accepting.parse_port(text)


@pytest.mark.parametrize("text", ["192.0.2.7", "127.0.0.1", "::", "2001:db8::7"])
def test_an_address_is_one_of_ip(text: str) -> None:
    """Both versions are accepted; nothing is no address."""
    assert accepting.parse_address(text) == text
    assert accepting.parse_address("") is None


@pytest.mark.parametrize(
    "text", ["scanner.example.com", "192.0.2", "192.0.2.7:80", "x"]
)
def test_a_name_is_no_address(text: str) -> None:
    """What has to be looked up first is refused."""
    with pytest.raises(ValueError, match=r"^"):
        accepting.parse_address(text)


@pytest.mark.parametrize(("text", "truth"), [("TRUE", True), ("false", False)])
def test_truth_has_two_words(text: str, *, truth: bool) -> None:
    """In any capitals."""
    assert accepting.parse_truth(text) is truth
    assert accepting.show_truth(truth) == text.upper()


@pytest.mark.parametrize("text", ["", "1", "on", "WAHR"])
def test_other_words_are_not_true(text: str) -> None:
    """And not false either: they are refused."""
    with pytest.raises(ValueError, match=r"^"):
        accepting.parse_truth(text)


def test_origins_are_a_list() -> None:
    """Spaces do not matter; the port of the scheme goes without saying."""
    policy = accepting.parse_origins(
        "https://A.example:443 ,http://b.example:80,https://c.example:8443"
    )
    assert accepting.show_origins(policy) == (
        "http://b.example, https://a.example, https://c.example:8443"
    )
    assert accepting.parse_origins(accepting.show_origins(policy)) == policy


def test_a_star_is_everybody() -> None:
    """`*` alone is no list."""
    assert accepting.parse_origins("*") == OriginPolicy()
    assert accepting.show_origins(OriginPolicy()) == "*"


@pytest.mark.parametrize(
    "text", ["", "a.example", "https://a.example,", "https://a/,*"]
)
def test_a_list_with_a_mistake_is_refused(text: str) -> None:
    """Each part must be an origin."""
    with pytest.raises(ValueError, match="is no origin"):
        accepting.parse_origins(text)


def test_of_a_list_with_a_mistake_the_rest_is_good() -> None:
    """A mistake never lets anybody in who is not named."""
    policy = accepting.good_origins("https://a.example, b.example, *")
    assert policy.allowed == frozenset({"https://a.example"})
    assert accepting.good_origins("").allowed == frozenset()
