"""Main: the process that serves, from its options to its orderly end.

What it is made of is in `app`; here is how one process lives with it: it locks the
home, takes the ports or goes on with those of the main before, watches its monitor and
helper, and says where it is to whoever has started it.

Implements: SERVICE-one-instance, SERVICE-ports-kept, SERVICE-stop-complete.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import logging
import os
import sys
from dataclasses import astuple
from typing import Final

import aiohttp

from scanwright import __version__, log
from scanwright.app import Service, running_service
from scanwright.certificates.settling import settle_certificates
from scanwright.configuration.first_files import write_first_files
from scanwright.configuration.watch import ConfigurationWatch
from scanwright.errors import DeviceError, ScanwrightError
from scanwright.home import Home
from scanwright.http.ports import Ports, adopt_ports, take_ports
from scanwright.modules import registry
from scanwright.options import ServeOptions, parse_options
from scanwright.protocol.scanning import DEFAULT_TYPES, DeviceId, DeviceType
from scanwright.supervision.dumps import Dumps
from scanwright.supervision.estate import Estate
from scanwright.supervision.link import Link
from scanwright.supervision.lock import PortLock
from scanwright.supervision.program import MAIN
from scanwright.supervision.watch import Supervision

__all__ = ["DEFECT", "run"]

DEFECT: Final = 70
"""Exit status of a main that ends by a defect of its own: EX_SOFTWARE."""

LOG: Final = "service.log"

logger = logging.getLogger(__name__)


def run(estate: Estate, link: Link | None) -> int:
    """Be main until the service is stopped; return the exit status.

    `link` leads to the monitor, if there is one.
    """
    options = parse_options(estate.argv, os.environ)
    home = Home(options.home.absolute())
    dumps: Dumps | None = None
    status = 0
    try:
        home.create()
        write_first_files(home)
        watch = ConfigurationWatch(home, override=options.override)
        log.conceal(*filter(None, [options.licence_key]))
        level = watch.configuration.log_level
        log.set_up(home.log / LOG, level, form=options.log_form)
        dumps = _dumps(home, estate)
        settle_certificates(home.cert)  # before the event loop: it may fork
        asyncio.run(_serve(options, home, watch, estate, link))
    except ScanwrightError as error:
        print(f"scanwright serve: {error}", file=sys.stderr)
        status = 1
    except OSError as error:
        print(f"scanwright serve: {home.folder}: {_words(error)}", file=sys.stderr)
        status = 1
    except Exception:  # the edge of the process: logged, and left for a dump
        logger.exception("main ends by a defect")
        if dumps:
            dumps.trace_exception()
        return DEFECT
    if dumps:
        dumps.untrace(MAIN)
    return status


def _words(error: OSError) -> str:
    """Say what the system has said, and what helps."""
    remedy = {
        errno.ENOSPC: "Free some space, or choose another folder with --home.",
        errno.EDQUOT: "Free some space, or choose another folder with --home.",
        errno.EROFS: "Make it writable, or choose another folder with --home.",
    }
    return f"{error}. {remedy.get(error.errno or 0, '')}".rstrip()


def _dumps(home: Home, estate: Estate) -> Dumps:
    """Begin the trace of this process, and see to those that nobody looked at."""
    system = os.uname()
    estate.settle(dump=home.dump, log=home.log / LOG, lock=home.port_lock)
    estate.versions = {
        "scanwright": __version__,
        "Python": sys.version.partition(" ")[0],
        "aiohttp": aiohttp.__version__,
        "system": f"{system.sysname} {system.release} {system.machine}",
    }
    dumps = estate.dumps()
    dumps.sweep()
    dumps.trace(MAIN)
    return dumps


async def _serve(
    options: ServeOptions,
    home: Home,
    watch: ConfigurationWatch,
    estate: Estate,
    link: Link | None,
) -> None:
    """Serve until somebody asks the service to stop."""
    async with contextlib.AsyncExitStack() as stack:
        lock = PortLock.take(home.port_lock, estate.lock)
        stack.callback(lock.release)
        ports = _ports(watch, estate)
        supervision = await stack.enter_async_context(
            Supervision(estate, link, helper=[str(home.folder)]),
        )
        lock.tell(
            supervision.started,
            astuple(ports.numbers()),
            free_disk_bytes=options.free_disk_bytes,
        )
        service = await stack.enter_async_context(
            running_service(options, home, watch, ports, supervision),
        )
        supervision.ready(lock.fd, ports.fds())
        supervision.has_modules(registry().versions())  # not sooner: it takes a while
        async with asyncio.TaskGroup() as tasks:
            running = [
                tasks.create_task(service.keep_up()),
                tasks.create_task(_announce(service, options, estate)),
            ]
            await supervision.stopped()
            for task in running:
                task.cancel()


def _ports(watch: ConfigurationWatch, estate: Estate) -> Ports:
    """Return the ports of the main before, or else those that are configured."""
    if estate.listeners:
        return adopt_ports(estate.listeners)
    configuration = watch.configuration
    return take_ports(configuration.ports, server=configuration.server)


async def _announce(service: Service, options: ServeOptions, estate: Estate) -> None:
    """Say once that everything answers, and where, to whoever has started us."""
    is_wanted = options.is_json or estate.lifeline is not None
    if estate.predecessor or not is_wanted:
        return
    try:
        devices = await service.jobs.list_devices(DEFAULT_TYPES | DeviceType.ESCL)
    except DeviceError as error:
        logger.warning("no scanners can be listed: %s", error)
        devices = []
    with contextlib.suppress(BrokenPipeError):  # nobody wants to know any more
        print(_facts(service, devices) if options.is_json else _table(service, devices))
        sys.stdout.flush()


def _facts(service: Service, devices: list[DeviceId]) -> str:
    """Return one line for programs."""
    facts: dict[str, object] = {
        **service.addresses,
        "ca": str(service.ca),
        "home": str(service.home.folder),
        "pid": os.getpid(),
        "devices": [{"name": d.name, "type": int(d.type)} for d in devices],
    }
    return json.dumps(facts)


def _table(service: Service, devices: list[DeviceId]) -> str:
    """Return a text for people."""
    places = {"ca": service.ca, "home": service.home.folder}
    rows = [
        f"  {role:<12} {it}" for role, it in {**service.addresses, **places}.items()
    ]
    found = [f"  {device.type.name or '':<12} {device.name}" for device in devices]
    none = ["  no scanners found; `scanwright up` brings virtual ones"]
    return "\n".join(["Scanwright answers. Ctrl-C ends it.", *rows, *(found or none)])
