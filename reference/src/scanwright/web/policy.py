"""The Content-Security-Policy of pages that use the service, whoever serves them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

__all__ = ["page_policy"]

LOOPBACK: Final = ("127.0.0.1", "localhost")


def page_policy(ports: Sequence[int], imports: Sequence[str] = ()) -> str:
    """Return a policy for pages with their own scripts alone.

    They may reach the service on these ports, and fetch from the sites in `imports`.
    """
    places = [f"{host}:{port}" for host in LOOPBACK for port in ports]
    web_places = [f"{scheme}://{at}" for scheme in ("http", "https") for at in places]
    sockets = [f"{scheme}://{at}" for scheme in ("ws", "wss") for at in places]
    reachable = " ".join(["'self'", *web_places, *sockets, *imports])
    pictures = " ".join(["'self'", "blob:", "data:", *web_places])
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"img-src {pictures}",
            f"connect-src {reachable}",
            f"media-src {pictures}",
            "worker-src 'self'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ]
    )
