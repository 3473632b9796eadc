"""Pages that use the SDK, as a website serves them, and a browser that opens them."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import hashlib
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Final

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from engines.chromium import CHROMIUM
from engines.processes import need
from engines.site import end
from playwright.async_api import Browser, Page, async_playwright

import scanwright.web

__all__ = [
    "ELSEWHERE",
    "Pair",
    "Website",
    "dead_port",
    "manifest",
    "opened",
    "running_browser",
]

SDK: Final = Path(scanwright.web.__file__).parent / "sdk"
ELSEWHERE: Final = "app.example.test"
"""The website under the name of another machine."""
PUBLIC: Final = "treat-as-public-address"
SHOWN_MS: Final = 20_000
DOCUMENT: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Page</title>'
    '<link rel="icon" href="data:,">'
    '<main><h1>Page</h1><button id="before">Scan</button></main>'
    '<script type="module" src="/page.js"></script></html>'
)
SCRIPT: Final = 'import * as sdk from "/sdk/index.js";\nwindow.sdk = sdk;\n'


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate for this machine and `ELSEWHERE` that nobody has signed."""

    context: ssl.SSLContext
    fingerprint: str
    """Of the public key, as Chromium is told whom to trust."""

    @classmethod
    def made(cls, folder: Path) -> Pair:
        """Make one, by way of files in this folder."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
        now = dt.datetime.now(dt.UTC)
        names = [x509.DNSName(ELSEWHERE), x509.IPAddress(IPv4Address("127.0.0.1"))]
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=7))
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .sign(key, hashes.SHA256())
        )
        encoding = serialization.Encoding
        plain = serialization.NoEncryption()
        form = serialization.PrivateFormat.PKCS8
        path = folder / "pair.pem"
        path.write_bytes(
            key.private_bytes(encoding.PEM, form, plain)
            + certificate.public_bytes(encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        spki = key.public_key().public_bytes(
            encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        digest = hashlib.sha256(spki).digest()
        return cls(context, base64.b64encode(digest).decode("ascii"))


@dataclass
class Website:
    """Serves a page, the SDK, and what lies in `files`; receives uploads."""

    policy: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    received: list[dict[str, Any]] = field(default_factory=list)
    port: int = 0
    public_port: int = 0
    """Another one, which a browser may be told to hold for a public address."""
    tls_port: int = 0

    def url(self, host: str = "127.0.0.1", *, secure: bool = False) -> str:
        """Return the address of the page."""
        if secure:
            return f"https://{host}:{self.tls_port}/"
        return f"http://{host}:{self.port}/"

    @contextlib.asynccontextmanager
    async def running(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[None]:
        """Serve it on a free port, and with TLS on another one."""
        app = web.Application(client_max_size=2**26)
        app.router.add_get("/", self._page)
        app.router.add_get("/page.js", self._script)
        app.router.add_post("/documents", self._receive)
        app.router.add_get("/sdk/{path:.+}", self._sdk)
        app.router.add_get("/{path:.+}", self._file)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        for _ in range(2):
            await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port, self.public_port = (address[1] for address in runner.addresses)
        if tls is not None:
            await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
            self.tls_port = runner.addresses[2][1]
        try:
            yield
        finally:
            await end(runner)

    async def _page(self, _: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": self.policy} if self.policy else {}
        return web.Response(text=DOCUMENT, content_type="text/html", headers=headers)

    async def _script(self, _: web.Request) -> web.Response:
        return web.Response(text=SCRIPT, content_type="text/javascript")

    async def _sdk(self, request: web.Request) -> web.FileResponse:
        # A frame without an origin imports it from another one.
        headers = {"Access-Control-Allow-Origin": "*"}
        return web.FileResponse(SDK / request.match_info["path"], headers=headers)

    async def _file(self, request: web.Request) -> web.Response:
        body = self.files.get(request.match_info["path"])
        if body is None:
            raise web.HTTPNotFound
        return web.Response(body=body)

    async def _receive(self, request: web.Request) -> web.Response:
        form = await request.post()
        self.received.append(
            {
                name: part.file.read() if isinstance(part, web.FileField) else part
                for name, part in form.items()
            }
        )
        return web.json_response({"id": "d"}, status=201)


@contextlib.asynccontextmanager
async def running_browser(
    *, trusts: Pair | None = None, public_port: int | None = None
) -> AsyncIterator[Browser]:
    """Yield a Chromium that finds `ELSEWHERE` on this machine; skip without one.

    What comes from `public_port` of this machine it holds for public.
    """
    need(CHROMIUM, "chromium")
    arguments = [
        "--no-sandbox",  # root has none
        f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1",
    ]
    if trusts is not None:
        keys = f"--ignore-certificate-errors-spki-list={trusts.fingerprint}"
        arguments.append(keys)
    if public_port is not None:
        override = f"--ip-address-space-overrides=127.0.0.1:{public_port}=public"
        arguments.append(override)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=arguments
        )
        yield browser
        await browser.close()


async def opened(browser: Browser, url: str, **context: Any) -> Page:
    """Return the page in a context of its own, with the SDK in `window.sdk`."""
    page = await (await browser.new_context(**context)).new_page()
    page.set_default_timeout(SHOWN_MS)
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    await page.goto(url)
    await page.wait_for_function("window.sdk")
    return page


def dead_port() -> int:
    """Return a port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def manifest(files: Mapping[str, bytes]) -> dict[str, Any]:
    """Return `installers.json` for these packages, `.deb` or `.rpm` of amd64."""
    return {
        "version": "0.1.0",
        "files": [
            {
                "platform": "linux",
                "format": name.rpartition(".")[2],
                "arch": "amd64",
                "name": name,
                "bytes": len(body),
                "sha256": hashlib.sha256(body).hexdigest(),
            }
            for name, body in files.items()
        ],
    }
