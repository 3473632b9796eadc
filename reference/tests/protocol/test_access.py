"""What a path touches, and so what the user may be asked."""

from __future__ import annotations

import pytest

from scanwright.protocol.access import Access, access_of


@pytest.mark.parametrize(
    ("path", "access"),
    [
        ("/api/device/scanners", Access.SCANNER),
        ("/api/device/scanners/jobs/1/next-page", Access.SCANNER),
        ("/DWTAPI/ScanJobs", Access.SCANNER),
        ("/api/storage/documents", Access.FILE),
        ("/api/device/webcams", Access.WEBCAM),
        ("/api/device/scannersX", None),
        ("/api/server/version", None),
        ("/", None),
    ],
)
def test_a_path_tells_what_it_touches(path: str, access: Access | None) -> None:
    """Scanners, files and webcams are the user's; the state of the service is not."""
    assert access_of(path) is access
