"""All scanners, of whatever type."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanwright.devices import catalog as module
from scanwright.devices.catalog import Catalog
from scanwright.devices.escl import discovery
from scanwright.devices.sane.library import FoundDevice, SaneMissing
from scanwright.errors import Code, DeviceError
from scanwright.protocol.scanning import DeviceId, DeviceType

ESCL = DeviceId(DeviceType.ESCL, "http://192.0.2.7:8080/eSCL", "My Scanner")


class Library:
    """A libsane that lists what it is told."""

    def __init__(self, *found: FoundDevice) -> None:
        self.found = list(found)

    def devices(self) -> list[FoundDevice]:
        """List."""
        return self.found


def listing(
    monkeypatch: pytest.MonkeyPatch, *found: FoundDevice, types: DeviceType
) -> list[str]:
    """Addresses in a listing of these SANE devices and one eSCL scanner."""
    monkeypatch.setattr(discovery, "discover", lambda *_, **__: ([ESCL], []))
    catalog = Catalog()
    monkeypatch.setattr(catalog, "_sane", Library(*found))
    return [device.address for device in catalog.list(types, [], mdns=False).devices]


BOTH = DeviceType.SANE | DeviceType.ESCL
AIRSCAN = FoundDevice("airscan:e0:My Scanner", "eSCL", "My Scanner", "ip=192.0.2.7")
BY_ESCL = FoundDevice("escl:http://192.0.2.7:8080", "Make", "Model", "flatbed scanner")


@pytest.mark.parametrize("twin", [AIRSCAN, BY_ESCL])
def test_scanner_of_two_types_is_listed_once(
    monkeypatch: pytest.MonkeyPatch, twin: FoundDevice
) -> None:
    """What our own client found is not listed as SANE too, when both are asked for."""
    assert listing(monkeypatch, twin, types=BOTH) == [ESCL.address]
    assert listing(monkeypatch, twin, types=DeviceType.SANE) == [twin.name]


@pytest.mark.parametrize(
    "other",
    [
        FoundDevice("airscan:e0:Another", "eSCL", "Another", "ip=192.0.2.7"),
        FoundDevice("airscan:e0:My Scanner", "eSCL", "My Scanner", "ip=192.0.2.8"),
        FoundDevice("escl:http://192.0.2.7:9090", "Make", "Model", "flatbed scanner"),
        FoundDevice("test:0", "Noname", "frontend-tester", "virtual device"),
    ],
)
def test_other_scanners_are_listed(
    monkeypatch: pytest.MonkeyPatch, other: FoundDevice
) -> None:
    """Another name, address or port is another scanner."""
    assert listing(monkeypatch, other, types=BOTH) == [other.name, ESCL.address]


VIRTUAL = FoundDevice("test:0", "Noname", "frontend-tester", "virtual device")


@pytest.mark.parametrize(
    ("found", "listed"),
    [
        ((AIRSCAN, VIRTUAL, BY_ESCL), [ESCL.address, VIRTUAL.name]),
        ((VIRTUAL, AIRSCAN), [VIRTUAL.name, ESCL.address]),
        ((VIRTUAL,), [VIRTUAL.name, ESCL.address]),
    ],
)
def test_the_default_scanner_is_the_first_of_every_listing(
    monkeypatch: pytest.MonkeyPatch, found: tuple[FoundDevice, ...], listed: list[str]
) -> None:
    """As eSCL it stands where it stands as SANE; what SANE does not see comes last."""
    default = listing(monkeypatch, *found, types=DeviceType.SANE)[0]
    assert default == found[0].name
    assert listing(monkeypatch, *found, types=BOTH) == listed


def test_types_are_those_asked_for(sane_config: Path) -> None:
    """A mask without a bit that Linux has gives nothing."""
    del sane_config
    assert Catalog().list(DeviceType.TWAIN, [], mdns=False).devices == ()


def test_equal_names_carry_their_address(sane_config: Path) -> None:
    """Two scanners of one model can be told apart by their names."""
    del sane_config
    found = Catalog().list(DeviceType.SANE, [], mdns=False)
    assert [device.name for device in found.devices] == [
        "Noname frontend-tester (test:0)",
        "Noname frontend-tester (test:1)",
    ]


def test_missing_libsane_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without libsane the listing is empty and says what to install."""

    def missing() -> None:
        raise SaneMissing("apt-get install libsane1")

    monkeypatch.setattr(module, "Sane", missing)
    catalog = Catalog()
    catalog.prepare()
    found = catalog.list(DeviceType.SANE, [], mdns=False)
    assert (found.devices, found.notes) == ((), ("apt-get install libsane1",))


def test_type_of_another_system_cannot_be_opened() -> None:
    """A device of a type that Linux does not have is not found."""
    with pytest.raises(DeviceError) as caught:
        Catalog().open(DeviceId(DeviceType.TWAIN, "x", "X"))
    assert caught.value.code is Code.SOURCE_NOT_FOUND


def test_sane_device_is_opened(sane_config: Path) -> None:
    """A SANE device is opened by its name."""
    del sane_config
    catalog = Catalog()
    device = catalog.open(DeviceId(DeviceType.SANE, "test:1", "X"))
    assert device.describe().inputs
    device.close()
    catalog.sane().close()
