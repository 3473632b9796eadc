"""Checks of the files in cert: pairs that are taken, refused, and renewed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks._pairs import (
    LOOPBACK_NAMES,
    dying_leaf,
    make_pair,
)
from scanwright_conformance.checks.tls import tls_ports, tried_ports
from scanwright_conformance.checks.tls_certificates import parsed_ca
from scanwright_conformance.deadline import Expired, until
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.target import Port, Role, Unsupported

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Handshake, Transcript

CERTIFICATE: Final = "cert/server.pem"
KEY: Final = "cert/server_key.pem"
TAKEN_S: Final = 10.0
MARGIN_S: Final = 2.0
"""How much longer than a good pair a wrong one has to be taken up."""
RENEWED_S: Final = 20.0
LEAST_LIFE: Final = timedelta(days=30)
DAY: Final = timedelta(days=1)
WRONG: Final = ("foreign key", "expired", "other name")


class _Pairs(Check):
    """Pairs are put into cert: one that is good, and then such as are not."""

    is_shared = True

    async def stimulate(self, session: Session) -> None:
        """Put each there, and look at what the ports show."""
        first, good = make_pair(*LOOPBACK_NAMES), make_pair(*LOOPBACK_NAMES)
        expired = make_pair(*LOOPBACK_NAMES, begins=-9 * DAY, ends=-DAY)
        wrong = (
            (good[0], make_pair(*LOOPBACK_NAMES)[1]),
            expired,
            make_pair("elsewhere.example.test"),
        )
        shown = _fingerprint_of_pem(good[0])
        await _put_good(session, first, label="first")
        # the first may come just before the service looks for files; the second comes
        # just after that, and waits as long as anything has to
        taken_s = await _put_good(session, good, label="good")
        for name, pair in zip(WRONG, wrong, strict=True):
            await _put(session, *pair)
            await _until_shown(
                session,
                lambda seen: seen != shown,
                label=name,
                within_s=min(TAKEN_S, taken_s + MARGIN_S),
            )


@check("TLS-replace", after=("TLS-leaf-names",), deadline_s=120)
class Replace(_Pairs):
    """A pair of the user's own is shown."""

    def judge(self, transcript: Transcript) -> None:
        """Both ports must show it, and the one that came before it."""
        if "first" in transcript:
            _expect_shown(transcript, "first", pair="first")
        _expect_shown(transcript, "good", pair="good")


@check("TLS-replace-refused", after=("TLS-replace",), deadline_s=120)
class ReplaceRefused(_Pairs):
    """A pair of no use is not shown, and what was shown before still is."""

    def judge(self, transcript: Transcript) -> None:
        """Both ports must show the good one, each time."""
        for name in WRONG:
            _expect_shown(transcript, name, pair="good")


@check("TLS-renewal", after=("TLS-leaf-lifetime",), deadline_s=120)
class Renewal(Check):
    """A leaf that is about to end is replaced while the service runs."""

    async def stimulate(self, session: Session) -> None:
        """Put such a leaf there, and wake the helper by its end, if there is one."""
        ca = await session.home.content("cert/ca.pem")
        ca_key = await session.home.content("cert/ca_key.pem")
        try:
            dying = dying_leaf(ca, ca_key)
        except (TypeError, ValueError) as error:
            raise Unsupported(f"the CA in cert cannot sign: {error}") from error
        former = {_fingerprint_of_pem(dying[0])}
        session.fact("dying", min(former))
        session.fact("ca", ca.decode("ascii", "replace"))
        for port in tls_ports(session):
            usual = await session.handshake(label=f"{port.value} usual", port=port)
            former.add(_shown(usual))
        processes = await session.machine.processes(label="processes")
        await _put(session, *dying)
        for process in processes:
            if process.role is Role.HELPER:
                await session.machine.signal(process, "SIGKILL", label="wake")
                await session.machine.until_running(
                    Role.HELPER, label="woken", instead_of=process
                )
        await _until_shown(
            session,
            lambda seen: seen not in former,
            label="renewed",
            within_s=RENEWED_S,
        )
        session.fact("now", datetime.now(UTC).isoformat())
        await session.machine.processes(label="processes after")

    def judge(self, transcript: Transcript) -> None:
        """Look at the leaf's issuer and end, and at main."""
        ca = parsed_ca(transcript.fact("ca"))
        now = datetime.fromisoformat(transcript.fact("now"))
        for port in tried_ports(transcript, suffix=" renewed"):
            label = f"{port} renewed"
            shown = transcript.handshake(label)
            if _shown(shown) == transcript.fact("dying"):
                raise Mismatch("another leaf", "the one that ends", label)
            if _shown(shown) == _shown(transcript.handshake(f"{port} usual")):
                raise Mismatch("another leaf", "the one of before", label)
            leaf = _leaf(shown)
            if leaf.issuer != ca.subject:
                raise Mismatch("a leaf of the local CA", str(leaf.issuer), label)
            if leaf.not_valid_after_utc - now < LEAST_LIFE:
                seen = f"until {leaf.not_valid_after_utc}"
                raise Mismatch("a leaf for 30 days or more", seen, label)
        before, after = (
            [
                each["pid"]
                for each in transcript.fact(label)
                if each["role"] == Role.MAIN
            ]
            for label in ("processes", "processes after")
        )
        if before != after:
            raise Mismatch(f"main {before} still", f"main {after}", "processes after")


