"""Every path of the interface that a check can reach now, with the methods it has.

The table is the specification's OpenAPI document. Paths of jobs and documents need one
that exists: what an unknown id answers to a wrong method, no clause says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.session import Stopped
from scanwright_spec import openapi

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanwright_conformance.session import Session

__all__ = ["METHODS", "KnownPath", "generation_2", "known_paths"]

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class KnownPath:
    """A path as the specification spells it, `template`, and as it is requested."""

    template: str
    path: str
    methods: tuple[str, ...]


def known_paths(prefix: str, ids: Mapping[str, str]) -> tuple[KnownPath, ...]:
    """Return the paths below `prefix` whose parameters are all among `ids`."""
    table: Mapping[str, Mapping[str, Any]] = openapi()["paths"]
    found = []
    for template, operations in table.items():
        if not template.startswith(prefix):
            continue
        try:
            path = template.format_map(ids)
        except KeyError:
            continue
        methods = tuple(name for name in METHODS if name.lower() in operations)
        found.append(KnownPath(template, path, methods))
    return tuple(found)


async def generation_2(session: Session) -> tuple[KnownPath, ...]:
    """Return what generation 2 has on this target; makes a job and a document for it.

    The job is pending, and recorded as "create".
    """
    ids = {"param": "0"}
    if "scanner" in session.target.capabilities:
        ids["jobuid"] = (await session.create_job({"autoRun": False})).uid
    has_documents = "documents" in session.target.capabilities
    if has_documents:
        ids["documentuid"] = await _document(session)
    found = known_paths("/api/", ids)
    if not has_documents:
        found = _without(found, "/api/storage/")
    if "processing" not in session.target.capabilities:
        found = _without(found, "/api/process/read-barcode")
        if "check-blank" not in session.target.capabilities:
            found = _without(found, "/api/process/")
    return found


async def _document(session: Session) -> str:
    path = "/api/storage/documents"
    made = (await session.http("POST", path, label="document", json={})).json_or_none()
    uid = made.get("uid") if isinstance(made, dict) else None
    if not isinstance(uid, str):
        raise Stopped("the creation of a document gave no uid")
    return uid


def _without(paths: tuple[KnownPath, ...], prefix: str) -> tuple[KnownPath, ...]:
    return tuple(known for known in paths if not known.template.startswith(prefix))
