"""The table of methods: complete, and with a consent where something is touched."""

from __future__ import annotations

from scanwright.protocol.access import Access
from scanwright.sessions.methods import METHODS
from scanwright_spec import channel

OF_THE_CONNECTION = {"session.open", "session.close", "call.cancel"}


def test_every_method_of_the_specification_is_there() -> None:
    """The methods are those of the specification, without those of the connection."""
    assert set(METHODS) == set(channel()["methods"]) - OF_THE_CONNECTION


def test_what_touches_the_users_things_asks() -> None:
    """Scanners and files are behind the user's consent; the buffer is the page's."""
    wanted = {"scanner": Access.SCANNER, "scan": Access.SCANNER}
    wanted |= {"file": Access.FILE, "storage": Access.FILE}
    for name, method in METHODS.items():
        assert method.access == wanted.get(name.partition(".")[0]), name
