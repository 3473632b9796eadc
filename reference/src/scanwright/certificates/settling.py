"""Settles `cert/` before main serves from it, and leaves main small.

Almost always a glance is enough. At the first start certificates are made in a forked
process, which ends with all the memory that cryptography takes. Only in cases of doubt
main itself does it: a pair of the user's, one whose time is over, damaged files. What
is merely due soon is left to the certificate helper, which looks at every start.

Implements: TLS-chain-verifies.
"""

from __future__ import annotations

import logging
import os
import select
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from scanwright.certificates.folder import CertificateFolder
from scanwright.certificates.glance import glance

__all__ = ["settle_certificates"]

ASIDE_S: Final = 10.0
TITLE: Final = "scanwrightd: making certificates"

log = logging.getLogger(__name__)


def settle_certificates(folder: Path) -> None:
    """Make what is missing in `folder`, or has to be made anew; forks, maybe.

    Raises:
        AuthorityUnusable: The CA is damaged; the message says how to mend it.
        FolderBusy: Another process is at it, and hangs.
    """
    own = CertificateFolder(folder)
    if not own.server.chain.exists():
        _ensure_aside(folder)
    if glance(own, datetime.now(UTC)) is None:
        _ensure(folder)


def _ensure(folder: Path) -> None:
    from scanwright.certificates.authority import ensure_certificates

    ensure_certificates(folder)


def _ensure_aside(folder: Path) -> None:
    """Do it in a process of its own; what that one cannot do remains to be done."""
    pid = os.fork()
    if pid == 0:
        try:
            from setproctitle import setproctitle

            setproctitle(TITLE)
            _ensure(folder)
        except BaseException:  # the edge of the process: main tries again, and tells
            log.debug("certificates could not be made aside", exc_info=True)
        finally:
            os._exit(0)
    done = os.pidfd_open(pid)
    try:
        poll = select.poll()
        poll.register(done, select.POLLIN)
        if not poll.poll(ASIDE_S * 1000):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    finally:
        os.close(done)
