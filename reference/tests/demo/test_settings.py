"""Settings: the ports of a service, and where the pages lie."""

from __future__ import annotations

from scanwright.demo.settings import DemoSettings, service_ports


def test_a_service_has_four_ports() -> None:
    """They are counted from the first."""
    assert service_ports(18622) == (18622, 18623, 18625, 18626)


def test_the_pages_lie_in_the_package() -> None:
    """So an installed server finds them."""
    assert (DemoSettings().web / "demos" / "scanner" / "index.html").is_file()
