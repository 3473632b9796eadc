"""Actions: what somebody does to one device, request by request.

Each answers with the state of the device afterwards, and is written into the journal:
by the engine what became of it, by the control who asked for what.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from aiohttp import web
from aiohttp.web_exceptions import HTTPNotModified

from scanwright_simulators.building import glass_of, sheets_of
from scanwright_simulators.control import uploads
from scanwright_simulators.control.bodies import flag, number, pile, read_object
from scanwright_simulators.control.door import Refused
from scanwright_simulators.control.peers import is_own_user
from scanwright_simulators.control.pictures import Pictures
from scanwright_simulators.control.places import Places
from scanwright_simulators.control.views import detail, fault_rule, summary
from scanwright_simulators.device import CONDITIONS, Clears, Fault, FaultKind, Side
from scanwright_simulators.device.content import Content
from scanwright_simulators.device.identity import Identity
from scanwright_simulators.device.rules import read_rule
from scanwright_simulators.errors import ContentError
from scanwright_simulators.faces.face import Installed
from scanwright_simulators.piles import MOST_SHEETS
from scanwright_simulators.scenario import PilePlan

__all__ = ["Actions"]

FORM: Final = "multipart/form-data"
TARGETS: Final = ("tray", "glass")
WIDTH_PX: Final = 160
MOST_LISTED: Final = 1000
LONGEST_HOST: Final = 100

Made = TypeVar("Made")
Action = Callable[[web.Request, Installed], Awaitable[web.StreamResponse]]


class Actions:
    """The handlers of everything below one device."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._site = places.site
        self._pictures = Pictures(places.site.threads)

    def on_device(self, action: Action) -> Callable[..., Awaitable[web.StreamResponse]]:
        """Return a handler that looks the device up first."""

        async def handler(request: web.Request) -> web.StreamResponse:
            slug = request.match_info["slug"]
            return await action(request, self._places.device(slug))

        return handler

    async def devices(self, _request: web.Request) -> web.StreamResponse:
        """List all devices."""
        return web.json_response(self._all())

    async def reset_all(self, request: web.Request) -> web.StreamResponse:
        """Make all devices as at the beginning."""
        (await read_object(request)).done()
        for installed in self._site.devices:
            installed.scanner.reset()
        return web.json_response(self._all())

    # What can be seen.

    async def show(self, request: web.Request, on: Installed) -> web.StreamResponse:
        """Tell everything of a device."""
        first = number(request, "first", default=1, low=1)
        count = number(request, "count", default=100, high=MOST_LISTED)
        return self._state(on, first=first, count=count)

    async def sheet(self, request: web.Request, on: Installed) -> web.StreamResponse:
        """Draw a side of a sheet."""
        place = request.match_info
        sheet, side, content = self._places.side(on, place["number"], place["side"])
        identity = Identity(on.scanner.model.slug, sheet, side, 0)
        return await self._picture(request, content, identity)

    async def glass(self, request: web.Request, on: Installed) -> web.StreamResponse:
        """Draw what lies on the glass."""
        identity = Identity(on.scanner.model.slug, 0, Side.FRONT, 0)
        return await self._picture(request, on.scanner.glass, identity)

    async def faults(self, _request: web.Request, on: Installed) -> web.StreamResponse:
        """List the rules of the fault script."""
        rules = [fault_rule(rule) for rule in on.scanner.script.rules]
        return web.json_response({"faults": rules})

    # Paper.

    async def load(self, request: web.Request, on: Installed) -> web.StreamResponse:
        """Put paper into the tray or onto the glass: files, or generated pages."""
        target = request.query.get("target", TARGETS[0])
        if target not in TARGETS:
            raise Refused(400, f"target must be tray or glass, not {target!r}", TARGETS)
        is_added = flag(request, "append")
        if target == "tray" and not on.scanner.model.has_feeder:
            raise Refused(409, f"{on.scanner.model.name} has no feeder", ["glass"])
        if request.content_type == FORM:
            await self._load_form(request, on, target=target, is_added=is_added)
        else:
            values = (await read_object(request)).values
            if "files" in values and not is_own_user(request):
                message = "files by their path are for the user who runs this"
                raise Refused(403, message, ["upload them as a form"])
            await self._lay(on, pile(values), target=target, is_added=is_added)
        return self._state(on)

    async def eject(self, request: web.Request, on: Installed) -> web.StreamResponse:
        """Take all paper out of the feeder."""
        (await read_object(request)).done()
        self._told(on, "eject", "somebody takes the paper out")
        on.scanner.eject()
        return self._state(on)

    # Faults.

    async def add_fault(
        self,
        request: web.Request,
        on: Installed,
    ) -> web.StreamResponse:
        """Add a rule to the fault script."""
        rule = on.scanner.plan(read_rule((await read_object(request)).values))
        self._told(on, "rule added", f"rule {rule.id}: {rule.fault}", rule=rule.id)
        return web.json_response(fault_rule(rule), status=201)

    async def remove_fault(
        self,
        request: web.Request,
        on: Installed,
    ) -> web.StreamResponse:
        """Remove one rule."""
        rule = self._places.rule(on, request.match_info["rule"])
        on.scanner.script.remove(rule.id)
        self._told(on, "rule removed", f"rule {rule.id}: {rule.fault}", rule=rule.id)
        return self._state(on)

    async def remove_faults(
        self,
        _request: web.Request,
        on: Installed,
    ) -> web.StreamResponse:
        """Remove all rules."""
        count = on.scanner.script.remove()
        self._told(on, "rules removed", f"{count} rules")
        return self._state(on)

    async def strike(self, request: web.Request, on: Installed) -> web.StreamResponse:
        """Let a condition come now."""
        body = await read_object(request)
        kind = body.take("kind", str)
        if kind not in CONDITIONS:
            known = sorted(condition.value for condition in CONDITIONS)
            message = f"{kind!r} is no condition; there are: {', '.join(known)}"
            raise Refused(400, message, known)
        clears = body.take_choice("clears", Clears, Clears.BY_HAND)
        body.done()
        on.scanner.strike(Fault(FaultKind(kind), clears=clears))
        return self._state(on)

    async def clear(self, request: web.Request, on: Installed) -> web.StreamResponse:
        """Clear one condition, or all but being unplugged."""
        body = await read_object(request)
        kind = body.take_choice("kind", FaultKind, "") if body.values else None
        body.done()
        on.scanner.clear(kind)
        return self._state(on)

    # The case.

    async def press(self, request: web.Request, on: Installed) -> web.StreamResponse:
        """Press a button."""
        (await read_object(request)).done()
        on.scanner.press(self._places.button(on, request.match_info["name"]))
        return self._state(on)

    async def cover(self, request: web.Request, on: Installed) -> web.StreamResponse:
        """Open or close the cover."""
        is_open = await _only_flag(request, "open")
        _set_condition(on, FaultKind.COVER_OPEN, is_there=is_open)
        return self._state(on)

    async def plugged(self, request: web.Request, on: Installed) -> web.StreamResponse:
        """Pull the plug, or put it back."""
        is_plugged = await _only_flag(request, "plugged")
        _set_condition(on, FaultKind.OFFLINE, is_there=not is_plugged)
        return self._state(on)

    async def lock(self, request: web.Request, on: Installed) -> web.StreamResponse:
        """Let another host hold the device."""
        body = await read_object(request)
        host = body.take("host", str)
        body.done()
        if not host.isprintable() or not 1 <= len(host) <= LONGEST_HOST:
            raise Refused(400, f"host must be 1 to {LONGEST_HOST} printable characters")
        on.scanner.lock(host)
        return self._state(on)

    async def unlock(self, _request: web.Request, on: Installed) -> web.StreamResponse:
        """Let that host go."""
        on.scanner.unlock()
        return self._state(on)

    async def sleep(self, request: web.Request, on: Installed) -> web.StreamResponse:
        """Switch the lamp off until the next job."""
        (await read_object(request)).done()
        if on.scanner.running is not None:
            raise Refused(409, f"{on.scanner.model.name} works and cannot sleep")
        on.scanner.sleep()
        return self._state(on)

    async def reset(self, request: web.Request, on: Installed) -> web.StreamResponse:
        """Make the device as at the beginning."""
        (await read_object(request)).done()
        on.scanner.reset()
        return self._state(on)

    # Within.

    def _all(self) -> dict[str, Any]:
        return {"devices": [summary(each) for each in self._site.devices]}

    async def _load_form(
        self,
        request: web.Request,
        on: Installed,
        *,
        target: str,
        is_added: bool,
    ) -> None:
        is_two_sided = flag(request, "two_sided")
        folder = self._site.folder / "uploads"
        batch, files = await uploads.receive(request, folder)
        plan = PilePlan(files=tuple(files), two_sided=is_two_sided)
        try:
            await self._lay(on, plan, target=target, is_added=is_added)
        except BaseException as error:
            await uploads.discard(batch)
            if isinstance(error, ContentError):
                # They know it by its name; where it lay here says nothing to them.
                raise ContentError(_without_folders(str(error), files)) from error
            raise

    async def _lay(
        self,
        on: Installed,
        plan: PilePlan,
        *,
        target: str,
        is_added: bool,
    ) -> None:
        """Make sheets in a thread, which reads heads of files, and put them there."""
        bed, beyond = on.scanner.model.bed, on.plan.background
        if target == "glass":
            make_glass = partial(glass_of, plan, bed=bed, beyond=beyond)
            on.scanner.lay_on_glass(await self._made(make_glass))
        else:
            make_sheets = partial(sheets_of, plan, bed=bed, beyond=beyond)
            sheets = await self._made(make_sheets)
            lying = len(on.scanner.feeder.pile) if is_added else 0
            if lying + len(sheets) > MOST_SHEETS:
                message = f"a pile has {MOST_SHEETS} sheets at most; {lying} lie here"
                raise Refused(409, message)
            on.scanner.load(sheets, append=is_added)

    async def _made(self, make: Callable[[], Made]) -> Made:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._site.threads, make)

    async def _picture(
        self,
        request: web.Request,
        content: Content,
        identity: Identity,
    ) -> web.StreamResponse:
        width_px = number(request, "width", default=WIDTH_PX, low=16, high=1000)
        drawn = await self._pictures.png(content, width_px, identity)
        tag = hashlib.sha256(drawn).hexdigest()[:32]
        if any(known.value == tag for known in request.if_none_match or ()):
            raise HTTPNotModified(headers={"ETag": f'"{tag}"'})
        answer = web.Response(body=drawn, content_type="image/png")
        answer.etag = tag
        # Ask again each time: what lies there may be another sheet by now.
        answer.headers["Cache-Control"] = "private, no-cache"
        return answer

    def _state(self, on: Installed, **sheets: int) -> web.Response:
        addresses = self._places.addresses(on)
        return web.json_response(detail(on, addresses=addresses, **sheets))

    def _told(self, on: Installed, what: str, text: str, **data: Any) -> None:
        slug = on.scanner.model.slug
        self._site.journal.add("control", what, text, device=slug, **data)


async def _only_flag(request: web.Request, name: str) -> bool:
    body = await read_object(request)
    value = body.take(name, bool)
    body.done()
    return value


def _set_condition(on: Installed, kind: FaultKind, *, is_there: bool) -> None:
    if is_there:
        on.scanner.strike(Fault(kind))
    else:
        on.scanner.clear(kind)


def _without_folders(text: str, files: list[Path]) -> str:
    for file in files:
        text = text.replace(str(file), file.name)
    return text
