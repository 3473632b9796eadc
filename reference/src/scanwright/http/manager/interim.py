"""The manager's welcome page: what runs here, and how to use it.

Implements: PORTS-manager-http, PORTS-manager-tls, PORTS-core-only-rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template

from aiohttp import web

from scanwright import __version__
from scanwright.http.routes import Endpoints
from scanwright.jobs.registry import Jobs
from scanwright.protocol.scanning import DEFAULT_TYPES, DeviceId, DeviceType

__all__ = ["Manager"]

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"


@dataclass(frozen=True, slots=True)
class Manager:
    """The handlers of the manager ports."""

    addresses: Mapping[str, str]
    ca: Path
    jobs: Jobs

    def endpoints(self) -> Endpoints:
        """Return the table of paths."""
        return {"/": {"GET": self.welcome}, "/ca.pem": {"GET": self.authority}}

    async def welcome(self, _request: web.Request) -> web.StreamResponse:
        """Show state, version, addresses and scanners."""
        devices = await self.jobs.list_devices(DEFAULT_TYPES | DeviceType.ESCL)
        page = Template((files("scanwright.web") / "welcome.html").read_text("utf-8"))
        html = page.substitute(
            version=escape(__version__),
            api=escape(self.addresses["api"]),
            addresses="\n".join(
                f"<tr><th scope='row'>{escape(role)}</th><td><code>{escape(url)}</code>"
                "</td></tr>"
                for role, url in self.addresses.items()
            ),
            devices="\n".join(map(_device_row, devices)) or _NO_DEVICES,
        )
        return web.Response(
            text=html,
            content_type="text/html",
            headers={"Content-Security-Policy": POLICY, "Cache-Control": "no-store"},
        )

    async def authority(self, _request: web.Request) -> web.StreamResponse:
        """Hand out the local CA's certificate, for stores of other programs."""
        return web.Response(
            body=self.ca.read_bytes(),
            content_type="application/x-pem-file",
            headers={"Content-Disposition": "attachment; filename=scanwright-ca.pem"},
        )


def _device_row(device: DeviceId) -> str:
    kind = _INTERFACES.get(device.type, device.type.name or "")
    return f"<tr><td>{escape(device.name)}</td><td>{escape(kind)}</td></tr>"


_INTERFACES = {DeviceType.ESCL: "eSCL", DeviceType.WIFI_DIRECT: "Wi-Fi Direct"}

_NO_DEVICES = (
    "<tr><td colspan='2'>None found. <code>scanwright up</code> starts the service "
    "with virtual ones.</td></tr>"
)
