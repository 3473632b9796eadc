"""Thumbnails in a browser: few elements for many pages, chosen, sorted, removed."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import CDPSession, Page, expect

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

Show = Callable[..., Awaitable[Page]]
ALONE = "element=scanwright-thumbnails"
CELLS = 100
"""More than fit into the window with its margins, far fewer than there are pages."""


async def calls(page: Page, *names: str) -> list[list[Any]]:
    """Return what the session was asked for."""
    found: list[list[Any]] = await page.evaluate("session.buffer.calls")
    return [call for call in found if not names or call[0] in names]


def ids(*numbers: int) -> list[str]:
    """Return the ids that pages had at the beginning."""
    return [f"{number - 1:012x}" for number in numbers]


async def order(page: Page) -> list[int]:
    """Return the first numbers of the pages in their order now."""
    found: list[str] = await page.evaluate("session.buffer.images.map(({id}) => id)")
    return [int(each, 16) + 1 for each in found]


async def centre(page: Page, number: int) -> tuple[float, float]:
    """Return the middle of a thumbnail in the window."""
    box = await page.locator(f"#image-{ids(number)[0]}").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def test_a_thousand_pages_are_few_elements(show: Show) -> None:
    """Only what is in sight exists and is fetched; the last page is reached."""
    page = await show(f"{ALONE}&pages=1000")
    options = page.get_by_role("option")
    assert 10 < await options.count() < CELLS
    fetched = len(await page.evaluate("performance.getEntriesByType('resource')"))
    assert fetched < CELLS + 40
    await page.locator(".list").focus()
    await page.keyboard.press("End")
    last = page.get_by_role("option", name="Page 1000", exact=True)
    await expect(last).to_be_in_viewport()
    await expect(last).to_have_attribute("aria-posinset", "1000")
    await expect(last).to_have_attribute("aria-setsize", "1000")
    assert await options.count() < CELLS


async def test_scrolling_through_all_drops_what_has_gone(show: Show) -> None:
    """The number of elements is bounded all the way, requests are not made for all."""
    page = await show(f"{ALONE}&pages=1000")
    most = await page.evaluate(
        """async () => {
          const list = element.shadowRoot.querySelector('.list');
          const frame = () => new Promise((done) => requestAnimationFrame(done));
          let most = 0;
          for (let top = 0; top < list.scrollHeight; top += 900) {
            list.scrollTop = top;
            await frame();
            await frame();
            most = Math.max(most, list.querySelectorAll('*').length);
          }
          return most;
        }"""
    )
    assert most < CELLS * 7
    shown = page.get_by_role("option", name="Page 1000", exact=True)
    await expect(shown.locator("img")).to_have_js_property("complete", value=True)
    waiting = await page.evaluate(
        """[...element.shadowRoot.querySelectorAll('img')].filter(
            (each) => each.src && !each.complete).length"""
    )
    assert waiting <= 6


async def test_what_scrolls_away_is_not_fetched(show: Show) -> None:
    """With a server that never answers, six requests are open, whatever is shown."""
    page = await show(f"{ALONE}&pages=0")
    asked: list[str] = []
    await page.route("**/image/**", lambda route: asked.append(route.request.url))
    await page.evaluate(
        """async () => {
          const { FakeSession } = await import('/fake.js');
          element.session = new FakeSession(500);
          const frame = () => new Promise((done) => requestAnimationFrame(done));
          const list = element.shadowRoot.querySelector('.list');
          for (let step = 0; step < 20; step++) {
            list.scrollTop = step * 900;
            await frame();
            await frame();
          }
        }"""
    )
    with_address = "img => img.getAttribute('src') !== null"
    open_now = await page.evaluate(
        f"[...element.shadowRoot.querySelectorAll('img')].filter({with_address}).length"
    )
    assert open_now == 6
    assert len(asked) <= 6 * 21


async def test_clicks_choose(show: Show) -> None:
    """A click chooses one page, Ctrl adds and takes away, Shift chooses a range."""
    page = await show(ALONE)
    option = page.get_by_role("option")
    await option.nth(1).click()
    await option.nth(3).click(modifiers=["Control"])
    await expect(page.locator('[aria-selected="true"]')).to_have_count(2)
    await option.nth(5).click(modifiers=["Shift"])
    await expect(page.locator('[aria-selected="true"]')).to_have_count(3)
    await page.wait_for_function("() => session.buffer.selected.length === 3")
    assert await page.evaluate("session.buffer.selected") == ids(4, 5, 6)
    await expect(page.get_by_role("status")).to_have_text("3 pages selected")
    assert await page.evaluate("session.buffer.current") == ids(6)[0]


async def test_a_finger_chooses_several(show: Show) -> None:
    """The corner of a thumbnail adds it to what is selected."""
    page = await show(ALONE, has_touch=True)
    for number in (2, 5):
        await page.locator(f"#image-{ids(number)[0]} .check").tap()
    await page.wait_for_function("() => session.buffer.selected.length === 2")
    assert await page.evaluate("session.buffer.selected") == ids(2, 5)


async def test_keys_walk_choose_and_remove(show: Show) -> None:
    """Arrows, Space, Ctrl+A, Delete; the active option is always an element."""
    page = await show(f"{ALONE}&pages=30")
    listbox = page.get_by_role("listbox", name="Pages")
    await listbox.focus()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Control+ArrowRight")
    await page.keyboard.press("Space")
    await page.wait_for_function("() => session.buffer.selected.length === 2")
    active = await listbox.get_attribute("aria-activedescendant")
    assert active == f"image-{ids(3)[0]}"
    await page.keyboard.press("Delete")
    await expect(page.get_by_role("status")).to_have_text(re.compile("2 pages removed"))
    assert (await order(page))[:3] == [1, 4, 5]
    await page.keyboard.press("Control+a")
    await page.wait_for_function("() => session.buffer.selected.length === 28")
    await page.keyboard.press("Escape")
    await page.wait_for_function("() => session.buffer.selected.length === 0")


async def test_the_active_option_is_there_when_scrolled_away(show: Show) -> None:
    """A screen reader finds what the list points to."""
    page = await show(f"{ALONE}&pages=1000")
    await page.evaluate(
        "element.shadowRoot.querySelector('.list').scrollTop = 1e6",
    )
    await expect(
        page.get_by_role("option", name="Page 1000", exact=True)
    ).to_be_visible()
    active = await page.locator(".list").get_attribute("aria-activedescendant")
    assert await page.locator(f"#{active}").count() == 1


async def test_keys_move_pages(show: Show) -> None:
    """Alt and an arrow move what is selected, and say where to."""
    page = await show(ALONE)
    await page.get_by_role("option").nth(2).click()
    await page.keyboard.press("Alt+ArrowRight")
    await expect(page.get_by_role("status")).to_have_text("Page 3 moved to 4")
    assert await order(page) == [1, 2, 4, 3, 5, 6]
    await page.keyboard.press("Alt+Home")
    await expect(page.get_by_role("status")).to_have_text("Page 4 moved to 1")
    assert await order(page) == [3, 1, 2, 4, 5, 6]
    await page.keyboard.press("Alt+ArrowLeft")
    assert len(await calls(page, "move")) == 2


async def test_the_mouse_moves_a_page(show: Show) -> None:
    """It is put where the mark is."""
    page = await show(ALONE)
    await page.mouse.move(*await centre(page, 2))
    await page.mouse.down()
    x, y = await centre(page, 5)
    await page.mouse.move(x, y, steps=4)
    await page.mouse.move(x + 40, y)
    await expect(page.locator(".mark")).to_be_visible()
    await expect(page.locator(".badge")).to_have_text("Page 2")
    await page.mouse.up()
    await expect(page.get_by_role("status")).to_have_text("Page 2 moved to 5")
    assert await order(page) == [1, 3, 4, 5, 2, 6]
    await expect(page.locator(".mark")).to_be_hidden()
    assert await calls(page, "select", "setCurrent") == []


async def test_all_that_is_selected_moves_together(show: Show) -> None:
    """In the order of the document, whatever the order of the selection."""
    page = await show(ALONE)
    for number in (6, 4):
        await page.mouse.move(*await centre(page, number))
        await page.locator(f"#image-{ids(number)[0]}").click(modifiers=["Control"])
    await page.mouse.move(*await centre(page, 4))
    await page.mouse.down()
    x, y = await centre(page, 1)
    await page.mouse.move(x - 40, y, steps=5)
    await expect(page.locator(".badge")).to_have_text("2 pages")
    await page.mouse.up()
    await expect(page.get_by_role("status")).to_have_text("2 pages moved to 1")
    assert await order(page) == [4, 6, 1, 2, 3, 5]


async def test_escape_leaves_everything(show: Show) -> None:
    """A drag that is given up moves nothing."""
    page = await show(ALONE)
    await page.mouse.move(*await centre(page, 1))
    await page.mouse.down()
    await page.mouse.move(*await centre(page, 4), steps=4)
    await page.keyboard.press("Escape")
    await page.mouse.up()
    await expect(page.get_by_role("status")).to_have_text("Nothing was moved.")
    assert await calls(page, "move") == []


async def test_dragging_to_the_edge_scrolls(show: Show) -> None:
    """As long as the pointer rests there."""
    page = await show(f"{ALONE}&pages=300")
    await page.mouse.move(*await centre(page, 1))
    await page.mouse.down()
    await page.mouse.move(300, 740, steps=4)
    await page.wait_for_function(
        "() => element.shadowRoot.querySelector('.list').scrollTop > 500"
    )
    await page.keyboard.press("Escape")
    await page.mouse.up()


async def touches(session: CDPSession, *steps: tuple[str, float, float]) -> None:
    """Send touches as the browser's engine gets them."""
    for kind, x, y in steps:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        await session.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": points}
        )


