"""Which network scanners answer."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from scanwright.devices.escl import discovery
from scanwright.devices.escl.address import EsclAddress
from scanwright.devices.escl.mdns import MdnsMissing
from scanwright.protocol.scanning import DeviceId, DeviceType


async def test_scanner_that_answers_is_listed(scanner: Any) -> None:
    """A named scanner is listed by its name, one that is off is noted."""
    off = EsclAddress("Off", "http://127.0.0.1:1/eSCL")
    devices, notes = await asyncio.to_thread(
        discovery.discover, [off, scanner.address], mdns=False
    )
    assert devices == [DeviceId(DeviceType.ESCL, scanner.address.url, "Test")]
    assert len(notes) == 1
    assert "Off is not listed" in notes[0]


async def test_announced_scanner_is_listed_once(
    scanner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scanner that is named and announced has the name that it was given."""
    announced = EsclAddress("Announced", scanner.address.url)
    monkeypatch.setattr(discovery, "browse", lambda *_: [announced])
    devices, _ = await asyncio.to_thread(
        discovery.discover, [scanner.address], mdns=True
    )
    assert [device.name for device in devices] == ["Test"]
    devices, _ = await asyncio.to_thread(discovery.discover, [], mdns=True)
    assert [device.name for device in devices] == ["Announced"]


def test_missing_mdns_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without zeroconf the listing goes on and says what is missing."""

    def missing(*_: object) -> None:
        raise MdnsMissing("install it")

    monkeypatch.setattr(discovery, "browse", missing)
    assert discovery.discover([], mdns=True) == ([], ["install it"])
