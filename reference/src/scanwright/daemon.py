"""`scanwrightd`: one executable for every process of the service.

    scanwrightd                                       main
    scanwrightd -scan <channel>                       a scan worker

What it is told decides what it is, and only that is imported.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Become the process that the arguments name; return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["-scan"]:
        from scanwright.processes import scan_worker

        return scan_worker.main(arguments)
    from scanwright import app

    return app.run(arguments)
