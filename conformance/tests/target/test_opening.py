"""From a description to a target and to whoever controls it."""

from __future__ import annotations

from dataclasses import replace

from scanwright_conformance.target import (
    AdapterControl,
    Addresses,
    CommandControl,
    Description,
    Port,
    control_for,
    described_target,
)

ADDRESSES = Addresses({Port.API: "http://127.0.0.1:1"})
ATTACHED = Description("x", ADDRESSES, frozenset({"scanner"}), version="2")


def test_who_controls_a_target_is_described() -> None:
    """A command, an adapter, or nobody."""
    started = replace(ATTACHED, command=("served",))
    adapted = replace(ATTACHED, adapter=("adapter",))
    assert control_for(ATTACHED) is None
    assert isinstance(control_for(started), CommandControl)
    assert isinstance(control_for(adapted), AdapterControl)


def test_a_target_is_as_it_is_described() -> None:
    """What the description says of it is what checks see."""
    target = described_target(replace(ATTACHED, control="http://127.0.0.1:7"))
    assert (target.name, target.version) == ("x", "2")
    assert target.addresses == ADDRESSES
    assert target.capabilities == {"scanner"}
    assert target.control_url == "http://127.0.0.1:7"
