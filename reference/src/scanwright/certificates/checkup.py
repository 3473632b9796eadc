"""One look at everything that ends or changes: the leaf, the CA, and who trusts it.

The certificate helper does this in a process of its own that ends afterwards, with all
the memory that cryptography takes.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from scanwright.certificates.authority import ensure_certificates
from scanwright.certificates.trust import Trust
from scanwright.errors import ScanwrightError

__all__ = ["check_up"]

log = logging.getLogger(__name__)


def check_up(
    folder: Path, environ: Mapping[str, str], *, now: datetime | None = None
) -> int:
    """Renew what is due and keep up the trust of browsers; return an exit status."""
    try:
        ensure_certificates(folder, now=now or datetime.now(UTC))
        reports = Trust(folder, environ).keep()
    except (ScanwrightError, OSError) as error:
        log.error("certificates could not be looked after: %s", error)  # noqa: TRY400 - the message says it all
        return 1
    for report in reports:
        if report.problem:
            log.warning("%s: %s", report.store, report.problem)
        elif report.needs_browser_restart:
            log.info("%s: %s after a restart", report.store, report.state)
    return 0
