"""Browsers refuse the service until they trust its CA, and when they have forgotten it.

Real browsers, each with a HOME of its own, visit the pages of a real service. What is
told to all users of a machine lies in /etc: those tests have an /etc of their own.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from browsing import (
    ELSEWHERE,
    environment,
    firefox_profile,
    need,
    visit_by_chromium,
    visit_by_firefox,
)
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
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
    refusal_of_name: str

    async def refuses(self, url: str, home: Path, inside: Sequence[str] = ()) -> bool:
        """Whether it refuses the page."""
        page, complaints = await self.visit(url, home, inside=inside)
        return not page.strip() and self.refusal in complaints

    async def accepts(self, url: str, home: Path, inside: Sequence[str] = ()) -> bool:
        """Whether it shows the page."""
        page, _ = await self.visit(url, home, inside=inside)
        return "Scanwright" in page


CHROMIUM = Browser(
    "chromium",
    visit_by_chromium,
    "net::ERR_CERT_AUTHORITY_INVALID",
    "net::ERR_CERT_INVALID",
)
FIREFOX = Browser(
    "firefox-esr",
    visit_by_firefox,
    "SEC_ERROR_UNKNOWN_ISSUER",
    "SEC_ERROR_CERT_NOT_IN_NAME_SPACE",
)
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


@each_browser
async def test_a_stolen_key_speaks_for_no_other_site(
    browser: Browser, service: dict[str, Any], home: Path, tmp_path: Path
) -> None:
    """A browser that trusts our CA believes it about the names of loopback only."""
    need(browser.program, browser.program)
    need("certutil", "libnss3-tools")
    assert await browser.refuses(service["manager_tls"] + "/", home)
    tell("trust", service, home)
    pair = tmp_path / "forged.pem"
    pair.write_bytes(forge(Path(service["home"]) / "cert"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair)
    async with await asyncio.start_server(hang_up, "127.0.0.1", 0, ssl=context) as site:
        port = site.sockets[0].getsockname()[1]
        _, complaint = await browser.visit(f"https://{ELSEWHERE}:{port}/", home)
    assert browser.refusal_of_name in complaint


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


async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer nothing: no browser should get that far."""
    writer.close()


def forge(folder: Path) -> bytes:
    """Return what a thief of the CA's key would make: a pair for another site."""
    ca = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    ca_key = load_pem_private_key((folder / "ca_key.pem").read_bytes(), None)
    assert isinstance(ca_key, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, ELSEWHERE)])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(ELSEWHERE)])
    use = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(ca.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=90))
        .add_extension(names, critical=False)
        .add_extension(use, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return certificate.public_bytes(Encoding.PEM) + key.private_bytes(*form)


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
