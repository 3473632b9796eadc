"""One attempt at TLS, recorded with what the peer showed."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scanwright_conformance.deadline import pace
from scanwright_conformance.session._web import reason, trusting
from scanwright_conformance.transcript import Handshake

if TYPE_CHECKING:
    from pathlib import Path

    from scanwright_conformance.session._recorder import Recorder

__all__ = ["attempt_handshake"]


async def attempt_handshake(
    recorder: Recorder,
    url: str,
    *,
    label: str,
    server_name: str,
    trusted_ca: Path | None,
    version: ssl.TLSVersion | None,
    timeout_s: float,
) -> Handshake:
    """Shake hands with `url` as `server_name`; with `version` speak nothing else.

    With `trusted_ca` the peer must prove itself by that CA alone.
    """
    started = recorder.now()
    timeout_s = pace.scaled(timeout_s)
    parts = urlsplit(url)
    shown: tuple[str | None, bytes | None] = (None, None)
    problem = ""
    try:
        context = _context(trusted_ca, version)
        async with asyncio.timeout(timeout_s):
            _, writer = await asyncio.open_connection(
                parts.hostname,
                parts.port,
                ssl=context,
                server_hostname=server_name,
            )
        peer: ssl.SSLObject = writer.get_extra_info("ssl_object")
        shown = (peer.version(), peer.getpeercert(binary_form=True))
        writer.transport.abort()
    except TimeoutError:
        problem = f"no handshake within {timeout_s:g} s"
    except (OSError, ValueError) as error:
        problem = reason(error)
    handshake = Handshake(
        label=label,
        address=parts.netloc,
        server_name=server_name,
        version=shown[0],
        certificate_der=shown[1],
        problem=problem,
        started_s=started,
        seconds=recorder.now() - started,
    )
    recorder.add(handshake)
    return handshake


def _context(ca: Path | None, version: ssl.TLSVersion | None) -> ssl.SSLContext:
    context = trusting()
    if ca is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.check_hostname = True
        context.load_verify_locations(ca)
    if version is not None:
        # OpenSSL offers the old versions only below its default security level.
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = version
            context.maximum_version = version
    return context
