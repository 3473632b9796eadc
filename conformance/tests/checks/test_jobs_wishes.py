"""What the checks ask scanners for."""

from __future__ import annotations

from scanwright_conformance.checks.jobs_wishes import from_feeder, one_page


def test_a_wish_is_small_unless_more_is_asked_for() -> None:
    """Pages are few and coarse; other members of the creation stand beside config."""
    assert one_page(autoRun=False) == {
        "autoRun": False,
        "config": {"Resolution": 100, "XferCount": 1},
    }
    config = {"Resolution": 100, "XferCount": 3, "IfFeederEnabled": True}
    assert from_feeder(3) == {"config": config}