async def test_a_finger_moves_a_page_after_a_long_press(show: Show) -> None:
    """It rests, a badge appears, it moves, lets go: the page is there.

    The list, which could scroll, stays where it is meanwhile.
    """
    page = await show(f"{ALONE}&pages=300", has_touch=True)
    x, y = await centre(page, 1)
    finger = await page.context.new_cdp_session(page)
    await touches(finger, ("touchStart", x, y))
    await expect(page.locator(".badge")).to_be_visible()
    # Back from below: a browser that scrolled would have taken the finger away.
    ways = [(0, 60), (0, 160), (0, 120), (0, 60)]
    moves = [("touchMove", x + dx, y + dy) for dx, dy in ways]
    to_x, to_y = await centre(page, 4)
    last = ("touchMove", to_x + 40, to_y)
    await touches(finger, *moves, last, ("touchEnd", 0, 0))
    await expect(page.get_by_role("status")).to_have_text("Page 1 moved to 4")
    assert (await order(page))[:5] == [2, 3, 4, 1, 5]


async def test_a_finger_that_moves_at_once_scrolls(show: Show) -> None:
    """The list moves, the pages do not."""
    page = await show(f"{ALONE}&pages=300", has_touch=True)
    x, y = 200.0, 600.0
    moves = [("touchMove", x, y - 60 * step) for step in range(1, 8)]
    finger = await page.context.new_cdp_session(page)
    await touches(finger, ("touchStart", x, y), *moves, ("touchEnd", 0, 0))
    await page.wait_for_function(
        "() => element.shadowRoot.querySelector('.list').scrollTop > 100"
    )
    assert await calls(page, "move") == []
    await expect(page.locator(".badge")).to_be_hidden()


