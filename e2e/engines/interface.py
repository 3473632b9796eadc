"""What a test may ask of a browser, whichever engine is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, Protocol, get_args

__all__ = [
    "ENGINES",
    "Choice",
    "Engine",
    "EngineName",
    "Message",
    "NotOffered",
    "Page",
    "PageRefused",
    "Permission",
    "ScriptFailed",
    "Settings",
]

EngineName = Literal["chromium", "firefox", "webkit"]
ENGINES: Final[tuple[EngineName, ...]] = get_args(EngineName)

Permission = Literal["granted", "denied", "prompt"]
Choice = Literal["allow", "block"]


class PageRefused(Exception):
    """The browser shows something else than the page: its words say why."""


class ScriptFailed(Exception):
    """A script threw in the page: the message is the error as a page prints it."""


class NotOffered(Exception):
    """This engine has no way to do that."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a browser is set up before it starts.

    Attributes:
        home: an existing folder, the HOME of this browser alone.
        public_ports: ports of 127.0.0.1 that count as public addresses, so that their
            pages have to ask before they may reach any other port.
        permission: what the user has said about the local network, for each page that
            is opened; None leaves it to the browser. With `prompt` it has a window,
            on a hidden screen, in which it asks.
        trust: a CA in PEM that this browser trusts beside its own ones.
        hosts: names that lie on 127.0.0.1, for this browser alone.
    """

    home: Path
    public_ports: frozenset[int] = frozenset()
    permission: Permission | None = None
    trust: Path | None = None
    hosts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """A line of the console: its level (error, warn, info, debug), its text."""

    level: str
    text: str


class Page(Protocol):
    """One page in a context of its own. Ask one thing at a time.

    Selectors are CSS, and look into open shadow roots; actions wait for their element.
    """

    @property
    def url(self) -> str:
        """The address that is shown, as of the last answer."""

    @property
    def messages(self) -> Sequence[Message]:
        """What the console has said until the last answer, as far as it is told.

        WebKitGTK tells nothing.
        """

    async def evaluate(self, script: str) -> Any:
        """Run the body of an async function; return what it returns, by JSON.

        Raises:
            ScriptFailed: it threw.
        """

    async def wait_for(self, script: str, *, timeout_s: float = ...) -> Any:
        """Return the value of a JavaScript expression as soon as it is truthy.

        The page itself looks again and again; a promise is awaited.

        Raises:
            TimeoutError: it has not become true in time.
        """

    async def click(self, selector: str) -> None:
        """Click as a user does."""

    async def fill(self, selector: str, text: str) -> None:
        """Replace the text of a field by typing."""

    async def press(self, key: str, selector: str | None = None) -> None:
        """Press `Enter`, `Control+a`... on the element, or on what has the focus."""

    async def answer(self, choice: Choice) -> None:
        """Answer by hand what the browser asks about this page, which waits for it.

        It returns when the browser has taken the answer.

        Raises:
            NotOffered: this browser has no window, or never asks.
            TimeoutError: it has not asked, or not taken the answer, in time.
        """

    async def choose_files(self, selector: str, *paths: Path) -> None:
        """Choose files in an `<input type=file>`."""

    async def screenshot(self, path: Path) -> None:
        """Write what is seen as PNG."""

    async def download(self, *, timeout_s: float = ...) -> Path:
        """Return the next file that the page has given to the user, by its own name."""

    async def reload(self) -> None:
        """Load the page again, in the same context."""

    async def close(self) -> None:
        """Close it; its context is forgotten."""


class Engine(Protocol):
    """A running browser."""

    @property
    def name(self) -> EngineName:
        """Which of the three it is."""

    async def open(self, url: str) -> Page:
        """Open a page in a context of its own, and wait until it is loaded.

        Raises:
            PageRefused: the browser does not show it.
        """
