"""The file: a run goes in, a signed zip comes out, and the other way round."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.bundle.archive import BundleError, pack, unpack
from scanwright_conformance.bundle.contents import (
    EVENTS,
    contents_of,
    events_in,
    without_secrets,
)
from scanwright_conformance.bundle.manifest import (
    MANIFEST,
    Manifest,
    Origin,
    decode_manifest,
)
from scanwright_conformance.bundle.seal import COMMENT_SIZE, Seal, opened, sealed
from scanwright_conformance.event_codec import EventError
from scanwright_conformance.events import Ended, Event, run_of
from scanwright_conformance.transcript import Fact

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from scanwright_conformance.results import Run

__all__ = ["Bundle", "BundleError", "Recorder", "read_bundle", "write_bundle"]

FILE_LIMIT: Final = 512 * 1024 * 1024
DEPTH_LIMIT: Final = 100


class Recorder:
    """A listener that keeps the events of a run for its bundle."""

    def __init__(self) -> None:
        self._events: list[Event] = []

    def take(self, event: Event) -> None:
        """Keep one event."""
        self._events.append(event)

    @property
    def events(self) -> tuple[Event, ...]:
        """All that happened so far."""
        return tuple(self._events)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that nobody changed since it was signed.

    `sha256` is over the whole file. Whether verdicts follow from what is in it is not
    known yet: `verification.py` finds that out.
    """

    sha256: str
    seal: Seal
    manifest: Manifest
    members: Mapping[str, bytes]
    events: tuple[Event, ...]

    @property
    def run(self) -> Run:
        """The run that it tells of."""
        return run_of(self.events)

    @property
    def origin(self) -> Origin:
        """What a bundle that is made from this one says about it."""
        return Origin(self.sha256, self.manifest.suite_version, self.seal.key_id)


def write_bundle(
    run_events: Sequence[Event],
    path: Path,
    key: Ed25519PrivateKey,
    *,
    secrets: Iterable[str] = (),
    created: datetime | None = None,
    origin: Origin | None = None,
) -> None:
    """Write the bundle of a run, whole or not at all.

    What is secret by its place, or is in `secrets`, is taken out first. `created` and
    `origin` are for a run whose conversations come from an older bundle. OSError means
    that it could not be written.
    """
    known = tuple(secrets)
    events = [without_secrets(event, known) for event in run_events]
    members = contents_of(events, created=created, origin=origin)
    data = sealed(pack(members, comment_size=COMMENT_SIZE), key)
    _write(path, data)


def read_bundle(path: Path) -> Bundle:
    """Return the bundle in a file, or raise BundleError; OSError without the file."""
    if path.stat().st_size > FILE_LIMIT:
        raise BundleError(f"it is larger than the {FILE_LIMIT} bytes of a bundle")
    return bundle_in(path.read_bytes())


def bundle_in(data: bytes) -> Bundle:
    """Return the bundle that these bytes are, or raise BundleError."""
    archive, seal = opened(data)
    members = unpack(archive, comment_size=COMMENT_SIZE)
    manifest = decode_manifest(_manifest_in(members), _all_but_manifest(members))
    if EVENTS not in members:
        raise BundleError(f"there is no {EVENTS} in it")
    try:
        events = events_in(members[EVENTS])
        run_of(events)
        _expect_shallow(events)
    except (EventError, ValueError, RecursionError) as error:
        raise BundleError(f"{EVENTS} cannot be understood: {error}") from error
    return Bundle(sha256(data).hexdigest(), seal, manifest, members, events)


def _expect_shallow(events: Sequence[Event]) -> None:
    """Raise RecursionError for a fact that Python can read and not write again."""
    facts = [
        entry.value
        for event in events
        if isinstance(event, Ended)
        for attempt in event.result.attempts
        for entry in attempt.transcript.entries
        if isinstance(entry, Fact)
    ]
    level: list[Any] = facts
    for _ in range(DEPTH_LIMIT):
        level = [inner for value in level for inner in _inside(value)]
    if level:
        raise RecursionError(f"a fact has more than {DEPTH_LIMIT} levels")


def _inside(value: Any) -> Iterable[Any]:
    match value:
        case dict():
            return value.values()
        case list():
            return value
    return ()


def _manifest_in(members: Mapping[str, bytes]) -> dict[str, Any]:
    if MANIFEST not in members:
        raise BundleError(f"there is no {MANIFEST} in it")
    try:
        value = json.loads(members[MANIFEST])
    except (ValueError, RecursionError) as error:
        raise BundleError(f"{MANIFEST} is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise BundleError(f"{MANIFEST} is no object")
    return value


def _all_but_manifest(members: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in members.items() if name != MANIFEST}


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        new = Path(name)
        # evidence is there to be shown; a temporary file is not
        new.chmod(0o644)
        new.replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
