"""Checks of what others find in the files of documents: nothing, and no way in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.check import check
from scanwright_conformance.checks.documents_kept import NAMES, Kept
from scanwright_conformance.checks.files import form_in
from scanwright_conformance.expect import expect_status
from scanwright_conformance.judgement import Mismatch

if TYPE_CHECKING:
    from scanwright_conformance.transcript import Transcript

DOCUMENTS_FOLDER: Final = "storage"
FOREIGN_RIGHTS: Final = 0o077
NOISE_BITS: Final = 7.5
"""Bits a byte of cipher; raw pixels have far less."""
ENOUGH: Final = 4096
"""A shorter file has too few bytes to tell noise by."""
WITHOUT_DOCUMENTS: Final = ("cache/", "dump/", "log/")


@check("DOCS-encrypted", after=("DOCS-insert", "DOCS-metadata"), deadline_s=180)
class Encrypted(Kept):
    """Who has the files has nothing."""

    def judge(self, transcript: Transcript) -> None:
        """No secret may be in any file, and no picture in one that is new."""
        for name in NAMES:
            expect_status(transcript[f"first {name} change"], 200)
        if found := transcript.fact("found in"):
            wanted = "no metadata and no password in clear"
            raise Mismatch(wanted, ", ".join(found), "found in")
        new = [each for each in _new_entries(transcript) if each["kind"] == "file"]
        if not new:
            raise Mismatch("files of documents", "none", "home after")
        for each in new:
            _expect_noise(each)


@check("DOCS-private", after=("DOCS-create",), deadline_s=180)
class DocumentsPrivate(Kept):
    """Nobody but the service's account gets in."""

    def judge(self, transcript: Transcript) -> None:
        """Look at the rights of what is new, and of the folder that it is in."""
        entries = _new_entries(transcript)
        if not entries:
            raise Mismatch("files of documents", "none", "home after")
        folders = [
            each
            for each in transcript.fact("home after")
            if each["path"] == DOCUMENTS_FOLDER
        ]
        for each in (*folders, *entries):
            if int(each["mode"], 8) & FOREIGN_RIGHTS:
                wanted = f"{each['path']} closed to others"
                raise Mismatch(wanted, f"mode {each['mode']}", "home after")


def _new_entries(transcript: Transcript) -> list[dict[str, Any]]:
    """Return what the home has since there are documents, but for logs and caches."""
    known = {each["path"]: each["size"] for each in transcript.fact("home before")}
    return [
        each
        for each in transcript.fact("home after")
        if each["kind"] in {"file", "folder"}
        and not each["path"].startswith(WITHOUT_DOCUMENTS)
        and known.get(each["path"]) is None
    ]


def _expect_noise(entry: dict[str, Any]) -> None:
    form = form_in(entry, label="home after")
    if form["contains"]:
        wanted = f"{entry['path']} to be unreadable"
        raise Mismatch(wanted, ", ".join(form["contains"]), "home after")
    bits = form["bits_per_byte"]
    if entry["size"] >= ENOUGH and bits < NOISE_BITS:
        wanted = f"{entry['path']} to be noise"
        raise Mismatch(wanted, f"{bits} bits a byte", "home after")
