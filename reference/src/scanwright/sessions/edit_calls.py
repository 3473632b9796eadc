"""Calls that change or measure what is on an image.

The pixels are worked on in an add-on worker. An edit of many images shows each as soon
as it is done; all together they are one step for undo. An image that is removed, or
given another page, while it is worked on keeps what the user made of it: the answer
names it as skipped.

Implements: CHANNEL-edit-exact, CHANNEL-edit-versions, CHANNEL-undo-step.
"""

from __future__ import annotations

import asyncio
from typing import Final

from scanwright.errors import ScanwrightError
from scanwright.protocol.edit_members import parse_analysis, parse_edit
from scanwright.protocol.edits import Edit, Measured
from scanwright.sessions.album import Image
from scanwright.sessions.run import Method, Methods, Run

__all__ = ["METHODS", "measured_object"]

AT_ONCE: Final = 2
"""Images that are worked on beside each other, as many as add-on workers do."""


async def _apply(run: Run) -> object:
    session, ids = run.session, run.images()
    edit = parse_edit(run.params.nested("edit"))
    session.album.chosen(ids)
    async with session.editing:
        done, edited = 0, set[str]()
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            edited |= await _edit_all(run, some, edit)
            done += len(some)
            run.progress(done, len(ids))
    return {"skipped": [image_id for image_id in ids if image_id not in edited]}


async def _edit_all(run: Run, ids: list[str], edit: Edit) -> set[str]:
    """Edit a few images beside each other; return those that show it now."""
    images = run.session.album.images
    chosen = [images[image_id] for image_id in ids if image_id in images]
    try:
        async with asyncio.TaskGroup() as tasks:
            edits = [tasks.create_task(_edit_one(run, image, edit)) for image in chosen]
    except* ScanwrightError as errors:
        raise _first(errors) from None
    return {
        image.id for image, landed in zip(chosen, edits, strict=True) if landed.result()
    }


async def _edit_one(run: Run, image: Image, edit: Edit) -> bool:
    """Edit an image; False when it has gone meanwhile, or shows another page."""
    session = run.session
    store = session.store
    async with store.view(image.page) as view:
        page = await session.services.addons.edit(view, edit)
    stored = store.put(page, key=session.key)
    # The page is compared, not the image: tags may have come meanwhile.
    now = session.album.images.get(image.id)
    if now is None or now.page is not image.page:
        store.drop(stored)
        return False
    session.change(session.album.show(image.id, stored), "modify", run)
    return True


async def _measure(run: Run) -> object:
    session = run.session
    image = session.album.image(run.one("image"))
    analysis = parse_analysis(run.params.nested("analysis"))
    async with session.store.view(image.page) as view:
        return measured_object(await session.services.addons.measure(view, analysis))


def measured_object(measured: Measured) -> dict[str, object]:
    """Spell what was measured, and nothing that was not."""
    area = measured.area
    told = {
        "angle": measured.angle,
        "area": area
        and {
            "left": area.left,
            "top": area.top,
            "right": area.right,
            "bottom": area.bottom,
        },
        "isBlank": measured.is_blank,
        "deviation": measured.deviation,
    }
    return {name: value for name, value in told.items() if value is not None}


def _first(errors: BaseExceptionGroup[ScanwrightError]) -> ScanwrightError:
    for error in errors.exceptions:
        if isinstance(error, ScanwrightError):
            return error
        if isinstance(error, BaseExceptionGroup):
            return _first(error)
    raise AssertionError("a group of errors is not empty")


METHODS: Final[Methods] = {
    "edit.apply": Method(_apply),
    "edit.measure": Method(_measure),
}
