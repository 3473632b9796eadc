"""The run as JSON: what machines read. `report.schema.json` describes it.

It says the same as the stream of events, gathered and rolled up, so the stream can be
made from it again.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.event_codec import FORMAT as EVENTS
from scanwright_conformance.event_codec import (
    decode_event,
    encode_plan,
    encode_result,
)
from scanwright_conformance.verdict import EXIT_STATUS, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanwright_conformance.events import Event
    from scanwright_conformance.results import Run

__all__ = [
    "FORMAT",
    "as_bytes",
    "counts_as_json",
    "events_of_report",
    "run_as_json",
]

FORMAT: Final = "scanwright-report/2"


def run_as_json(run: Run) -> dict[str, Any]:
    """Return `run` as JSON values, the transcripts included."""
    plan = encode_plan(run.plan)
    del plan["clauses"]
    return {
        "format": FORMAT,
        **plan,
        "order": [clause.id for clause in run.plan.clauses],
        "seconds": round(run.seconds, 3),
        "roll_up": run.roll_up.value,
        "exit_status": EXIT_STATUS[run.roll_up],
        "counts": counts_as_json(run.counts),
        "standings": [
            {
                "profile": each.profile,
                "roll_up": each.roll_up.value,
                "counts": counts_as_json(each.counts),
            }
            for each in run.standings
        ],
        "traces": list(run.traces),
        "is_interrupted": run.is_interrupted,
        "results": [encode_result(result) for result in run.results],
    }


def events_of_report(value: Mapping[str, Any]) -> Iterator[Event]:
    """Yield the events that `run_as_json` gathered; ValueError when it did not."""
    if value.get("format") != FORMAT:
        raise ValueError(f"the format is {value.get('format')!r}, not {FORMAT!r}")
    clauses = {each["clause"]["id"]: each["clause"] for each in value["results"]}
    tried = [clauses[name] for name in value["order"] if name in clauses]
    head = {**value, "event": "began", "format": EVENTS, "clauses": tried}
    yield decode_event(head)
    for result in value["results"]:
        yield decode_event({**result, "event": "ended"})
    tail = {name: value[name] for name in ("seconds", "traces", "is_interrupted")}
    yield decode_event({"event": "finished", **tail})


def counts_as_json(counts: Mapping[Verdict, int]) -> dict[str, int]:
    """Return counts by the names of their verdicts."""
    return {verdict.value: count for verdict, count in counts.items()}


def as_bytes(value: Mapping[str, Any]) -> bytes:
    """Return JSON values as the bytes of a file.

    A target may answer half a surrogate pair, which no UTF-8 can say; the escape of
    Python is that of JSON, too.
    """
    text = json.dumps(value, indent=1, ensure_ascii=False) + "\n"
    return text.encode("utf-8", "backslashreplace")
