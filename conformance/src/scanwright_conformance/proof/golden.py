"""Golden transcripts: conversations of which is known how they have to be judged.

Those that pass were held with the reference, those that fail with the reference under a
defect that breaks the clause. They are data of the package, one small file for each
clause, so that an installed suite can prove its judges without any service.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.checks import load_checks
from scanwright_conformance.codec import decode, encode
from scanwright_conformance.judging import Attempt, judged
from scanwright_conformance.transcript import Transcript

if TYPE_CHECKING:
    from scanwright_conformance.check import Check

__all__ = [
    "FOLDER",
    "Golden",
    "golden_clauses",
    "is_met",
    "misjudged",
    "read_golden",
    "write_golden",
]

FOLDER: Final = Path(__file__).parent / "golden"
SAID: Final[Mapping[bool | None, str]] = {
    True: "passing",
    False: "failing",
    None: "with a mistake of the judge",
}


@dataclass(frozen=True, slots=True)
class Golden:
    """The transcripts of one clause that pass, and those that fail."""

    passing: tuple[Transcript, ...] = ()
    failing: tuple[Transcript, ...] = ()

    @property
    def verdicts(self) -> tuple[tuple[Transcript, bool], ...]:
        """Each transcript with whether it meets the clause."""
        return (
            *((transcript, True) for transcript in self.passing),
            *((transcript, False) for transcript in self.failing),
        )


def read_golden(clause: str, folder: Path = FOLDER) -> Golden:
    """Return the golden transcripts of `clause`; there may be none."""
    kept = _content(_path(clause, folder))
    return Golden(
        passing=tuple(decode(each) for each in kept.get("passing", ())),
        failing=tuple(decode(each) for each in kept.get("failing", ())),
    )


def write_golden(clause: str, golden: Golden, folder: Path = FOLDER) -> bool:
    """Keep `golden`, and return whether that changed its file.

    The file has no date and no name in it: the same content gives the same bytes.
    """
    content = {
        "passing": [encode(each) for each in golden.passing],
        "failing": [encode(each) for each in golden.failing],
    }
    path = _path(clause, folder)
    # compared before it is packed: other builds of zlib pack the same differently
    if _content(path) == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), mtime=0))
    return True


def golden_clauses(folder: Path = FOLDER) -> tuple[str, ...]:
    """Return the clauses that have golden transcripts, by name."""
    names = (path.name.removesuffix(".json.gz") for path in folder.glob("*/*.json.gz"))
    return tuple(sorted(names))


def misjudged(clauses: Iterable[str], folder: Path = FOLDER) -> tuple[str, ...]:
    """Return a line for each transcript of `clauses` that is not judged as it should.

    A clause without a check is a line, too: nobody can judge what is kept for it.
    """
    checks = load_checks()
    lines = []
    for clause in clauses:
        if clause not in checks:
            lines.append(f"{clause}: there is no check for these transcripts")
            continue
        for transcript, wanted in read_golden(clause, folder).verdicts:
            if (seen := is_met(checks[clause].check, transcript)) is not wanted:
                lines.append(f"{clause}: {SAID[wanted]} is judged {SAID[seen]}")
    return tuple(lines)


def is_met(check: Check, transcript: Transcript) -> bool | None:
    """Return what the judge says, None when it makes a mistake."""
    judgement = judged(check, Attempt(transcript, 0.0)).judgement
    return None if judgement is None else judgement.is_met


def _path(clause: str, folder: Path) -> Path:
    return folder / clause.partition("-")[0] / f"{clause}.json.gz"


def _content(path: Path) -> Mapping[str, Any]:
    try:
        packed = path.read_bytes()
    except FileNotFoundError:
        return {}
    content: dict[str, Any] = json.loads(gzip.decompress(packed))
    return content
