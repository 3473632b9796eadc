"""What a device answers in which state: a table, published and tested row by row.

    request                  state                      answer
    -----------------------  -------------------------  --------------------------------
    GET ScannerCapabilities  any                        200
    GET ScannerStatus        any                        200
    POST ScanJobs            idle, paper if needed      201 and Location
    POST ScanJobs            asleep                     201 and Location
    POST ScanJobs            body is no ScanSettings    400
    POST ScanJobs            no such input, mode, ...   409
    POST ScanJobs            feeder empty               409, ScannerAdfEmpty
    POST ScanJobs            jammed, feeder wanted      409, ScannerAdfJam
    POST ScanJobs            jammed, glass wanted       201 and Location
    POST ScanJobs            another job is running     503 and Retry-After
    POST ScanJobs            held by another host       503 and Retry-After
    POST ScanJobs            scanner locked             503, Stopped
    POST ScanJobs            hardware failure           500, Stopped
    POST ScanJobs            body above 64 KiB          413
    POST ScanJobs            body comes too late        408
    GET NextDocument         running, a page is left    200 and the page
    GET NextDocument         running, none is left      404, Completed
    GET NextDocument         running, cold              200 when it is warm
    GET NextDocument         running, busy for now      503 and Retry-After
    GET NextDocument         running, still warming up  503 and Retry-After
    GET NextDocument         running, jam               409, ScannerAdfJam
    GET NextDocument         running, double feed       409, ScannerAdfMultipickDetected
    GET NextDocument         running, cover open        409, ScannerAdfHatchOpen
    GET NextDocument         running, scanner locked    503, Stopped
    GET NextDocument         running, hardware failure  500, Stopped
    GET NextDocument         running, seemingly empty   404, ScannerAdfEmpty
    GET NextDocument         running, stalled           none until DELETE, 410
    GET NextDocument         Completed                  404
    GET NextDocument         Canceled                   410
    GET NextDocument         Aborted                    410
    GET NextDocument         unknown                    404
    GET ScanImageInfo        known                      200
    GET ScanImageInfo        unknown                    404
    DELETE job               running                    200, Canceled
    DELETE job               ended                      200, as it was
    DELETE job               unknown                    404
    any                      unknown path               404
    any                      known path, other method   405 and Allow
    any                      foreign Host               403
    any                      foreign Origin             403
    any                      offline                    connection refused

`fault.http_status` takes the place of the status of any fault. The 404 that ends a job
has no body: libsane's own `escl` backend would take a text for a picture. All other
errors carry their reason as plain text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scanwright_simulators.device import Fault, FaultKind

__all__ = ["ROWS", "Row", "as_markdown", "as_text", "fault_status"]


@dataclass(frozen=True, slots=True)
class Row:
    """An answer: what is asked, in which state, and what is said."""

    request: str
    state: str
    answer: str


CAPABILITIES: Final = "GET ScannerCapabilities"
STATUS: Final = "GET ScannerStatus"
POST: Final = "POST ScanJobs"
PAGE: Final = "GET NextDocument"
INFO: Final = "GET ScanImageInfo"
DELETE: Final = "DELETE job"
ANY: Final = "any"

ROWS: Final = (
    Row(CAPABILITIES, "any", "200"),
    Row(STATUS, "any", "200"),
    Row(POST, "idle, paper if needed", "201 and Location"),
    Row(POST, "asleep", "201 and Location"),
    Row(POST, "body is no ScanSettings", "400"),
    Row(POST, "no such input, mode, ...", "409"),
    Row(POST, "feeder empty", "409, ScannerAdfEmpty"),
    Row(POST, "jammed, feeder wanted", "409, ScannerAdfJam"),
    Row(POST, "jammed, glass wanted", "201 and Location"),
    Row(POST, "another job is running", "503 and Retry-After"),
    Row(POST, "held by another host", "503 and Retry-After"),
    Row(POST, "scanner locked", "503, Stopped"),
    Row(POST, "hardware failure", "500, Stopped"),
    Row(POST, "body above 64 KiB", "413"),
    Row(POST, "body comes too late", "408"),
    Row(PAGE, "running, a page is left", "200 and the page"),
    Row(PAGE, "running, none is left", "404, Completed"),
    Row(PAGE, "running, cold", "200 when it is warm"),
    Row(PAGE, "running, busy for now", "503 and Retry-After"),
    Row(PAGE, "running, still warming up", "503 and Retry-After"),
    Row(PAGE, "running, jam", "409, ScannerAdfJam"),
    Row(PAGE, "running, double feed", "409, ScannerAdfMultipickDetected"),
    Row(PAGE, "running, cover open", "409, ScannerAdfHatchOpen"),
    Row(PAGE, "running, scanner locked", "503, Stopped"),
    Row(PAGE, "running, hardware failure", "500, Stopped"),
    Row(PAGE, "running, seemingly empty", "404, ScannerAdfEmpty"),
    Row(PAGE, "running, stalled", "none until DELETE, 410"),
    Row(PAGE, "Completed", "404"),
    Row(PAGE, "Canceled", "410"),
    Row(PAGE, "Aborted", "410"),
    Row(PAGE, "unknown", "404"),
    Row(INFO, "known", "200"),
    Row(INFO, "unknown", "404"),
    Row(DELETE, "running", "200, Canceled"),
    Row(DELETE, "ended", "200, as it was"),
    Row(DELETE, "unknown", "404"),
    Row(ANY, "unknown path", "404"),
    Row(ANY, "known path, other method", "405 and Allow"),
    Row(ANY, "foreign Host", "403"),
    Row(ANY, "foreign Origin", "403"),
    Row(ANY, "offline", "connection refused"),
)

FAULT_STATUS: Final = {
    FaultKind.JAM: 409,
    FaultKind.DOUBLE_FEED: 409,
    FaultKind.COVER_OPEN: 409,
    FaultKind.EMPTY: 409,
    # Somebody has to undo the lock; until then it is as if others had the device.
    FaultKind.LOCKED: 503,
    FaultKind.BUSY: 503,
    FaultKind.WARMING_UP: 503,
    FaultKind.OFFLINE: 503,
}
"""What a host is told of a fault; 500 where nothing is said."""


def fault_status(fault: Fault) -> int:
    """Return the HTTP status of `fault`."""
    return fault.http_status or FAULT_STATUS.get(fault.kind, 500)


def as_text() -> str:
    """Return the table as it stands on top of this module."""
    cells = [(row.request, row.state, row.answer) for row in ROWS]
    return _aligned([("request", "state", "answer"), *cells])


def as_markdown() -> str:
    """Return the table as documentation shows it."""
    lines = ["| Request | State | Answer |", "|---|---|---|"]
    lines += [f"| `{row.request}` | {row.state} | {row.answer} |" for row in ROWS]
    return "\n".join(lines)


def _aligned(rows: Sequence[tuple[str, str, str]]) -> str:
    widths = [max(len(row[at]) for row in rows) for at in range(3)]
    rule = tuple("-" * width for width in widths)
    return "\n".join(
        "    " + "  ".join(map(str.ljust, row, widths)).rstrip()
        for row in (rows[0], rule, *rows[1:])
    )
