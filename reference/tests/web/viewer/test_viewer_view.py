"""The page in view, in a browser: fitted, zoomed, panned, turned over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

Show = Callable[..., Awaitable[Page]]
ALONE = "element=scanwright-view"


async def scale(page: Page) -> float:
    """Return CSS pixels per image pixel."""
    return float(await page.evaluate("element.scale"))


async def sheet(page: Page) -> dict[str, float]:
    """Return where the page lies in the window."""
    box = await page.locator(".sheet").bounding_box()
    assert box is not None
    return {**box}  # type: ignore[dict-item] # a typed dictionary of floats


async def addresses(page: Page) -> list[str]:
    """Return the pictures that were asked for, in order."""
    found: list[str] = await page.evaluate(
        """performance.getEntriesByType('resource').map(({name}) => name)
            .filter((name) => name.includes('/image/'))"""
    )
    return found


async def test_a_page_is_fitted_at_first(show: Show) -> None:
    """All of it is in the window, its name says which it is, a small one is fetched."""
    page = await show(ALONE)
    box = await sheet(page)
    assert box["x"] >= 0
    assert box["y"] + box["height"] <= 800
    assert box["height"] > 650
    shown = page.get_by_role("img", name="Page 1 of 6", exact=True)
    await expect(shown).to_be_visible()
    (address,) = await addresses(page)
    assert "height=800" in address


async def test_zooming_in_fetches_all_of_the_page(show: Show) -> None:
    """And the old picture stays until the new one is there."""
    page = await show(ALONE)
    await page.get_by_role("button", name="Actual pixels").click()
    assert await scale(page) == 1
    await expect(page.locator(".percent")).to_have_text("100 %")
    await page.wait_for_function(
        "() => element.shadowRoot.querySelector('img').naturalWidth === 2480"
    )
    assert "width=" not in (await addresses(page))[-1]


async def test_the_wheel_with_ctrl_zooms_at_the_pointer(show: Show) -> None:
    """What is under the pointer stays there."""
    page = await show(ALONE)
    before = await sheet(page)
    was = await scale(page)
    # A page narrower than the window is centred: there only its middle can stay.
    x, y = before["x"] + before["width"] / 2, before["y"] + 500
    await page.mouse.move(x, y)
    await page.keyboard.down("Control")
    for _ in range(6):
        await page.mouse.wheel(0, -100)
    await page.keyboard.up("Control")
    await page.wait_for_function(f"() => element.scale > {was * 8}")
    after = await sheet(page)
    now = await scale(page)
    assert (x - after["x"]) / now == pytest.approx(1240, abs=2 / was)
    assert (y - after["y"]) / now == pytest.approx(500 / was, abs=2 / was)


async def test_keys_zoom_and_turn(show: Show) -> None:
    """Plus, minus, 0, 1, Page Down, arrows, Home and End."""
    page = await show(ALONE)
    await page.locator(".scroller").focus()
    fitted = await scale(page)
    await page.keyboard.press("+")
    assert await scale(page) > fitted
    await page.keyboard.press("0")
    assert await scale(page) == fitted
    await page.keyboard.press("-")
    assert await scale(page) < fitted
    for key, number in (("PageDown", 2), ("ArrowRight", 3), ("End", 6), ("Home", 1)):
        await page.keyboard.press(key)
        name = f"Page {number} of 6"
        await expect(page.get_by_role("img", name=name, exact=True)).to_be_attached()
        await expect(page.get_by_role("status")).to_have_text(name)
    await page.keyboard.press("1")
    await page.keyboard.press("ArrowDown")
    await page.wait_for_function(
        "() => element.shadowRoot.querySelector('.scroller').scrollTop > 0"
    )


async def test_dragging_pans(show: Show) -> None:
    """The page follows the pointer."""
    page = await show(ALONE)
    await page.get_by_role("button", name="Actual pixels").click()
    before = await sheet(page)
    await page.mouse.move(600, 500)
    await page.mouse.down()
    await page.mouse.move(520, 400, steps=3)
    await page.mouse.up()
    after = await sheet(page)
    assert after["x"] == pytest.approx(before["x"] - 80, abs=2)
    assert after["y"] == pytest.approx(before["y"] - 100, abs=2)


async def test_two_fingers_zoom(show: Show) -> None:
    """Twice as far apart is twice as large."""
    page = await show(ALONE, has_touch=True)
    was = await scale(page)
    fingers = await page.context.new_cdp_session(page)

    async def send(kind: str, *places: int) -> None:
        points: list[dict[str, Any]] = [
            {"x": x, "y": 400, "id": at} for at, x in enumerate(places)
        ]
        await fingers.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": points}
        )

    await send("touchStart", 590)
    await send("touchStart", 590, 690)
    for step in range(1, 6):
        await send("touchMove", 590 - 10 * step, 690 + 10 * step)
    await send("touchEnd")
    await page.wait_for_function(f"() => element.scale > {was * 1.9}")
    assert await scale(page) == pytest.approx(was * 2, rel=0.05)


async def test_the_buttons_turn_pages_and_know_the_ends(show: Show) -> None:
    """One stop for Tab; arrows walk along them."""
    page = await show(ALONE)
    back = page.get_by_role("button", name="Previous page")
    await expect(back).to_have_attribute("aria-disabled", "true")
    await page.get_by_role("button", name="Next page").click()
    await page.wait_for_function("() => session.buffer.current.endsWith('1')")
    await expect(back).not_to_have_attribute("aria-disabled", "true")
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("button", name="Zoom out")).to_be_focused()
    stops = page.locator("[role=toolbar] button[tabindex='0']")
    await expect(stops).to_have_count(1)


async def test_it_follows_the_session(show: Show) -> None:
    """Another current page, an edit, no pages at all."""
    page = await show(ALONE)
    await page.evaluate("session.buffer.setCurrent(session.buffer.images[4].id)")
    await expect(page.get_by_role("img", name="Page 5 of 6")).to_be_visible()
    await page.evaluate("session.edit.apply(['000000000004'], {kind: 'invert'})")
    await page.wait_for_function(
        """() => element.shadowRoot.querySelector('.picture img').src.includes('v=2')"""
    )
    await page.evaluate("session.buffer.change({images: [], current: null})")
    await expect(page.get_by_text("No page to show.")).to_be_visible()


async def test_a_picture_that_cannot_be_loaded_is_said(show: Show) -> None:
    """Instead of an empty sheet."""
    page = await show(f"{ALONE}&pages=0")
    await page.route("**/image/**", lambda route: route.abort())
    await page.evaluate(
        """async () => {
          const { FakeSession } = await import('/fake.js');
          element.session = new FakeSession(1);
        }"""
    )
    await expect(page.get_by_text("could not be loaded")).to_be_visible()


async def test_what_is_gone_is_not_said_to_be_broken(show: Show) -> None:
    """A picture that could not be loaded is forgotten with its page."""
    page = await show(ALONE)
    await page.route("**/image/*", lambda route: route.abort())
    await page.get_by_role("button", name="Next page").click()
    broken = page.get_by_text("This picture could not be loaded.")
    await expect(broken).to_be_visible()
    await page.evaluate("session.buffer.change({ images: [], current: null })")
    await expect(page.get_by_text("No page to show.")).to_be_visible()
    await expect(broken).to_be_hidden()


async def test_a_small_picture_is_shown_until_the_large_one_is_there(
    show: Show,
) -> None:
    """Of the same page; and none of a page that has changed since."""
    page = await show(ALONE)
    held: list[Route] = []

    async def hold(route: Route) -> None:
        """Let only small pictures pass."""
        if "width=170" in route.request.url:
            await route.continue_()
        else:
            held.append(route)

    await page.route("**/image/*", hold)
    await page.get_by_role("button", name="Next page").click()
    below = "() => element.shadowRoot.querySelector('.picture').style.backgroundImage"
    await page.wait_for_function(f"() => ({below})().includes('width=170')")
    assert "/image/000000000001?" in await page.evaluate(below)
    await held[0].continue_()
    shown = page.get_by_role("img", name="Page 2 of 6", exact=True)
    await expect(shown).to_be_visible()
    await page.unroute("**/image/*")
    await page.get_by_role("button", name="Next page").click()
    assert "/image/000000000001?" not in await page.evaluate(below)