async def test_files_that_are_dropped_are_told(show: Show) -> None:
    """An event has the files, and where they belong."""
    page = await show(ALONE)
    x, y = await centre(page, 2)
    await page.evaluate(
        """([x, y]) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File(['%PDF'], 'letter.pdf'));
          const frame = element.shadowRoot.querySelector('.frame');
          const init = { dataTransfer, clientX: x + 50, clientY: y, bubbles: true,
            cancelable: true };
          frame.dispatchEvent(new DragEvent('dragover', init));
          frame.dispatchEvent(new DragEvent('drop', init));
        }""",
        [x, y],
    )
    told = await page.evaluate(
        """events.filter(({type}) => type === 'import').map(({detail}) =>
            [detail.files.map(({name}) => name), detail.at])"""
    )
    assert told == [[["letter.pdf"], 2]]


async def test_a_filter_keeps_the_numbers_of_the_document(show: Show) -> None:
    """Only matching pages are shown; moving counts among all."""
    page = await show(ALONE)
    await page.evaluate("(visible) => session.buffer.change({ visible })", ids(2, 4, 5))
    await expect(page.get_by_role("option")).to_have_count(3)
    last = page.get_by_role("option", name="Page 5", exact=True)
    await expect(last).to_have_attribute("aria-posinset", "3")
    await page.get_by_role("option").first.click()
    await page.keyboard.press("Alt+End")
    await expect(page.get_by_role("status")).to_have_text("Page 2 moved to 5")
    assert await order(page) == [1, 3, 4, 5, 2, 6]


async def test_a_call_that_fails_is_said(show: Show) -> None:
    """In words and by an event, and what is shown is what is."""
    page = await show(ALONE)
    await page.evaluate("session.buffer.refuse = 'the disk is full'")
    await page.get_by_role("option").nth(2).click()
    await expect(page.get_by_role("alert")).to_have_text(re.compile("disk is full"))
    told = await page.evaluate("events.map(({type}) => type)")
    assert "trouble" in told


async def test_many_arrows_are_few_calls(show: Show) -> None:
    """The service is asked one at a time, and at the end is where the keys led."""
    page = await show(f"{ALONE}&pages=100")
    await page.evaluate(
        """() => {
          const list = element.shadowRoot.querySelector('.list');
          for (let times = 0; times < 50; times++)
            list.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }));
        }"""
    )
    await page.wait_for_function("() => session.buffer.current?.endsWith('32')")
    assert len(await calls(page, "setCurrent")) == 2


async def test_reading_changes_nothing(show: Show) -> None:
    """With `readonly` pages are neither moved nor removed."""
    page = await show(f"{ALONE}&readonly")
    await page.get_by_role("option").nth(2).click()
    for key in ("Alt+ArrowRight", "Delete"):
        await page.keyboard.press(key)
    await page.mouse.move(*await centre(page, 1))
    await page.mouse.down()
    await page.mouse.move(*await centre(page, 4), steps=4)
    await page.mouse.up()
    assert await calls(page, "move", "remove") == []
