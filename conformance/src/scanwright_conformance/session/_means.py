"""What a stimulus may use: nothing that the target was said to lack.

A check whose clause does not need a capability must not depend on it in secret.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanwright_conformance.target import Unsupported, capability_of

if TYPE_CHECKING:
    from scanwright_conformance.target import Target

__all__ = ["require", "require_role"]


def require(target: Target, capability: str) -> None:
    """Raise Unsupported when this run must do without `capability`."""
    if capability in target.withheld:
        raise Unsupported(f"this run must do without {capability!r}")


def require_role(target: Target, role: str) -> None:
    """Raise Unsupported when this run must do without the scanner of `role`."""
    require(target, capability_of(role))
