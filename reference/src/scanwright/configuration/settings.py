"""The table of settings: each key of `[DS]`, what it accepts, and what it means.

The comments of DSConfiguration.ini, `scanwright config`, the manager page and
docs/CONFIGURATION.md all come from here.

A key whose default is open has a `guard`: what a wrong value means while no good one is
known. Who writes a list of origins with a mistake in it did not mean that every page
may come in.

Implements: CONFIG-ports, CONFIG-origins, CONFIG-log-level, CONFIG-server-address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final, Generic, TypeVar

from scanwright import __version__
from scanwright.configuration import accepting
from scanwright.configuration.values import Configuration
from scanwright.log import LogLevel
from scanwright.protocol.access import Access
from scanwright.protocol.origins import OriginPolicy

__all__ = [
    "KNOWN_KEYS",
    "LOG_LEVEL",
    "ORIGINS",
    "PORT_SETTINGS",
    "PORT_WORDS",
    "PROMPTS",
    "SECTION",
    "SERVER",
    "SETTINGS",
    "WEB_SETUP",
    "Setting",
    "find_setting",
    "guarded_near",
    "near_key",
]

SECTION: Final = "DS"
ALIKE: Final = 0.85
"""How like a key another one is that can only be a misspelling of it."""
KNOWN_KEYS: Final = "what `scanwright config list` shows"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """One key of the section `[DS]`."""

    key: str
    meaning: str
    accepted: str
    default: str
    """As a file would say it."""
    parse: Callable[[str], T]
    """Raises ValueError for what is not accepted."""
    of: Callable[[Configuration], T]
    show: Callable[[T], str] = str
    guard: Callable[[str], T] | None = None
    example: str = ""
    """Stands as a comment in a new file, instead of the default."""
    needs_restart: bool = False
    is_read_only: bool = False


def find_setting(key: str) -> Setting[Any] | None:
    """Return the setting of this key; capitals do not matter."""
    return _BY_KEY.get(key.casefold())


def near_key(key: str) -> str:
    """Say which key may be meant by one that there is not."""
    import difflib  # for mistakes only

    near = difflib.get_close_matches(key.casefold(), _BY_KEY, n=1, cutoff=0.6)
    if not near:
        return KNOWN_KEYS
    return f"{_BY_KEY[near[0]].key} (did you mean that?)"


def guarded_near(key: str) -> Setting[Any] | None:
    """Return the setting with a guard that a key is a misspelling of."""
    import difflib  # for mistakes only

    guarded = [name for name, setting in _BY_KEY.items() if setting.guard]
    near = difflib.get_close_matches(key.casefold(), guarded, n=1, cutoff=ALIKE)
    return _BY_KEY[near[0]] if near else None


LOG_LEVEL: Final = Setting(
    key="LogLevel",
    meaning="How much is logged. A level set over REST lasts until the next start.",
    accepted="1 (normal), 14 (verbose), 0 (off)",
    default="1",
    parse=LogLevel.from_ini,
    of=attrgetter("log_level"),
    show=attrgetter("in_ini"),
)
SERVER: Final = Setting(
    key="Server",
    meaning="Address to listen on for other machines, besides this machine itself. "
    "The firewall must let them in.",
    accepted="an IP address of this machine, 0.0.0.0 for all of them, or nothing",
    default="",
    parse=accepting.parse_address,
    of=attrgetter("server"),
    show=lambda address: address or "",
    example="192.0.2.7",
    needs_restart=True,
)
ORIGINS: Final[Setting[OriginPolicy]] = Setting(
    key="Access-Control-Allow-Origin",
    meaning="Web pages that may use the service, by their origin: with scheme, and "
    "with port when it is not the scheme's own.",
    accepted="* (every page), or origins like https://app.example.com, "
    "separated by commas",
    default="*",
    parse=accepting.parse_origins,
    of=attrgetter("policy"),
    show=accepting.show_origins,
    guard=accepting.good_origins,
    example="https://app.example.com, https://intranet.example.com:8443",
)
WEB_SETUP: Final[Setting[bool]] = Setting(
    key="EnableWebSetup",
    meaning="Whether the administration page of the manager may change settings.",
    accepted="TRUE or FALSE",
    default="FALSE",
    parse=accepting.parse_truth,
    of=attrgetter("is_web_setup_enabled"),
    show=accepting.show_truth,
    guard=lambda _: False,
)


def _prompt(access: Access, word: str, things: str) -> Setting[bool]:
    return Setting(
        key=f"Enable{word}AccessAuth",
        meaning=f"Whether the user is asked before a page may touch {things}.",
        accepted="TRUE or FALSE",
        default="FALSE",
        parse=accepting.parse_truth,
        of=lambda configuration: access in configuration.prompts,
        show=accepting.show_truth,
        example="TRUE",
    )


PROMPTS: Final = {
    Access.SCANNER: _prompt(Access.SCANNER, "Scanner", "scanners"),
    Access.FILE: _prompt(Access.FILE, "File", "files"),
    Access.WEBCAM: _prompt(Access.WEBCAM, "Webcam", "webcams"),
}


ENHANCED_MODE: Final[Setting[str]] = Setting(
    key="EnableEnhancedMode",
    meaning="One service for several users of a machine at once (Citrix, RDS). Install "
    "one for each user instead, with ports of its own.",
    accepted="FALSE (TRUE is not supported)",
    default="FALSE",
    parse=lambda text: accepting.parse_word(text, "false").upper(),
    of=lambda _: "FALSE",
    example="FALSE",
)
VERSION: Final[Setting[str]] = Setting(
    key="DSVersion",
    meaning="Version of the service. It is told, and what a file says does not matter.",
    accepted="nothing: it can be read only",
    default=__version__,
    parse=lambda _: __version__,
    of=lambda _: __version__,
    example=__version__,
    is_read_only=True,
)


def _port_list(word: str, scheme: str, manager: str, core: str) -> list[Setting[Any]]:
    """Return the five keys of a list; `manager` and `core` are fields of the ports."""
    return [
        Setting(
            key=word,
            meaning=f"Number of {scheme} ports.",
            accepted="2 (one port for dcp, one for dwt)",
            default="2",
            parse=lambda text: accepting.parse_word(text, "2"),
            of=lambda _: "2",
            needs_restart=True,
        ),
        *_port(word, 0, scheme, "dcp", manager),
        *_port(word, 1, scheme, "dwt", core),
    ]


def _port(
    word: str, index: int, scheme: str, module: str, field: str
) -> tuple[Setting[str], Setting[int]]:
    name = Setting(
        key=f"{word}_mn_{index}",
        meaning=f"Whose the {scheme} port {word}_mp_{index} is: "
        "dcp is the service manager, dwt the core with the REST interface.",
        accepted="dcp or dwt, each of them once",
        default=module,
        parse=lambda text: accepting.parse_word(text, "dcp", "dwt"),
        of=lambda _: module,
        needs_restart=True,
    )
    of = attrgetter(f"ports.{field}")
    number: Setting[int] = Setting(
        key=f"{word}_mp_{index}",
        meaning=f"{scheme} port of {word}_mn_{index}.",
        accepted="a number from 1024 to 65535 that no other port has",
        default=str(of(Configuration())),
        parse=accepting.parse_port,
        of=of,
        needs_restart=True,
    )
    return name, number


PORT_WORDS: Final = ("Port", "SSLPort")
"""What the keys of the two lists begin with: HTTP, then TLS."""

PORT_SETTINGS: Final[tuple[Setting[Any], ...]] = (
    *_port_list("Port", "HTTP", "manager", "core"),
    *_port_list("SSLPort", "HTTPS", "manager_tls", "core_tls"),
)
SETTINGS: Final[tuple[Setting[Any], ...]] = (
    VERSION,
    *PORT_SETTINGS,
    LOG_LEVEL,
    SERVER,
    ORIGINS,
    WEB_SETUP,
    *PROMPTS.values(),
    ENHANCED_MODE,
)
"""Every key, in the order of a new file."""

_BY_KEY: Final = {setting.key.casefold(): setting for setting in SETTINGS}
