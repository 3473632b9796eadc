"""The manifest: what a bundle says it is, and the hash of everything else in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from scanwright_conformance.bundle.archive import BundleError
from scanwright_conformance.bundle.seal import FORMAT
from scanwright_conformance.verdict import RollUp

__all__ = ["MANIFEST", "Manifest", "Origin", "decode_manifest", "encode_manifest"]

MANIFEST: Final = "manifest.json"


@dataclass(frozen=True, slots=True)
class Origin:
    """The bundle whose conversations were judged once more.

    `sha256` is over its file, `key_id` names who signed it.
    """

    sha256: str
    suite_version: str
    key_id: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What can be known of a bundle at a glance.

    `created` is when the verdicts were given. `origin` is there when the conversations
    come from an older bundle.
    """

    created: datetime
    suite_version: str
    seed: int
    target_name: str
    target_version: str
    roll_up: RollUp
    origin: Origin | None = None


def encode_manifest(
    manifest: Manifest,
    members: Mapping[str, bytes],
) -> dict[str, Any]:
    """Return the manifest of `members` as JSON values."""
    origin = manifest.origin
    return {
        "format": FORMAT,
        "created": manifest.created.isoformat(timespec="seconds"),
        "suite_version": manifest.suite_version,
        "seed": manifest.seed,
        "target": {"name": manifest.target_name, "version": manifest.target_version},
        "roll_up": manifest.roll_up.value,
        "origin": None if origin is None else asdict(origin),
        "members": {name: _facts(data) for name, data in members.items()},
    }


def decode_manifest(value: Mapping[str, Any], members: Mapping[str, bytes]) -> Manifest:
    """Return the manifest; BundleError where `members` are not what it says."""
    if value.get("format") != FORMAT:
        raise BundleError(
            f"{MANIFEST} says that the format is {value.get('format')!r}; "
            f"this suite reads {FORMAT!r}",
        )
    try:
        _compare(value["members"], members)
        origin = value.get("origin")
        return Manifest(
            created=datetime.fromisoformat(value["created"]),
            suite_version=str(value["suite_version"]),
            seed=int(value["seed"]),
            target_name=str(value["target"]["name"]),
            target_version=str(value["target"].get("version", "")),
            roll_up=RollUp(value["roll_up"]),
            origin=None if origin is None else Origin(**origin),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BundleError(f"{MANIFEST} cannot be understood: {error!r}") from error


def _compare(said: Mapping[str, Any], members: Mapping[str, bytes]) -> None:
    if more := sorted(members.keys() - said.keys()):
        raise BundleError(f"{', '.join(more)} is not in the manifest")
    if missing := sorted(said.keys() - members.keys()):
        raise BundleError(f"{', '.join(missing)} is in the manifest and not in the zip")
    for name, data in members.items():
        if said[name] != _facts(data):
            raise BundleError(f"{name} is not the one that the manifest is about")


def _facts(data: bytes) -> dict[str, Any]:
    return {"sha256": sha256(data).hexdigest(), "size": len(data)}
