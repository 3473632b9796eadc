"""What pages say about themselves: which sheet of which scanner they are.

A serial number counts the pages that a scanner ever handed out, so a gap between two
pages is a page that was lost on the way, and so is a gap between two jobs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.expect import expect, expect_equal, expect_image
from scanwright_conformance.judgement import Mismatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanwright_conformance.images import Identity
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Exchange, Transcript

__all__ = [
    "expect_complete",
    "expect_same_page",
    "expect_sorted",
    "identities_of",
    "identity_of",
    "telling_role",
]

IDENTITY: Final = "identity"
TELLING: Final = "pages say who they are"
"""The label of the fact that tells whether they are known to do so."""
GLASS: Final = 0
"""The sheet number of what lies there."""


def telling_role(session: Session) -> str:
    """Return the role whose pages say who they are, else the usual one; a fact."""
    is_telling = IDENTITY in session.target.capabilities
    session.fact(TELLING, is_telling)
    return IDENTITY if is_telling else "scanner"


def expect_sorted(transcript: Transcript, *, end: Exchange) -> None:
    """Object when a page came twice, or too early, as far as pages tell.

    Where they are known to tell, one that does not is none of the scanner's.
    """
    pages = transcript.series("page")
    if TELLING in transcript and transcript.fact(TELLING):
        found = identities_of(pages)
    else:
        images = [expect_image(page) for page in pages]
        found = [each.identity for each in images if each.identity is not None]
    serials = [identity.serial for identity in found]
    expect(
        end,
        serials == sorted(set(serials)),
        "each page once, in the order of scanning",
        f"pages with the serial numbers {serials}",
    )


def identity_of(page: Exchange) -> Identity:
    """Return what `page` says about itself; a page without it is a mismatch."""
    identity = expect_image(page).identity
    if identity is None:
        raise Mismatch("a page with its identity", "a page without", page.label)
    return identity


def identities_of(pages: Sequence[Exchange]) -> list[Identity]:
    """Return what `pages` say about themselves."""
    return [identity_of(page) for page in pages]


def expect_same_page(page: Exchange, model: Exchange) -> None:
    """Object when `page` is another page than `model`.

    Pages say who they are, in every form and after every loss; those that do not are
    known by their pixels, where the forms are the same.
    """
    seen, wanted = expect_image(page), expect_image(model)
    if seen.identity is not None or wanted.identity is not None:
        shown, expected = str(seen.identity), str(wanted.identity)
    elif seen.format == wanted.format:
        shown, expected = seen.pixels_sha256, wanted.pixels_sha256
    else:
        shown, expected = str(seen.width_px), str(wanted.width_px)
    expect_equal(page, shown, expected, what="page")


def expect_complete(
    pages: Sequence[Exchange], *, end: Exchange, next_: Exchange
) -> str:
    """Return the scanner of `pages` when they are what lay in it, in order.

    `end` is the answer after the last of them, `next_` the first page that the scanner
    delivered afterwards: its serial number tells whether there was one in between.
    """
    found = identities_of(pages)
    expect(end, len(found) > 0, "pages", "none")
    devices = {identity.device for identity in found}
    expect(end, len(devices) == 1, "pages of one scanner", sorted(devices))
    sheets = [identity.sheet for identity in found]
    wanted = list(range(1, len(found) + 1))
    # a scanner without a feeder has one page, from the glass
    expect(end, sheets in (wanted, [GLASS]), f"sheets {wanted}", f"sheets {sheets}")
    serials = [identity.serial for identity in [*found, identity_of(next_)]]
    whole = list(range(serials[0], serials[0] + len(serials)))
    expect_equal(next_, serials, whole, what="serial numbers")
    return found[0].device
