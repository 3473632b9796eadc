"""Checks of what the TLS ports negotiate, and with whom."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.target import Port, Unsupported

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

__all__ = ["tls_ports", "tried_ports"]

NAMES: Final = ("localhost", "127.0.0.1")
OLD: Final = {"TLS 1.0": ssl.TLSVersion.TLSv1, "TLS 1.1": ssl.TLSVersion.TLSv1_1}


@check("TLS-chain-verifies")
class ChainVerifies(Check):
    """Who trusts the local CA alone can talk to both ports by both names."""

    async def stimulate(self, session: Session) -> None:
        """Shake hands under each name with nothing trusted but the CA."""
        for port in tls_ports(session):
            for name in NAMES:
                await session.handshake(
                    label=f"{port.value} {name}",
                    port=port,
                    server_name=name,
                    is_verified=True,
                )

    def judge(self, transcript: Transcript) -> None:
        """Every handshake must have ended well."""
        for port in tried_ports(transcript, suffix=" localhost"):
            for name in NAMES:
                label = f"{port} {name}"
                handshake = transcript.handshake(label)
                if handshake.version is None:
                    wanted = f"a trusted handshake as {name}"
                    raise Mismatch(wanted, handshake.problem, label)


@check("TLS-modern-only")
class ModernOnly(Check):
    """Versions that nobody should speak any more are not spoken."""

    async def stimulate(self, session: Session) -> None:
        """Offer each port one old version at a time, and then all that there are."""
        if not (ssl.HAS_TLSv1 and ssl.HAS_TLSv1_1):
            raise Unsupported("the TLS library here cannot offer TLS 1.0 and 1.1")
        for port in tls_ports(session):
            for name, version in OLD.items():
                label = f"{port.value} {name}"
                await session.handshake(label=label, port=port, version=version)
            # A port that is silent to everybody would prove nothing.
            await session.handshake(label=port.value, port=port)

    def judge(self, transcript: Transcript) -> None:
        """The old ones must fail where those of today do not."""
        for port in tried_ports(transcript):
            modern = transcript.handshake(port)
            if modern.version is None:
                raise Mismatch("a handshake of today", modern.problem, port)
            for name in OLD:
                old = transcript.handshake(f"{port} {name}")
                if old.version is not None:
                    raise Mismatch(f"no {name}", f"{old.version} negotiated", old.label)


def tls_ports(session: Session) -> tuple[Port, ...]:
    """Return the TLS port of each pair that the target has."""
    has_manager = "manager" in session.target.capabilities
    return (Port.API_TLS, Port.MANAGER_TLS) if has_manager else (Port.API_TLS,)


def tried_ports(transcript: Transcript, *, suffix: str = "") -> tuple[str, ...]:
    """Return the names of the core port, and of the manager's where it was tried.

    With `suffix` it was tried under labels that end so.
    """
    core, manager = Port.API_TLS.value, Port.MANAGER_TLS.value
    return (core, manager) if manager + suffix in transcript else (core,)
