"""Recording golden transcripts: from what the laboratory found to what is kept.

Kept is what the judge needs, and nothing that tells where it was recorded: pictures are
their facts, and names of the machine and of its folders are others. A transcript that
would not be judged as before without these is not kept at all.
"""

from __future__ import annotations

import socket
import sys
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.checks import load_checks
from scanwright_conformance.codec import decode
from scanwright_conformance.proof.changes import original
from scanwright_conformance.proof.golden import FOLDER, Golden, is_met, write_golden
from scanwright_conformance.transcript import Entry, Exchange, Transcript
from scanwright_conformance.verdict import Verdict

if TYPE_CHECKING:
    from scanwright_conformance.proof.laboratory import Finding, Outcome

__all__ = ["Recording", "record", "traces"]

MET: Final = frozenset({Verdict.PASS})
UNMET: Final = frozenset({Verdict.FAIL, Verdict.WARN})
FAILING: Final = 3
"""How many transcripts that fail are kept of one clause."""

SHORT: Final = 3
"""Names of this length are parts of other words, and tell nothing."""

BYTES: Final = frozenset({"body", "certificate_der", "data", "raw"})
"""Members of encoded transcripts that are base64."""

Replacements = Mapping[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Recording:
    """What was kept: clauses whose file is another now, and a line for each refusal."""

    changed: tuple[str, ...]
    refused: tuple[str, ...]


def record(outcomes: Iterable[Outcome], folder: Path = FOLDER) -> Recording:
    """Keep the golden transcripts of every clause that has both kinds in `outcomes`.

    Outcomes without changes show how a clause is met. An outcome with changes shows how
    the clause that its experiment is named after is not.
    """
    found = _sorted(outcomes)
    changed, refused = [], []
    replacements = traces()
    for clause, findings in sorted(found.items()):
        kept: dict[bool, list[Transcript]] = {True: [], False: []}
        for finding in findings:
            wanted = finding.verdict in MET
            slim = _slim(clause, finding, replacements)
            if slim is None:
                refused.append(f"{clause}: {finding.verdict} is judged otherwise")
            elif len(kept[wanted]) < (1 if wanted else FAILING):
                kept[wanted].append(slim)
        if not kept[True] or not kept[False]:
            missing = "passing" if not kept[True] else "failing"
            refused.append(f"{clause}: there is no {missing} transcript")
            continue
        if write_golden(clause, Golden(tuple(kept[True]), tuple(kept[False])), folder):
            changed.append(clause)
    return Recording(tuple(changed), tuple(refused))


def traces() -> Replacements:
    """Return what tells where a transcript was recorded, and what it becomes."""
    found = {
        str(original()): "/opt/scanwright/lib/scanwright",
        sys.prefix: "/opt/scanwright",
        sys.base_prefix: "/usr",
        str(Path.home()): "/home/user",
        socket.gethostname(): "host.example.test",
    }
    for number, address in enumerate(sorted(set(_addresses())), start=7):
        # both ranges are for documentation (RFC 5737, RFC 3849)
        like = "2001:db8::" if ":" in address else "198.51.100."
        found[address] = f"{like}{number}"
    # the longer first: one may be the beginning of another
    names = sorted(found, key=lambda name: -len(name))
    return {each.encode(): found[each].encode() for each in names if len(each) > SHORT}


def _sorted(outcomes: Iterable[Outcome]) -> Mapping[str, list[Finding]]:
    """Return the findings that may be kept, by clause."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for outcome in outcomes:
        experiment = outcome.experiment
        broken = experiment.name.partition("/")[0]
        for clause, finding in outcome.findings.items():
            if experiment.changes:
                is_wanted = clause == broken and finding.verdict in UNMET
            else:
                is_wanted = finding.verdict in MET
            if is_wanted and finding.transcript is not None:
                found[clause].append(finding)
    return found


def _slim(
    clause: str,
    finding: Finding,
    replacements: Replacements,
) -> Transcript | None:
    """Return the transcript as it is kept, None when it would be judged otherwise."""
    check = load_checks()[clause].check
    wanted = finding.verdict in MET
    whole = decode(_replaced(dict(finding.transcript or {}), replacements))
    for kept in (
        _without_bytes(whole),
        _without_bytes(whole, but_of_locked=True),
        whole,
    ):
        if is_met(check, kept) is wanted:
            return kept
    return None


def _without_bytes(
    transcript: Transcript, *, but_of_locked: bool = False
) -> Transcript:
    """Return `transcript` with facts in place of the bytes of pictures and files.

    Whether a password opens a file can only be judged by its bytes.
    """
    entries = (
        _known(entry, but_of_locked=but_of_locked) for entry in transcript.entries
    )
    return replace(transcript, entries=tuple(entries))


def _known(entry: Entry, *, but_of_locked: bool) -> Entry:
    if not isinstance(entry, Exchange) or entry.answer is None:
        return entry
    body = entry.answer.body
    is_kept = but_of_locked and body.file is not None and body.file.is_locked
    if is_kept or (body.image is None and body.file is None):
        return entry
    return replace(entry, answer=replace(entry.answer, body=body.without_bytes()))


def _replaced(
    value: Any,
    replacements: Replacements,
    name: str = "",
    packed: frozenset[str] = BYTES,
) -> Any:
    """Return an encoded transcript, or a part called `name`, with the replacements.

    `packed` are the names of parts that are base64.
    """
    match value:
        case str() if name in packed:
            return b64encode(_in_bytes(b64decode(value), replacements)).decode()
        case str():
            return _in_bytes(value.encode(), replacements).decode()
        case list():
            return [_replaced(each, replacements, "", packed) for each in value]
        case dict():
            inside = frozenset() if value.get("kind") == "fact" else packed
            return {
                _replaced(key, replacements): _replaced(each, replacements, key, inside)
                for key, each in value.items()
            }
    return value


def _in_bytes(data: bytes, replacements: Replacements) -> bytes:
    for old, new in replacements.items():
        data = data.replace(old, new)
    return data


def _addresses() -> Iterator[str]:
    """Yield the addresses by which others could reach this machine."""
    for family, far in (
        (socket.AF_INET, "192.0.2.1"),
        (socket.AF_INET6, "2001:db8::1"),
    ):
        # nothing is sent: connecting a datagram socket only chooses the source address
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((far, 9))
            yield str(probe.getsockname()[0])
