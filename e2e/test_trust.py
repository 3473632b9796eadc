"""Browsers refuse the service until they trust its CA, and when they have forgotten it.

Real browsers, each with a HOME of its own, visit the pages of a real service. What is
told to all users of a machine lies in /etc: those tests have an /etc of their own.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from browsing import (
    environment,
    firefox_profile,
    need,
    visit_by_chromium,
    visit_by_firefox,
)
from live import GONE_S, READY_S, first_line

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

Visit = Callable[..., Awaitable[tuple[str, str]]]

COMMAND_S = 60.0


@dataclass(frozen=True, slots=True)
class Browser:
    """How to open a page, and how this browser says that it does not trust it."""

    program: str
    visit: Visit
    refusal: str

    async def refuses(self, url: str, home: Path, inside: Sequence[str] = ()) -> bool:
        """Whether it refuses the page."""
        page, complaints = await self.visit(url, home, inside=inside)
        return not page.strip() and self.refusal in complaints

    async def accepts(self, url: str, home: Path, inside: Sequence[str] = ()) -> bool:
        """Whether it shows the page."""
        page, _ = await self.visit(url, home, inside=inside)
        return "Scanwright" in page


CHROMIUM = Browser("chromium", visit_by_chromium, "net::ERR_CERT_AUTHORITY_INVALID")
FIREFOX = Browser("firefox-esr", visit_by_firefox, "SEC_ERROR_UNKNOWN_ISSUER")
each_browser = pytest.mark.parametrize(
    "browser", [CHROMIUM, FIREFOX], ids=["chromium", "firefox"]
)

OWN_ETC = """
mount -t tmpfs etc "$1"
mkdir "$1/upper" "$1/work"
mount -t overlay etc -o "lowerdir=/etc,upperdir=$1/upper,workdir=$1/work" /etc
echo "visitor:x:0:0::$2:/bin/sh" >>/etc/passwd
echo ready
exec sleep infinity
"""


@pytest.fixture
def service(tmp_path: Path, home: Path) -> Iterator[dict[str, Any]]:
    """A running service: what it said when it was ready."""
    command = [sys.executable, "-m", "scanwright", "serve", "--json", "--mdns", "off"]
    command += ["--port-base", "0", "--home", str(tmp_path / "service")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, env=environment(home)
    ) as process:
        assert process.stdout is not None
        try:
            yield json.loads(first_line(process.stdout, READY_S))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(GONE_S)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The HOME of somebody who uses a browser."""
    folder = tmp_path / "visitor"
    folder.mkdir()
    return folder


@pytest.fixture
def inside(tmp_path: Path, home: Path) -> Iterator[list[str]]:
    """The command that runs others where /etc may be changed and nobody is harmed."""
    need("unshare", "util-linux")
    if os.geteuid() != 0:
        pytest.skip("only root may mount: sudo .venv/bin/pytest e2e/test_trust.py")
    layer = tmp_path / "layer"
    layer.mkdir()
    command = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", OWN_ETC]
    command += ["sh", str(layer), str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            assert first_line(process.stdout, READY_S) == b"ready\n"
            yield ["nsenter", "--mount", "--target", str(process.pid)]
        finally:
            process.kill()


@each_browser
async def test_a_user_trusts_and_forgets(
    browser: Browser, service: dict[str, Any], home: Path
) -> None:
    """What one user has said holds for the browsers of this user, until untrust."""
    need(browser.program, browser.program)
    need("certutil", "libnss3-tools")
    url = service["manager_tls"] + "/"
    assert await browser.refuses(url, home)
    before = trusted_by(home)
    tell("trust", service, home)
    assert await browser.accepts(url, home)
    tell("untrust", service, home)
    assert await browser.refuses(url, home)
    assert trusted_by(home) == before


@each_browser
async def test_a_machine_trusts_and_forgets(
    browser: Browser, service: dict[str, Any], home: Path, inside: list[str]
) -> None:
    """What root has said holds for all users, and leaves nothing when it is undone."""
    need(browser.program, browser.program)
    need("certutil", "libnss3-tools")
    url = service["manager_tls"] + "/"
    assert await browser.refuses(url, home, inside)
    before = run([*inside, "find", "/etc"], home)
    tell("trust", service, home, "--system", inside=inside)
    assert await browser.accepts(url, home, inside)
    tell("untrust", service, home, "--system", inside=inside)
    assert await browser.refuses(url, home, inside)
    assert run([*inside, "find", "/etc"], home) == before


async def test_the_helper_tells_a_browser_that_comes_later(
    service: dict[str, Any], home: Path
) -> None:
    """Whoever has wanted trust need not say so again for a profile that is new."""
    need("firefox-esr", "firefox-esr")
    need("certutil", "libnss3-tools")
    url = service["manager_tls"] + "/"
    tell("trust", service, home)
    assert await FIREFOX.refuses(url, home)
    with running_helper(service, home):
        until_firefox_is_told(home)
    assert await FIREFOX.accepts(url, home)


@contextmanager
def running_helper(service: dict[str, Any], home: Path) -> Iterator[None]:
    """Run a certificate helper, as main does; it ends in order."""
    event = os.eventfd(0)
    command = [sys.executable, "-m", "scanwright.daemon", "-certcheck", str(event)]
    command += [service["home"], str(os.getpid())]
    with subprocess.Popen(command, env=environment(home), pass_fds=[event]) as helper:
        try:
            yield
        finally:
            helper.send_signal(signal.SIGTERM)
            assert helper.wait(GONE_S) == 0
            os.close(event)


def tell(
    action: str,
    service: dict[str, Any],
    home: Path,
    *options: str,
    inside: Sequence[str] = (),
) -> None:
    """Say `scanwright certificate` ACTION, which has to work."""
    command = [*inside, sys.executable, "-m", "scanwright", "certificate", action]
    report = run([*command, "--json", "--home", service["home"], *options], home)
    assert json.loads(report)["stores"]


def trusted_by(home: Path) -> list[str]:
    """List what the databases of a user hold of ours."""
    folders = sorted(found.parent for found in home.rglob("cert9.db"))
    rows = [run(["certutil", "-L", "-d", f"sql:{each}"], home) for each in folders]
    return [line for row in rows for line in row.splitlines() if "Scanwright" in line]


def run(command: Sequence[str], home: Path) -> str:
    """Run a command that has to work; return what it prints."""
    done = subprocess.run(
        command,
        env=environment(home),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=COMMAND_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def until_firefox_is_told(home: Path) -> None:
    """Wait until the database of the profile holds our CA."""
    deadline = time.monotonic() + READY_S
    while not any("C,," in row for row in trusted_by(firefox_profile(home))):
        assert time.monotonic() < deadline, "the helper has not told the new profile"
