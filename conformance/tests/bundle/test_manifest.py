"""The manifest: about these members, and no others."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from scanwright_conformance.bundle.archive import BundleError
from scanwright_conformance.bundle.manifest import (
    Manifest,
    Origin,
    decode_manifest,
    encode_manifest,
)
from scanwright_conformance.verdict import RollUp

MEMBERS = {"events.ndjson": b"{}\n", "README.txt": b"read"}
MANIFEST = Manifest(
    created=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
    suite_version="0.1.0",
    seed=7,
    target_name="tiny",
    target_version="1.2",
    roll_up=RollUp.FAILED,
    origin=Origin("00" * 32, "0.0.9", "11" * 16),
)


def refused(value: dict[str, Any], words: str, members: dict[str, bytes]) -> None:
    """Assert that a manifest is refused, with `words` in the reason."""
    with pytest.raises(BundleError, match=words):
        decode_manifest(value, members)


def test_a_manifest_comes_back_as_it_was() -> None:
    """With its origin."""
    assert decode_manifest(encode_manifest(MANIFEST, MEMBERS), MEMBERS) == MANIFEST


def test_members_must_be_those_of_the_manifest() -> None:
    """More, less, and swapped ones are refused."""
    value = encode_manifest(MANIFEST, MEMBERS)
    refused(value, "x is not in the manifest", {**MEMBERS, "x": b""})
    refused(value, "README.txt is in the manifest", {"events.ndjson": b"{}\n"})
    swapped = {"events.ndjson": b"read", "README.txt": b"{}\n"}
    refused(value, "is not the one that the manifest is about", swapped)


def test_another_format_is_refused() -> None:
    """The reason has both."""
    value = {**encode_manifest(MANIFEST, MEMBERS), "format": "scanwright-bundle/9"}
    refused(value, "'scanwright-bundle/9'.*'scanwright-bundle/1'", MEMBERS)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("created", "yesterday"),
        ("roll_up", "perfect"),
        ("seed", None),
        ("target", []),
        ("origin", {"x": 1}),
        ("members", 3),
    ],
)
def test_nonsense_is_refused(name: str, wrong: Any) -> None:
    """A signed manifest may still be none."""
    value = {**encode_manifest(MANIFEST, MEMBERS), name: wrong}
    refused(value, "cannot be understood", MEMBERS)
