"""`scanwright demo-server`: serves the demos, and the database that they upload to."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scanwright.errors import ScanwrightError
from scanwright.protocol.origins import parse_origin

if TYPE_CHECKING:
    from scanwright.demo.database import Database
    from scanwright.demo.settings import DemoSettings

__all__ = ["demo_server"]

DEFAULT_PORT: Final = 18680
FILE_NAME: Final = "demo.sqlite3"
ENV_DATABASE: Final = "SCANWRIGHT_DEMO_DATABASE"
FAREWELL_S: Final = 2.0

EXAMPLES: Final = f"""\
examples:
  scanwright demo-server
  scanwright demo-server --port 0 --json
  {ENV_DATABASE}=postgresql+psycopg://user:secret@localhost/demo scanwright demo-server

A password belongs into the environment: every user sees the command line.
"""


def demo_server(argv: Sequence[str]) -> int:
    """Serve the demos in the web browser, and a database for them, until Ctrl-C."""
    parser = _parser(os.environ)
    given = parser.parse_args(argv)
    try:
        origins = frozenset(map(parse_origin, given.allow_origin))
        imports = tuple(map(parse_origin, given.allow_import))
    except ValueError as error:
        parser.error(str(error))
    from scanwright.demo.settings import DemoSettings, service_ports

    settings = DemoSettings(
        most_bytes=given.most_bytes,
        file_field=given.file_field,
        origins=origins,
        hosts=frozenset(name.lower() for name in given.allow_host),
        ports=service_ports(given.service_port_base),
        imports=imports,
        installers=given.installers,
    )
    return _start(given, settings)


def _start(given: argparse.Namespace, settings: DemoSettings) -> int:
    from scanwright.demo.database import Database, sqlite_url

    url = given.database or sqlite_url(_home(given.home, os.environ) / FILE_NAME)
    try:
        with _listen(given.port) as listener, Database(url) as database:
            asyncio.run(_serve(database, settings, listener, is_json=given.json))
    except OSError as error:
        message = f"port {given.port}: {error.strerror}; --port takes another one"
    except ScanwrightError as error:
        message = error.message
    else:
        return 0
    print(f"scanwright demo-server: {message}", file=sys.stderr)
    return 1


async def _serve(
    database: Database,
    settings: DemoSettings,
    listener: socket.socket,
    *,
    is_json: bool,
) -> None:
    from aiohttp import web

    from scanwright.demo.server import build_application

    runner = web.AppRunner(
        build_application(database, settings),
        access_log=None,
        shutdown_timeout=FAREWELL_S,
    )
    end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end.set)
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        _tell(listener.getsockname()[1], is_json=is_json)
        await end.wait()
    finally:
        await runner.cleanup()


def _tell(port: int, *, is_json: bool) -> None:
    url = f"http://127.0.0.1:{port}/"
    line = json.dumps({"url": url, "pid": os.getpid()}) if is_json else f"Demos: {url}"
    print(line, flush=True)


def _listen(port: int) -> socket.socket:
    """Take the port, on this machine's loopback alone."""
    return socket.create_server(("127.0.0.1", port), backlog=128)


def _home(named: Path | None, environ: Mapping[str, str]) -> Path:
    """Return the folder of the service's files."""
    if named is not None:
        return named
    if home := environ.get("SCANWRIGHT_HOME"):
        return Path(home)
    state = environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "scanwright"


def _parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scanwright demo-server",
        description=demo_server.__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add(
        "--database",
        metavar="URL",
        default=environ.get(ENV_DATABASE),
        help=f"sqlite:////FILE or postgresql+psycopg://USER@HOST/NAME (default: "
        f"${ENV_DATABASE}, else {FILE_NAME} in the home)",
    )
    add("--home", type=Path, metavar="DIR", help="folder of the service")
    add(
        "--port",
        type=_port,
        default=DEFAULT_PORT,
        metavar="N",
        help="where to listen; 0 takes a free port (default: %(default)s)",
    )
    add("--json", action="store_true", help="print one JSON line when ready")
    add(
        "--installers",
        type=_folder,
        metavar="DIR",
        help="folder with packages of the service and installers.json",
    )
    add(
        "--service-port-base",
        type=_port,
        default=18622,
        metavar="N",
        help="first port of the service that the pages may talk to "
        "(default: %(default)s)",
    )
    for option, metavar, text in (
        ("--allow-origin", "ORIGIN", "let pages of this origin use the database, too"),
        ("--allow-host", "NAME", "answer under this name of the machine, too"),
        ("--allow-import", "ORIGIN", "let the demos fetch images from there"),
    ):
        add(option, action="append", default=[], metavar=metavar, help=text)
    add(
        "--file-field",
        default="RemoteFile",
        metavar="NAME",
        help="field of the form that has the file (default: %(default)s)",
    )
    add(
        "--most-bytes",
        type=_positive,
        default=2 * 1024**3,
        metavar="N",
        help="longest file that is taken (default: %(default)s)",
    )
    return parser


def _folder(text: str) -> Path:
    folder = Path(text)
    if not folder.is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {text!r}")
    return folder


def _port(text: str) -> int:
    port = _whole(text)
    if port > 65535 - 4:
        raise argparse.ArgumentTypeError("must be at most 65531")
    return port


def _positive(text: str) -> int:
    number = _whole(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise argparse.ArgumentTypeError(f"{text!r} is no number")
    return int(text)
