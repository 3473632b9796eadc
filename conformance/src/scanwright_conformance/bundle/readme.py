"""What a stranger reads first in a bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanwright_conformance.bundle.manifest import Manifest

__all__ = ["readme"]


def readme(manifest: Manifest) -> str:
    """Return the text for README.txt."""
    version = f" {manifest.target_version}" if manifest.target_version else ""
    origin = ""
    if manifest.origin is not None:
        origin = (
            "\nThe conversations are those of an older bundle, judged once more:\n"
            f"sha256:{manifest.origin.sha256},\n"
            f"by scanwright {manifest.origin.suite_version}, "
            f"signed by key {manifest.origin.key_id}.\n"
        )
    return f"""\
Evidence of a certification
===========================

Target:   {manifest.target_name}{version}
Verdict:  {manifest.roll_up.value}
Given:    {manifest.created.isoformat(timespec="seconds")} by scanwright \
{manifest.suite_version}, seed {manifest.seed}
{origin}
What is in it
-------------
manifest.json     what this is, and the SHA-256 of everything else
events.ndjson     the run: its plan, and each clause with every conversation that was
                  held for it and every verdict; a JSON value a line
transcripts.har   the same exchanges for tools that read HTTP Archives
catalogue.json    the clauses as they were worded
target.toml       how the target was described
environment.json  where the suite ran

Licence keys, passwords, tokens, cookies and private keys were taken out before it was
signed; "[redacted]" stands where they stood.

How to verify it
----------------
    scanwright verify THIS.zip
    scanwright verify THIS.zip --trust KEY_ID_OR_PUBLIC_KEY_FILE

checks every byte, and judges every conversation again without the target. EVIDENCE.md
of scanwright tells how to check the signature with openssl alone. The signature is in
the comment of the zip; who packs the files anew loses it.

What the signature proves
-------------------------
That not one byte has changed since somebody signed it who had the key. And, as verdicts
can be computed from the conversations again, that the verdicts follow from these.

What it does not prove
----------------------
Who holds the key: learn its id from the signer, by another way than this file.
That the conversations were held as recorded, with the target that is named: who runs
the suite could have written them. That nothing was left out, for instance an earlier
run that failed. When it was signed: times are those of the signer's clock. Trust in
all of this is trust in who signed.
"""
