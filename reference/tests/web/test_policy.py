"""The policy of pages: their own scripts, the service, and nobody else."""

from __future__ import annotations

from scanwright.web.policy import page_policy


def test_the_pages_reach_the_service_and_nobody_else() -> None:
    """All four ports, by all four schemes; scripts come from here alone."""
    policy = dict(
        part.split(" ", 1)
        for part in page_policy((1, 2, 3, 4), ("https://scans.example.test",)).split(
            "; "
        )
    )
    reachable = set(policy["connect-src"].split())
    for scheme in ("http", "https", "ws", "wss"):
        assert {f"{scheme}://127.0.0.1:{port}" for port in (1, 2, 3, 4)} <= reachable
    assert "https://scans.example.test" in reachable
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
