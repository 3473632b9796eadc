"""Checks of add-on processes: how they are known, and how little they can take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks._known_pictures import fill
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.target import Role

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

GIB: Final = 1 << 30
LIMITS: Final = {
    "address space": 8 * GIB,
    "file size": 8 * GIB,
    "open files": 256,
    "processes": 0,
    "core file size": 0,
}
"""The highest of each, by the names of proc(5); sizes are in bytes."""
CONFINED_S: Final = 10.0
MIRROR: Final = {"kind": "mirror"}


class _Editing(Check):
    """An image is edited, and whoever does it is looked at."""

    is_shared = True

    async def stimulate(self, session: Session) -> None:
        """Load a picture, and look at what runs while it is edited."""
        page = await session.page()
        images = await fill(page, 1)
        await page.ask("edit.apply", label="edit", images=images, edit=MIRROR)
        await session.machine.until_limited(
            Role.ADDON, LIMITS, label="process", within_s=CONFINED_S
        )
        await page.answered("edit")


@check("SERVICE-arguments-addon", after=("CHANNEL-edit-exact",))
class AddonArguments(_Editing):
    """An add-on process is known by its arguments."""

    def judge(self, transcript: Transcript) -> None:
        """Look for the first argument, and for the name and the channel."""
        arguments = transcript.fact("process")["arguments"]
        if len(arguments) < 3 or arguments[0] != "-addon":
            wanted = "-addon, a name and a channel"
            raise Mismatch(wanted, " ".join(arguments), "process")


@check("SERVICE-addon-limits", after=("SERVICE-arguments-addon",))
class AddonLimits(_Editing):
    """What an add-on process opens cannot make it take the machine."""

    def judge(self, transcript: Transcript) -> None:
        """Compare each limit, the soft one and the hard one."""
        limits = transcript.fact("process")["limits"]
        for name, highest in LIMITS.items():
            for kind in ("soft", "hard"):
                seen = limits.get(name, {}).get(kind)  # None is without end
                if seen is None or seen > highest:
                    wanted = f"a {kind} limit of {name} up to {highest}"
                    raise Mismatch(wanted, _shown(seen), "process")


def _shown(limit: int | None) -> str:
    return "unlimited" if limit is None else str(limit)
