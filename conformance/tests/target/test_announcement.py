"""What a started service says: read, or refused with the member that is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scanwright_conformance.target import Addresses, Port
from scanwright_conformance.target._announcement import (
    Announcement,
    NoAnnouncement,
    announcement_in,
)

API = "http://127.0.0.1:1"


def test_every_member_has_its_place() -> None:
    """The path of the REST interface is not part of a URL."""
    said = {
        "api": f"{API}/api/",
        "manager": "http://127.0.0.1:2/",
        "manager_tls": None,
        "ca": "/ca.pem",
        "home": "/srv",
        "pid": 7,
        "control": "http://127.0.0.1:3/",
    }
    urls = {Port.API: API, Port.MANAGER: "http://127.0.0.1:2"}
    addresses = Addresses(urls, Path("/ca.pem"), "http://127.0.0.1:3")
    assert announcement_in(said) == Announcement(addresses, Path("/srv"), 7)


def test_the_address_of_the_interface_is_enough() -> None:
    """What is not said is not known; what nobody asked for is passed over."""
    said = announcement_in({"api": API, "colour": "blue"})
    assert said == Announcement(Addresses({Port.API: API}))


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ([1], r"\[1\] is no JSON object"),
        ({}, "'api' is missing"),
        ({"api": 5}, "'api' is 5, and no string"),
        ({"api": API, "home": ["/srv"]}, "'home' is .*, and no string"),
        ({"api": API, "pid": "7"}, "'pid' is \"7\", and no number"),
        ({"api": API, "pid": True}, "'pid' is true, and no number"),
        ({"api": API, "pid": -1}, "'pid' is -1, and no number"),
    ],
)
def test_what_is_wrong_is_told(said: Any, message: str) -> None:
    """The author of a command or an adapter learns which member to mend."""
    with pytest.raises(NoAnnouncement, match=message):
        announcement_in(said)
