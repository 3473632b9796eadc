"""What `scanwright serve` may be told, on the command line and by the environment."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from scanwright.buffer.disk import LEAST_BYTES
from scanwright.configuration.settings import LOG_LEVEL, ORIGINS, PORT_SETTINGS
from scanwright.configuration.values import Configuration
from scanwright.devices.escl.address import EsclAddress, parse_addresses
from scanwright.home import default_home
from scanwright.http.ports import DEFAULT_BASE, numbers_from
from scanwright.log import LogForm, LogLevel
from scanwright.protocol.origins import OriginPolicy, parse_origin

__all__ = ["ServeOptions", "parse_options"]

MEBIBYTE: Final = 1024 * 1024
HIGHEST_BASE: Final = 65535 - 4
MOST_DIGITS: Final = 9

EXAMPLES: Final = """\
examples:
  scanwright serve
  scanwright serve --port-base 0 --json
  scanwright serve --escl "Office=http://192.0.2.7/eSCL" --allow-origin https://app.example.com
"""


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """A complete set of options; None leaves the say to the configuration."""

    home: Path
    port_base: int | None
    is_json: bool
    policy: OriginPolicy | None
    licence_key: str | None
    escl: tuple[EsclAddress, ...]
    uses_mdns: bool
    page_memory_bytes: int
    free_disk_bytes: int
    without: frozenset[str]
    log_level: LogLevel | None
    log_form: LogForm

    @property
    def overridden(self) -> frozenset[str]:
        """The keys of the configuration that an option has the last word on."""
        given = {
            ORIGINS.key: self.policy,
            LOG_LEVEL.key: self.log_level,
            **dict.fromkeys((port.key for port in PORT_SETTINGS), self.port_base),
        }
        return frozenset(key for key, value in given.items() if value is not None)

    def override(self, configuration: Configuration) -> Configuration:
        """Put what was said here on top of a configuration."""
        if self.port_base is not None:
            ports = numbers_from(self.port_base)
            configuration = replace(configuration, ports=ports)
        if self.policy is not None:
            configuration = replace(configuration, policy=self.policy)
        if self.log_level is not None:
            configuration = replace(configuration, log_level=self.log_level)
        return configuration


def parse_options(argv: Sequence[str], environ: Mapping[str, str]) -> ServeOptions:
    """Read the options; wrong ones end the program with a message, as argparse does."""
    parser = _parser(environ)
    given = parser.parse_args(argv)
    if given.mdns not in SWITCH:  # argparse does not look at a default
        parser.error(f"${ENV_MDNS} must be on or off, not {given.mdns!r}")
    try:
        escl = parse_addresses("\n".join(given.escl or [environ.get(ENV_ESCL, "")]))
        allowed = [parse_origin(text) for text in given.allow_origin]
    except ValueError as error:
        parser.error(str(error))
    return ServeOptions(
        home=given.home,
        port_base=given.port_base,
        is_json=given.json,
        policy=OriginPolicy(frozenset(allowed)) if allowed else None,
        licence_key=given.licence_key,
        escl=tuple(escl),
        uses_mdns=given.mdns == "on",
        page_memory_bytes=given.page_memory * MEBIBYTE,
        free_disk_bytes=given.free_disk * MEBIBYTE,
        without=frozenset(given.without),
        log_level=LogLevel.VERBOSE if given.verbose else None,
        log_form=LogForm(given.log_format),
    )


ENV_ESCL: Final = "SCANWRIGHT_ESCL"
ENV_MDNS: Final = "SCANWRIGHT_MDNS"
SWITCH: Final = ("on", "off")
REMOVABLE: Final = ("storage",)


def _parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scanwright serve",
        description="Run the reference service in the foreground until Ctrl-C.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    add(
        "--home",
        type=Path,
        default=default_home(environ),
        metavar="DIR",
        help="folder of the installation: configuration, certificates, cache, log "
        "(default: %(default)s)",
    )
    add(
        "--port-base",
        type=_port_base,
        metavar="N",
        help="first of the four ports N, N+1, N+3, N+4; 0 takes free ones "
        f"(default: DSConfiguration.ini, else {DEFAULT_BASE})",
    )
    add("--json", action="store_true", help="print one JSON line when ready")
    add(
        "--allow-origin",
        action="append",
        default=[],
        metavar="ORIGIN",
        help="let only pages of this origin in; may be repeated "
        "(default: DSConfiguration.ini, else all)",
    )
    add(
        "--licence-key",
        metavar="KEY",
        help="refuse jobs without this licence key (default: accept any, and none)",
    )
    add(
        "--escl",
        action="append",
        metavar="NAME=URL",
        help=f"a network scanner; may be repeated (default: ${ENV_ESCL})",
    )
    add(
        "--mdns",
        choices=SWITCH,
        default=environ.get(ENV_MDNS, "on"),
        help=f"look for network scanners (default: ${ENV_MDNS}, else on)",
    )
    add(
        "--page-memory",
        type=_mebibytes,
        default=800,
        metavar="MIB",
        help="pages beyond this go to the encrypted disk cache (default: %(default)s)",
    )
    add(
        "--free-disk",
        type=_mebibytes,
        default=LEAST_BYTES // MEBIBYTE,
        metavar="MIB",
        help="with less disk space free than this, nothing more is cached or stored "
        "(default: %(default)s)",
    )
    add(
        "--without",
        action="append",
        default=[],
        choices=REMOVABLE,
        help="answer the endpoints of this module as if it was not installed",
    )
    add("--verbose", action="store_true", help="log everything")
    add(
        "--log-format",
        choices=[form.value for form in LogForm],
        default=LogForm.TEXT.value,
        help="how the log is written (default: %(default)s)",
    )
    add(
        "--no-monitor",
        action="store_true",
        help="one process that nobody starts again, for debuggers",
    )
    return parser


def _port_base(text: str) -> int:
    base = _whole(text)
    if base and not 1024 <= base <= HIGHEST_BASE:
        raise argparse.ArgumentTypeError(f"must be 0, or from 1024 to {HIGHEST_BASE}")
    return base


def _mebibytes(text: str) -> int:
    amount = _whole(text)
    if amount < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return amount


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise argparse.ArgumentTypeError(f"{text!r} is no number")
    return int(text)
