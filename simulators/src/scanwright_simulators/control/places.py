"""Places: what the parts of an address name, and what they may have meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scanwright_simulators.control.door import Refused
from scanwright_simulators.device import Side
from scanwright_simulators.device.content import Content
from scanwright_simulators.device.faults import Rule
from scanwright_simulators.device.identity import slug as slug_of
from scanwright_simulators.device.journal import nearest
from scanwright_simulators.faces.face import Installed, RunningDevice, Site

__all__ = ["Places"]


@dataclass(frozen=True, slots=True)
class Places:
    """The devices of a site by their slugs, and what is in them.

    `running` is under which addresses hosts find the devices, where that is known.
    """

    site: Site
    running: Sequence[RunningDevice] = ()

    def addresses(self, installed: Installed) -> list[dict[str, str]]:
        """Return where hosts find a device, by the names of the faces."""
        name = installed.scanner.model.name
        return [
            {"type": each.type, "address": each.address}
            for each in self.running
            if each.name == name
        ]

    def device(self, slug: str) -> Installed:
        """Return a device; raises Refused (404) with those that may be meant."""
        known = {each.scanner.model.slug: each for each in self.site.devices}
        if slug in known:
            return known[slug]
        near = nearest(slug_of(slug), list(known)) or list(known)[:3]
        raise Refused(404, f"there is no device {slug!r}", near)

    @staticmethod
    def rule(installed: Installed, text: str) -> Rule:
        """Return a rule of the fault script."""
        rules = installed.scanner.script.rules
        for rule in rules:
            if text == str(rule.id):
                return rule
        near = [f"{rule.id}: {rule.fault}" for rule in rules[:5]]
        raise Refused(404, f"there is no rule {text}", near)

    @staticmethod
    def button(installed: Installed, name: str) -> str:
        """Return the name of a button that is there."""
        buttons = installed.scanner.model.buttons
        if name not in buttons:
            raise Refused(404, f"there is no button {name!r}", buttons)
        return name

    @staticmethod
    def side(installed: Installed, number: str, side: str) -> tuple[int, Side, Content]:
        """Return a side of a sheet of the pile, and the number of the sheet."""
        pile = installed.scanner.feeder.pile
        is_there = number.isascii() and number.isdigit() and len(number) < 9
        if not is_there or not 1 <= int(number) <= len(pile):
            there = [f"sheets 1 to {len(pile)}"] if pile else []
            raise Refused(404, f"there is no sheet {number}", there)
        if side not in set(Side):
            raise Refused(404, f"a sheet has no side {side!r}", list(Side))
        which = Side(side)
        sheet = pile[int(number) - 1].sheet
        return int(number), which, sheet.front if which is Side.FRONT else sheet.back
