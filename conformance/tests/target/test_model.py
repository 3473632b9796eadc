"""The target as checks see it."""

from __future__ import annotations

import pytest

from scanwright_conformance.target import (
    Addresses,
    CommandControl,
    Device,
    Manner,
    Port,
    Target,
    Unsupported,
)

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


async def test_a_run_must_do_without_scanners_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What it must do without plays no role, whoever is listed."""

    async def listing(_: str) -> tuple[Device, ...]:
        return (ONE, Device("Slow", 0x200, "{2}"))

    monkeypatch.setattr("scanwright_conformance.target._model.list_devices", listing)
    seen = target()
    seen.roles = {"scanner": "One", "slow": "Slow", "gray": "One"}
    await seen.discover()
    assert list(seen.devices) == ["scanner", "slow", "gray"]
    seen.withheld = frozenset({"slow-scanner"})
    await seen.discover()
    assert list(seen.devices) == ["scanner", "gray"]


async def test_an_attached_target_cannot_be_started() -> None:
    """Who did not start it cannot start it again."""
    with pytest.raises(Unsupported):
        await target().start()


class Bridge:
    """A detour that adds a thousand to each port."""

    mishaps = ("one fell off",)

    async def addresses(self, direct: Addresses) -> Addresses:
        """Lead over the bridge."""
        return Addresses({port: f"{url}000" for port, url in direct.urls.items()})

    def front(self, port: int) -> int:
        """Add it."""
        return port * 1000

    def past(self, host: str, port: int) -> tuple[str, int]:
        """Take it away."""
        return host, port // 1000


class Started(CommandControl):
    """A control whose service is there at once."""

    async def start(self, _: Manner = Manner.USUAL) -> Addresses:
        """Be there."""
        return Addresses({Port.API: "http://127.0.0.1:9"})


async def test_a_target_is_reached_by_its_detour() -> None:
    """From when it is taken, also after a start; the addresses are the detour's."""
    seen = target()
    assert (seen.mishaps, seen.front(9)) == ((), 9)
    assert seen.past("h", 9) == ("h", 9)
    assert seen.direct_url(Port.API) == "http://127.0.0.1:1"
    await seen.take(Bridge())
    assert seen.addresses.url(Port.API) == "http://127.0.0.1:1000"
    seen.control = Started(("served",), timeout_s=1)
    await seen.start()
    assert seen.addresses.url(Port.API) == "http://127.0.0.1:9000"
    assert (seen.mishaps, seen.front(9)) == (("one fell off",), 9000)
    assert seen.past("h", 9000) == ("h", 9)
    assert seen.direct_url(Port.API) == "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("is_managed", "described", "announced", "level"),
    [
        (False, None, None, "L1"),
        (False, "http://h:7", None, "L1"),
        (True, None, None, "L2"),
        (True, "http://h:7", None, "L3"),
        (True, None, "http://h:7", "L3"),
    ],
)
def test_assurance_grows_with_what_is_controlled(
    described: str | None,
    announced: str | None,
    level: str,
    *,
    is_managed: bool,
) -> None:
    """Its life is one level, virtual scanners beside it are another."""
    seen = target()
    if is_managed:
        seen.control = CommandControl(("served",), timeout_s=1)
    seen.known_control = described
    seen.addresses = Addresses({}, control=announced)
    assert seen.assurance == level
