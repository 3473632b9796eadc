"""Places: names lead to things, or to what is near."""

from __future__ import annotations

import pytest

from scanwright_simulators.control.door import Refused
from scanwright_simulators.control.places import Places
from scanwright_simulators.device import Side
from scanwright_simulators.faces.face import RunningDevice, Site


def test_a_slug_leads_to_its_device(site: Site) -> None:
    """And to no other."""
    assert Places(site).device("flat") is site.devices[1]


@pytest.mark.parametrize("wrong", ["virtual-ofice", "Virtual Office"])
def test_a_misspelt_device_has_near_ones(site: Site, wrong: str) -> None:
    """Also when it is called by its name."""
    with pytest.raises(Refused) as caught:
        Places(site).device(wrong)
    assert (caught.value.status, caught.value.near) == (404, ("virtual-office",))


def test_an_unknown_device_has_all(site: Site) -> None:
    """Where nothing is similar."""
    with pytest.raises(Refused) as caught:
        Places(site).device("zzzz")
    assert caught.value.near == ("virtual-office", "flat")


def test_sheets_are_counted_from_one(site: Site) -> None:
    """As people do."""
    office = site.devices[0]
    number, side, content = Places.side(office, "1", "B")
    assert (number, side) == (1, Side.BACK)
    assert content is office.scanner.feeder.pile[0].sheet.back


def test_addresses_are_those_of_the_device(site: Site) -> None:
    """By its name."""
    running = [
        RunningDevice("Flat", "escl", "there"),
        RunningDevice("Other", "escl", "elsewhere"),
    ]
    found = Places(site, running).addresses(site.devices[1])
    assert found == [{"type": "escl", "address": "there"}]
