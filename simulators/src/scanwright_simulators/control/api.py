"""The control interface: steers running scanners over HTTP, on this machine only.

What it understands is told in openapi.yaml, which it also serves; who may ask is
decided by `door.py`. All devices belong to the event loop that serves this.
"""

from __future__ import annotations

import errno
import functools
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from aiohttp import web

from scanwright_simulators.control import panel
from scanwright_simulators.control.actions import Actions
from scanwright_simulators.control.door import add_headers, door
from scanwright_simulators.control.news import News
from scanwright_simulators.control.places import Places
from scanwright_simulators.control.registry import ENV_CONTROL
from scanwright_simulators.errors import StartError
from scanwright_simulators.faces.face import RunningDevice, Site

__all__ = ["application", "serving"]

LOOPBACK: Final = "127.0.0.1"
BODY_BYTES: Final = 1024 * 1024
"""Of JSON; forms with files have a limit of their own."""
END_S: Final = 1.0
"""How long an answer under way may take when the simulation ends."""
DESCRIPTION: Final = "openapi.yaml"


def application(
    site: Site,
    *,
    scenario_name: str,
    running: Sequence[RunningDevice] = (),
    variables: Mapping[str, str] = MappingProxyType({}),
) -> web.Application:
    """Return the interface to the devices of `site`, and its front panel."""
    places = Places(site, running)
    actions, news = Actions(places), News(places)

    async def about(request: web.Request) -> web.StreamResponse:
        environment = {**variables, ENV_CONTROL: f"http://{request.host}"}
        facts = {"scenario": scenario_name, "environment": environment}
        return web.json_response(facts)

    async def end_waiting(_application: web.Application) -> None:
        news.close()

    app = web.Application(middlewares=[door], client_max_size=BODY_BYTES)
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(end_waiting)
    app.add_routes(panel.routes())
    app.add_routes(
        [
            web.get("/api", about),
            web.get(f"/api/{DESCRIPTION}", _describe),
            web.get("/api/devices", actions.devices),
            web.post("/api/reset", actions.reset_all),
            web.get("/api/journal", news.journal),
            web.get("/api/events", news.events),
        ],
    )
    app.add_routes(_device_routes(actions))
    return app


@asynccontextmanager
async def serving(
    site: Site,
    port: int = 0,
    scenario_name: str = "",
    running: Sequence[RunningDevice] = (),
    variables: Mapping[str, str] = MappingProxyType({}),
) -> AsyncIterator[str]:
    """Serve the control for as long as the block lasts; yields its address.

    `running` is where hosts find the devices, for people to see; `variables` is by what
    programs find them.

    Raises:
        StartError: The port cannot be had.
    """
    app = application(
        site,
        scenario_name=scenario_name,
        running=running,
        variables=variables,
    )
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=END_S)
    await runner.setup()
    try:
        server = web.TCPSite(runner, LOOPBACK, port)
        try:
            await server.start()
        except OSError as error:
            reason = errno.errorcode.get(error.errno or 0, "") or error.strerror
            message = (
                f"port {port} for the control cannot be had ({reason}); "
                "choose another, or 0 for any"
            )
            raise StartError(message) from error
        _host, bound = runner.addresses[0][:2]
        yield f"http://{LOOPBACK}:{bound}"
    finally:
        await runner.cleanup()


def _device_routes(actions: Actions) -> list[web.RouteDef]:
    on, base = actions.on_device, "/api/devices/{slug}"
    return [
        web.get(base, on(actions.show)),
        web.get(f"{base}/glass.png", on(actions.glass)),
        web.get(f"{base}/sheets/{{number}}/{{side}}.png", on(actions.sheet)),
        web.post(f"{base}/load", on(actions.load)),
        web.post(f"{base}/eject", on(actions.eject)),
        web.get(f"{base}/faults", on(actions.faults)),
        web.post(f"{base}/faults", on(actions.add_fault)),
        web.delete(f"{base}/faults", on(actions.remove_faults)),
        web.delete(f"{base}/faults/{{rule}}", on(actions.remove_fault)),
        web.post(f"{base}/strike", on(actions.strike)),
        web.post(f"{base}/clear", on(actions.clear)),
        web.post(f"{base}/buttons/{{name}}/press", on(actions.press)),
        web.put(f"{base}/cover", on(actions.cover)),
        web.put(f"{base}/plugged", on(actions.plugged)),
        web.put(f"{base}/lock", on(actions.lock)),
        web.delete(f"{base}/lock", on(actions.unlock)),
        web.post(f"{base}/sleep", on(actions.sleep)),
        web.post(f"{base}/reset", on(actions.reset)),
    ]


async def _describe(_request: web.Request) -> web.StreamResponse:
    return web.Response(text=_description(), content_type="application/yaml")


@functools.cache
def _description() -> str:
    file = files("scanwright_simulators.control") / DESCRIPTION
    return file.read_text("utf-8")