async def _put(session: Session, certificate: bytes, key: bytes) -> None:
    await session.home.write(KEY, key)
    await session.home.write(CERTIFICATE, certificate)


async def _put_good(
    session: Session,
    pair: tuple[bytes, bytes],
    *,
    label: str,
) -> float:
    """Put a good pair there, and return how many seconds it took to be shown."""
    wanted = _fingerprint_of_pem(pair[0])
    session.fact(label, wanted)
    await _put(session, *pair)
    began_s = session.recorder.now()
    await _until_shown(
        session, lambda seen: seen == wanted, label=label, within_s=TAKEN_S
    )
    return session.recorder.now() - began_s


async def _until_shown(
    session: Session,
    is_wanted: Callable[[str], bool],
    *,
    label: str,
    within_s: float,
) -> None:
    """Shake hands until each port shows what is wanted; record the last handshakes."""
    async with asyncio.TaskGroup() as group:
        for port in tls_ports(session):
            group.create_task(
                _until_port_shows(
                    session,
                    is_wanted,
                    port=port,
                    label=f"{port.value} {label}",
                    within_s=within_s,
                )
            )


async def _until_port_shows(
    session: Session,
    is_wanted: Callable[[str], bool],
    *,
    port: Port,
    label: str,
    within_s: float,
) -> None:
    async def attempt() -> bool | None:
        session.recorder.drop(label)
        seen = await session.handshake(label=label, port=port)
        return True if is_wanted(_shown(seen)) else None

    with contextlib.suppress(Expired):  # the judge sees what was shown at last
        await until(attempt, within_s=within_s)


def _expect_shown(transcript: Transcript, label: str, *, pair: str) -> None:
    """Object unless each port showed the certificate of the good `pair`."""
    good = transcript.fact(pair)
    for port in tried_ports(transcript, suffix=f" {label}"):
        name = f"{port} {label}"
        seen = transcript.handshake(name)
        if _shown(seen) != good:
            shown = seen.problem or "another certificate"
            raise Mismatch("the certificate that was good", shown, name)


def _leaf(handshake: Handshake) -> x509.Certificate:
    if handshake.certificate_der is None:
        raise Mismatch("a handshake", handshake.problem, handshake.label)
    try:
        return x509.load_der_x509_certificate(handshake.certificate_der)
    except ValueError as error:
        raise Mismatch("a certificate", str(error), handshake.label) from error


def _shown(handshake: Handshake) -> str:
    """Return the fingerprint of what was shown, "" for nothing."""
    shown = handshake.certificate_der
    return "" if shown is None else sha256(shown).hexdigest()


def _fingerprint_of_pem(pem: bytes) -> str:
    first = x509.load_pem_x509_certificate(pem)
    return sha256(first.public_bytes(Encoding.DER)).hexdigest()
