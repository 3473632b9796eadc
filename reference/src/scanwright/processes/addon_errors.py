"""What goes wrong in an add-on worker, and how it reaches whoever called.

An error that blames the request keeps its class on the way: what the worker's function
refused as an `InvalidParameter`, main refuses as one. All else is an `AddonFailed`.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanwright.errors import ClientError, ScanwrightError
from scanwright.processes.channel import Failed

__all__ = ["AddonFailed", "failure"]


class AddonFailed(ScanwrightError):
    """The worker died, hung, needed too much, or has a defect: one call is lost."""


def failure(failed: Failed) -> ClientError | None:
    """Return the error that blames the request, or None if this one does not."""
    # So that its classes are known here; it imports no more than this module does.
    import scanwright.imaging.files.errors  # noqa: F401

    for kind in _below(ClientError):
        # Others are made of more than a message: they are not the workers' to raise.
        if kind.__name__ == failed.kind and kind.__init__ is ScanwrightError.__init__:
            return kind(failed.message, code=failed.code)
    return None


def _below(kind: type[ClientError]) -> Iterator[type[ClientError]]:
    for below in kind.__subclasses__():
        yield below
        yield from _below(below)
