"""The hint: exact commands, for the ports that the service really has."""

from __future__ import annotations

from scanwright.http.manager.firewall import hints

ADDRESSES = {"api": "http://127.0.0.1:18622", "api_tls": "https://127.0.0.1:18623"}


def test_the_commands_name_the_core_ports() -> None:
    """And not the manager's, which stays on its machine."""
    commands = [hint.commands for hint in hints(ADDRESSES, lambda _: None)]
    assert commands == [
        ("sudo ufw allow proto tcp to any port 18622,18623",),
        (
            "sudo firewall-cmd --permanent --add-port=18622/tcp --add-port=18623/tcp",
            "sudo firewall-cmd --reload",
        ),
    ]


def test_the_installed_firewall_comes_first() -> None:
    """Whoever has firewalld reads about that."""
    found = hints(ADDRESSES, lambda name: name == "firewall-cmd" or None)
    assert [(h.firewall, h.is_installed) for h in found] == [
        ("firewalld", True),
        ("ufw", False),
    ]
