"""What a stimulus may use."""

from __future__ import annotations

import pytest

from scanwright_conformance.session._means import require, require_role
from scanwright_conformance.target import Addresses, Target, Unsupported


def target_without(*capabilities: str) -> Target:
    """Return a target that must do without these."""
    return Target("t", Addresses({}), frozenset(), withheld=frozenset(capabilities))


def test_what_is_withheld_is_refused() -> None:
    """A check cannot use in secret what its clause does not need."""
    with pytest.raises(Unsupported, match="home"):
        require(target_without("home"), "home")
    require(target_without("home"), "processes")


def test_a_role_is_withheld_with_its_capability() -> None:
    """A role may have another name than its capability."""
    with pytest.raises(Unsupported, match="slow-scanner"):
        require_role(target_without("slow-scanner"), "slow")
    with pytest.raises(Unsupported, match="duplex"):
        require_role(target_without("duplex"), "duplex")
