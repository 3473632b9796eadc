"""The two lists of ports."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.configuration.ports import NUMBERS, clashes, port_numbers
from scanwright.configuration.values import PortNumbers


def test_nothing_given_is_the_published_ports() -> None:
    """The defaults fit together."""
    assert list(clashes({})) == []
    assert port_numbers({}) == PortNumbers()


def test_the_order_does_not_matter() -> None:
    """The name says whose a port is, not its place in the list."""
    given_texts = {
        "Port_mn_0": "dwt",
        "Port_mp_0": "1111",
        "Port_mn_1": "dcp",
        "Port_mp_1": "2222",
    }
    ports = port_numbers(given_texts)
    assert (ports.core, ports.manager) == (1111, 2222)
    assert (ports.core_tls, ports.manager_tls) == (18623, 18626)


@pytest.mark.parametrize(("first", "second"), list(permutations(NUMBERS, 2)))
def test_no_two_ports_are_one(first: str, second: str) -> None:
    """HTTP and TLS, manager and core: each has its own."""
    (clash,) = clashes({first: "20000", second: "20000"})
    assert set(clash) == {first, second}


def test_no_module_has_two_ports() -> None:
    """A list names the manager once and the core once."""
    assert list(clashes({"SSLPort_mn_1": "dcp"})) == [("SSLPort_mn_0", "SSLPort_mn_1")]


@given(st.lists(st.integers(1024, 65535), min_size=4, max_size=4, unique=True))
def test_any_four_ports_will_do(numbers: list[int]) -> None:
    """As long as they are four."""
    texts = dict(zip(NUMBERS, map(str, numbers), strict=True))
    assert not list(clashes(texts))
    manager, core, manager_tls, core_tls = numbers
    assert port_numbers(texts) == PortNumbers(core, core_tls, manager, manager_tls)
