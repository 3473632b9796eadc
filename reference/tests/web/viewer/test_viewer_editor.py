"""The editor in a browser: every tool asks the service for the edit that it shows."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

Show = Callable[..., Awaitable[Page]]
ALONE = "element=scanwright-editor"
FIRST = f"{0:012x}"


async def edits(page: Page, count: int) -> list[Any]:
    """Return ids and edit of each call, when there are so many."""
    await page.wait_for_function(
        f"""() => session.buffer.calls.filter(([name]) =>
            name === 'edit').length >= {count}"""
    )
    found: list[list[Any]] = await page.evaluate("session.buffer.calls")
    return [call[1:] for call in found if call[0] == "edit"]


def tool(page: Page, name: str) -> Locator:
    """Return a button of the toolbar."""
    return page.get_by_role("button", name=name, exact=True)


async def fill(page: Page, **fields: int) -> None:
    """Type numbers into the panel."""
    for name, value in fields.items():
        await page.locator(f"form input[type=number][name={name}]").fill(str(value))


async def values(page: Page) -> dict[str, float]:
    """Return the numbers of the panel."""
    found: dict[str, float] = await page.evaluate(
        """Object.fromEntries([...element.shadowRoot.querySelectorAll(
            'form input[type=number]')].map(({name, valueAsNumber}) =>
            [name, valueAsNumber]))"""
    )
    return found


@pytest.mark.parametrize(
    ("name", "edit"),
    [
        ("Rotate left", {"kind": "rotate", "angle": -90}),
        ("Rotate right", {"kind": "rotate", "angle": 90}),
        ("Rotate by 180°", {"kind": "rotate", "angle": 180}),
        ("Flip top to bottom", {"kind": "flip"}),
        ("Mirror left to right", {"kind": "mirror"}),
        ("Straighten", {"kind": "deskew"}),
        ("Cut off the border", {"kind": "autoBorder"}),
        ("To gray", {"kind": "gray"}),
        ("Invert", {"kind": "invert"}),
    ],
)
async def test_plain_tools_edit_at_once(
    show: Show, name: str, edit: dict[str, Any]
) -> None:
    """One press is one edit of the current page, and is said to be done."""
    page = await show(ALONE)
    await tool(page, name).click()
    assert await edits(page, 1) == [[[FIRST], edit]]
    await expect(page.get_by_text(f"Done: {name}")).to_be_attached()


async def test_any_angle_is_seen_before_it_is_made(show: Show) -> None:
    """The preview turns the picture; only Apply turns the page."""
    page = await show(ALONE)
    await tool(page, "Rotate by any angle").click()
    await fill(page, angle=12)
    picture = page.locator(".picture")
    await expect(picture).to_have_attribute("style", re.compile(r"rotate\(12deg\)"))
    await page.get_by_label("Keep the size").check()
    await tool(page, "Apply").click()
    ((ids, edit),) = await edits(page, 1)
    assert ids == [FIRST]
    assert edit["angle"] == 12
    assert edit["keepSize"] is True
    assert edit["fill"] == "FFFFFF"
    assert edit["interpolation"] == 3
    await expect(picture).not_to_have_attribute("style", re.compile("rotate"))


async def test_tones_are_seen_before_they_are_made(show: Show) -> None:
    """Escape leaves the page as it is, Apply sends what was shown."""
    page = await show(ALONE)
    button = tool(page, "Brightness and contrast")
    await button.click()
    await expect(button).to_have_attribute("aria-expanded", "true")
    await fill(page, brightness=200, contrast=-100)
    picture = page.locator(".picture")
    await expect(picture).to_have_attribute("style", re.compile("brightness"))
    await page.keyboard.press("Escape")
    await expect(page.locator("form")).to_have_count(0)
    await expect(picture).not_to_have_attribute("style", re.compile("brightness"))
    await expect(button).to_be_focused()
    await button.press("Enter")
    await fill(page, brightness=200)
    await page.keyboard.press("Enter")
    assert await edits(page, 1) == [
        [[FIRST], {"kind": "adjust", "brightness": 200, "contrast": 0}]
    ]


async def test_a_threshold_is_found_or_chosen(show: Show) -> None:
    """The slider counts when the service is not to find it."""
    page = await show(ALONE)
    for automatic in (True, False):
        await tool(page, "To black and white").click()
        box = page.get_by_label("Find the threshold")
        await expect(page.locator("form input[type=number]")).to_be_disabled()
        if not automatic:
            await box.uncheck()
            await fill(page, threshold=99)
        await tool(page, "Apply").click()
    assert [edit for _, edit in await edits(page, 2)] == [
        {"kind": "blackAndWhite"},
        {"kind": "blackAndWhite", "threshold": 99},
    ]


async def test_depth_resolution_and_size(show: Show) -> None:
    """Each asks for what it needs; the ratio is kept when wished."""
    page = await show(ALONE)
    await tool(page, "Bit depth").click()
    await expect(page.locator("form select")).to_have_value("24")
    await page.locator("form select").select_option("8")
    await tool(page, "Apply").click()
    await edits(page, 1)
    await tool(page, "Resolution").click()
    await fill(page, dpiX=200, dpiY=200)
    between = page.get_by_label("Between pixels")
    await expect(between).to_be_disabled()
    await page.get_by_label("Change the pixels").check()
    await between.select_option("Nearest")
    await tool(page, "Apply").click()
    await edits(page, 2)
    await tool(page, "Size in pixels").click()
    await fill(page, width=1240)
    assert await values(page) == {"width": 1240, "height": 1754}
    await between.select_option("Best")
    await tool(page, "Apply").click()
    depth, dpi, size = (edit for _, edit in await edits(page, 3))
    assert depth == {"kind": "setDepth", "bitsPerPixel": 8}
    assert dpi == {
        "kind": "setDpi",
        "x": 200,
        "y": 200,
        "resample": True,
        "interpolation": 1,
    }
    assert size == {
        "kind": "resize",
        "width": 1240,
        "height": 1754,
        "interpolation": 5,
    }


async def test_the_resolution_can_be_named_without_other_pixels(show: Show) -> None:
    """Then nothing lies between pixels, and no interpolation is asked for."""
    page = await show(ALONE)
    await tool(page, "Resolution").click()
    await fill(page, dpiX=100, dpiY=150)
    await tool(page, "Apply").click()
    ((_, edit),) = await edits(page, 1)
    assert edit == {"kind": "setDpi", "x": 100, "y": 150, "resample": False}


async def test_a_width_is_cut_or_filled(show: Show) -> None:
    """With the colour that was chosen."""
    page = await show(ALONE)
    await tool(page, "Width: cut off or fill up on the right").click()
    assert await values(page) == {"width": 2480}
    await fill(page, width=3000)
    await page.get_by_label("Fill colour").fill("#102030")
    await tool(page, "Apply").click()
    ((_, edit),) = await edits(page, 1)
    assert edit == {"kind": "setWidth", "width": 3000, "fill": "102030"}


async def called(page: Page, name: str, count: int = 1) -> list[Any]:
    """Return the parameters of each call of a name, when there are so many."""
    find = f"session.buffer.calls.filter(([name]) => name === '{name}')"
    await page.wait_for_function(f"() => {find}.length >= {count}")
    found: list[Any] = await page.evaluate(f"{find}.map(([, ...rest]) => rest)")
    return found


@pytest.mark.parametrize(
    ("whole", "area", "call"),
    [
        ("Copy the page", "Copy an area", "copy"),
        ("Cut the page out", "Cut an area out", "cut"),
    ],
)
async def test_pages_and_areas_go_to_the_clipboard(
    show: Show, whole: str, area: str, call: str
) -> None:
    """A page at once, an area when it is drawn; of one page, whatever is selected."""
    page = await show(ALONE)
    await page.evaluate(
        "session.buffer.select(session.buffer.images.map(({id}) => id))"
    )
    await tool(page, "Edit all 6 selected pages").click()
    await tool(page, whole).click()
    await tool(page, area).click()
    await fill(page, left=10, top=20, width=30, height=40)
    await page.keyboard.press("Enter")
    rectangle = {"left": 10, "top": 20, "right": 40, "bottom": 60}
    assert await called(page, call, 2) == [[FIRST], [FIRST, rectangle]]
    await expect(page.get_by_text(f"Done: {area}")).to_be_attached()


async def test_a_clipboard_that_is_not_allowed_is_said(show: Show) -> None:
    """In words."""
    page = await show(ALONE)
    await page.evaluate("session.buffer.refuse = 'the clipboard is not allowed'")
    await tool(page, "Copy the page").click()
    await expect(page.get_by_role("alert")).to_contain_text("not allowed")


async def test_whether_a_page_is_blank_is_measured(show: Show) -> None:
    """The panel shows verdict and value, and asks again for other values."""
    page = await show(ALONE)
    await tool(page, "Is this page blank?").click()
    answer = page.locator("form .answer")
    await expect(answer).to_be_hidden()
    await tool(page, "Test").click()
    said = "This page is blank. Measured deviation: 0.25"
    await expect(answer).to_have_text(said)
    await expect(page.get_by_role("status").filter(has_text=said)).to_be_attached()
    await fill(page, maxStdDev=0)
    await expect(answer).to_be_hidden()
    await page.keyboard.press("Enter")
    await expect(answer).to_contain_text("not blank. Measured deviation: 0.25")
    await page.get_by_label("How to tell").select_option("By height of marks")
    await expect(page.get_by_label("Threshold")).to_be_disabled()
    await tool(page, "Test").click()
    await expect(answer).to_have_text("This page is not blank.")
    assert await called(page, "blank", 3) == [
        [FIRST, {"method": "deviation", "threshold": 128, "maxStdDev": 1}],
        [FIRST, {"method": "deviation", "threshold": 128, "maxStdDev": 0}],
        [FIRST, {"method": "blocks"}],
    ]
    assert not await page.evaluate("session.buffer.canUndo")


async def test_a_wrong_number_is_not_sent(show: Show) -> None:
    """The browser says which field it is, and the panel stays."""
    page = await show(ALONE)
    await tool(page, "Resolution").click()
    await fill(page, dpiX=0)
    await tool(page, "Apply").click()
    await expect(page.locator("form")).to_be_visible()
    assert await page.evaluate("session.buffer.calls") == []


async def on_sheet(page: Page, x: float, y: float) -> tuple[float, float]:
    """Return where a pixel of the image is in the window."""
    box = await page.locator(".sheet").bounding_box()
    scale = await page.evaluate("element.view.scale")
    assert box is not None
    return box["x"] + x * scale, box["y"] + y * scale


@pytest.mark.parametrize("zoom", ["'fit'", "'width'", "0.37", "1", "2.5"])
async def test_a_drawn_rectangle_is_what_is_cut_out(show: Show, zoom: str) -> None:
    """To the pixel of the screen, at any zoom."""
    page = await show(ALONE)
    await page.evaluate(f"element.view.zoom = {zoom}")
    await tool(page, "Crop").click()
    scale = await page.evaluate("element.view.scale")
    # In sight at every zoom, and outside of the rectangle that is there at first.
    await fill(page, left=2000, top=3000, width=50, height=50)
    await page.mouse.move(*await on_sheet(page, 10, 12))
    await page.mouse.down()
    await page.mouse.move(*await on_sheet(page, 100, 80), steps=3)
    await page.mouse.move(*await on_sheet(page, 210, 112))
    await page.mouse.up()
    shown = await values(page)
    await page.keyboard.press("Enter")
    ((_, edit),) = await edits(page, 1)
    slack = 1 + 1 / scale
    wanted = {"left": 10, "top": 12, "right": 210, "bottom": 112}
    for side, place in wanted.items():
        assert edit[side] == pytest.approx(place, abs=slack), side
    assert edit["right"] - edit["left"] == shown["width"]
    assert edit["top"] == shown["top"]


async def test_a_rectangle_is_moved_and_resized(show: Show) -> None:
    """By the mouse within it, by its handles, by keys, by numbers."""
    page = await show(ALONE)
    await tool(page, "Crop").click()
    await fill(page, left=500, top=500, width=1000, height=1000)
    scale = await page.evaluate("element.view.scale")
    await page.mouse.move(*await on_sheet(page, 1000, 1000))
    await page.mouse.down()
    await page.mouse.move(*await on_sheet(page, 1200, 1400), steps=3)
    await page.mouse.up()
    slack = 1 + 1 / scale
    moved = await values(page)
    assert moved["left"] == pytest.approx(700, abs=slack)
    assert moved["top"] == pytest.approx(900, abs=slack)
    assert (moved["width"], moved["height"]) == (1000, 1000)
    await page.mouse.move(
        *await on_sheet(page, moved["left"] + 1000, moved["top"] + 1000)
    )
    await page.mouse.down()
    await page.mouse.move(*await on_sheet(page, 2000, 2100), steps=3)
    await page.mouse.up()
    resized = await values(page)
    assert resized["left"] == moved["left"]
    assert resized["left"] + resized["width"] == pytest.approx(2000, abs=2 * slack)
    await page.locator(".area").focus()
    await page.keyboard.press("Control+ArrowLeft")
    await page.keyboard.press("Control+Shift+ArrowDown")
    nudged = await values(page)
    assert nudged["left"] == resized["left"] - 1
    assert nudged["height"] == resized["height"] + 1


async def test_a_finger_draws_a_rectangle(show: Show) -> None:
    """And the view does not move under it."""
    page = await show(ALONE, has_touch=True)
    await tool(page, "Erase an area").click()
    await fill(page, left=2000, top=3000, width=50, height=50)
    finger = await page.context.new_cdp_session(page)
    for kind, x, y in (
        ("touchStart", 300, 300),
        ("touchMove", 600, 700),
        ("touchMove", 900, 1100),
    ):
        to_x, to_y = await on_sheet(page, x, y)
        await finger.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": to_x, "y": to_y}]},
        )
    await finger.send(
        "Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []}
    )
    await expect(page.locator(".shade")).to_have_css(
        "background-color", "rgb(255, 255, 255)"
    )
    await tool(page, "Apply").click()
    ((_, edit),) = await edits(page, 1)
    assert edit["kind"] == "erase"
    assert edit["fill"] == "FFFFFF"
    assert edit["left"] == pytest.approx(300, abs=8)
    assert edit["bottom"] == pytest.approx(1100, abs=8)


async def test_a_rectangle_follows_the_zoom(show: Show) -> None:
    """It covers the same pixels, whatever the scale."""
    page = await show(ALONE)
    await tool(page, "Crop").click()
    await fill(page, left=100, top=200, width=300, height=400)
    for zoom in ("1", "'fit'", "0.5"):
        await page.evaluate(f"element.view.zoom = {zoom}")
        scale = await page.evaluate("element.view.scale")
        box = await page.locator(".area").bounding_box()
        assert box is not None
        assert box["width"] == pytest.approx(300 * scale, abs=1)
        assert box["height"] == pytest.approx(400 * scale, abs=1)
    assert (await values(page))["left"] == 100


async def test_undo_and_redo_by_button_and_key(show: Show) -> None:
    """They say what they did, and cannot be pressed where there is nothing."""
    page = await show(ALONE)
    undo, redo = tool(page, "Undo"), tool(page, "Redo")
    await expect(undo).to_have_attribute("aria-disabled", "true")
    await tool(page, "Invert").click()
    await expect(undo).not_to_have_attribute("aria-disabled", "true")
    await undo.click()
    await expect(page.get_by_text("Undone", exact=True)).to_be_attached()
    await expect(redo).not_to_have_attribute("aria-disabled", "true")
    await page.keyboard.press("Control+y")
    await expect(page.get_by_text("Done again", exact=True)).to_be_attached()
    await page.keyboard.press("Control+z")
    await page.wait_for_function("() => session.buffer.canRedo")


async def test_all_selected_pages_are_edited_when_wished(show: Show) -> None:
    """A switch appears with a selection of several."""
    page = await show(ALONE)
    await page.evaluate(
        "session.buffer.select(session.buffer.images.slice(0, 3).map(({id}) => id))"
    )
    everyone = tool(page, "Edit all 3 selected pages")
    await everyone.click()
    await expect(everyone).to_have_attribute("aria-pressed", "true")
    await tool(page, "To gray").click()
    ((ids, _),) = await edits(page, 1)
    assert len(ids) == 3


async def test_edits_come_in_the_order_of_the_presses(show: Show) -> None:
    """Also when they come faster than the service answers."""
    page = await show(ALONE)
    await page.evaluate(
        """() => {
          for (const name of ['rotateLeft', 'invert', 'flip'])
            element.shadowRoot.querySelector(`[data-tool=${name}]`).click();
        }"""
    )
    kinds = [edit["kind"] for _, edit in await edits(page, 3)]
    assert kinds == ["rotate", "invert", "flip"]
    await expect(page.get_by_role("toolbar", name="Edit")).to_have_attribute(
        "aria-busy", "false"
    )


async def test_an_edit_of_many_pages_can_be_cancelled(show: Show) -> None:
    """It shows how far it is; those that wait are cancelled, too, and others work."""
    page = await show(ALONE)
    await page.evaluate(
        "session.buffer.select(session.buffer.images.map(({id}) => id))"
    )
    await tool(page, "Edit all 6 selected pages").click()
    stop = tool(page, "Cancel what is going on")
    await expect(stop).to_have_attribute("aria-disabled", "true")
    await page.evaluate("session.hold = true")
    await tool(page, "To gray").click()
    await tool(page, "Invert").click()
    progress = page.get_by_role("progressbar", name="Working: To gray")
    await expect(progress).to_be_visible()
    await expect(progress).to_have_js_property("position", 1 / 6)
    await stop.press("Enter")
    await expect(page.get_by_text("Cancelled: Invert")).to_be_attached()
    await expect(progress).to_be_hidden()
    await expect(stop).to_be_focused()
    await expect(stop).to_have_attribute("aria-disabled", "true")
    await expect(page.get_by_role("alert")).to_have_count(0)
    await page.evaluate("session.hold = false")
    await tool(page, "Flip top to bottom").click()
    await expect(page.get_by_text("Done: Flip top to bottom")).to_be_attached()
    kinds = [edit["kind"] for _, edit in await edits(page, 2)]
    assert kinds == ["gray", "flip"]


async def test_an_edit_that_fails_is_said(show: Show) -> None:
    """In words, and the next one works."""
    page = await show(ALONE)
    await page.evaluate("session.buffer.refuse = 'the page is too large'")
    await tool(page, "Invert").click()
    alert = page.get_by_role("alert").filter(has_text="too large")
    await expect(alert).to_be_visible()
    await tool(page, "Invert").click()
    await expect(alert).to_have_count(0)


async def test_a_panel_belongs_to_its_page(show: Show) -> None:
    """When another page comes into view, it closes."""
    page = await show(ALONE)
    await tool(page, "Crop").click()
    await page.evaluate("session.buffer.setCurrent(session.buffer.images[2].id)")
    await expect(page.locator("form")).to_have_count(0)
    await expect(page.locator(".area")).to_have_count(0)


async def test_the_toolbar_is_one_stop(show: Show) -> None:
    """Tab enters it once, arrows, Home and End walk within."""
    page = await show(ALONE)
    bar = page.get_by_role("toolbar", name="Edit")
    await page.keyboard.press("Tab")
    await expect(tool(page, "Undo")).to_be_focused()
    await page.keyboard.press("End")
    await expect(tool(page, "Cancel what is going on")).to_be_focused()
    await page.keyboard.press("ArrowRight")
    await expect(tool(page, "Undo")).to_be_focused()
    await expect(bar.locator("[tabindex='0']")).to_have_count(1)
    await page.keyboard.press("Tab")
    assert await bar.evaluate("(bar) => !bar.contains(bar.getRootNode().activeElement)")


async def test_without_pages_the_tools_rest(show: Show) -> None:
    """They can be reached, and do nothing."""
    page = await show(f"{ALONE}&pages=0")
    invert = tool(page, "Invert")
    await expect(invert).to_have_attribute("aria-disabled", "true")
    await invert.click(force=True)
    assert await page.evaluate("session.buffer.calls") == []
