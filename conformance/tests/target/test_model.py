"""The target as checks see it."""

from __future__ import annotations

import pytest

from scanwright_conformance.target import Addresses, Device, Port, Target, Unsupported

ONE = Device("One", 0x200, "{1}")


def target(**devices: Device) -> Target:
    """Return a target with `devices` in their roles."""
    urls = {Port.API: "http://127.0.0.1:1"}
    return Target("t", Addresses(urls), frozenset(), devices=devices)


def test_ordinary_roles_fall_to_the_main_scanner() -> None:
    """A feature that any scanner may have needs no scanner of its own."""
    assert target(scanner=ONE).device("feeder") is ONE


@pytest.mark.parametrize("role", ["slow", "second", "dead", "flatbed-only"])
def test_special_roles_do_not(role: str) -> None:
    """A behaviour that an ordinary scanner lacks cannot be had from it."""
    with pytest.raises(Unsupported, match=role):
        target(scanner=ONE).device(role)


def test_a_named_scanner_is_not_replaced() -> None:
    """A scanner that was named for a role and is not listed leaves it empty."""
    cast = target(scanner=ONE)
    cast.roles = {"depth-16": "Two"}
    with pytest.raises(Unsupported, match="depth-16"):
        cast.device("depth-16")


def test_an_address_that_is_not_known_is_unsupported() -> None:
    """A port that was not described cannot be measured."""
    assert target().addresses.url(Port.API) == "http://127.0.0.1:1"
    with pytest.raises(Unsupported, match="manager_tls"):
        target().addresses.url(Port.MANAGER_TLS)


async def test_an_attached_target_cannot_be_started() -> None:
    """Who did not start it cannot start it again."""
    with pytest.raises(Unsupported):
        await target().start()
