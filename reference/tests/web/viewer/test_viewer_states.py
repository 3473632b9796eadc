"""Every state of the viewer can be used by everybody, on every screen."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from browsing import need, visit_by_firefox
from playwright.async_api import Locator, Page, expect
from usable import expect_usable

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

Show = Callable[..., Awaitable[Page]]
Keep = Callable[[Page, str], Awaitable[None]]
PANELS = (
    "rotate",
    "crop",
    "erase",
    "adjust",
    "blackAndWhite",
    "setDepth",
    "setDpi",
    "resize",
    "setWidth",
    "copyArea",
    "cutArea",
    "blank",
)


def tool(page: Page, name: str) -> Locator:
    """Return a button by the key of its text, whatever the language."""
    return page.locator(f"[data-tool={name}]")


AUDITED = {"bypass_csp": True}
"""Axe brings styles of its own, which the page's policy does not know."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (360, 740), (2200, 1200)])
async def test_everybody_can_use_the_viewer(
    show: Show, keep: Keep, scheme: str, width: int, height: int
) -> None:
    """With many pages, a selection, and with a tool open."""
    page = await show(
        "pages=40", width=width, height=height, color_scheme=scheme, **AUDITED
    )
    look = f"{scheme}-{width}"
    await expect_usable(page)
    await page.evaluate("session.buffer.select(['000000000001', '000000000002'])")
    await expect(page.locator("[aria-selected=true]")).to_have_count(2)
    await keep(page, f"{look}-selected")
    for name in ("crop", "adjust"):
        await tool(page, name).click()
        await expect(page.locator("form")).to_be_visible()
        await expect_usable(page)
        await keep(page, f"{look}-{name}")
    view = page.locator("scanwright-view .scroller")
    box = await view.bounding_box()
    assert box is not None
    assert box["height"] > 120
    assert box["width"] > 200


@pytest.mark.parametrize("name", PANELS)
async def test_everybody_can_use_each_tool(show: Show, keep: Keep, name: str) -> None:
    """Every panel has labels, and fits into a narrow window."""
    page = await show("pages=3", width=360, height=740, **AUDITED)
    await tool(page, name).click()
    await expect(page.locator("form")).to_be_visible()
    await expect_usable(page)
    await keep(page, f"tool-{name}")


async def test_everybody_sees_how_far_an_edit_is(show: Show, keep: Keep) -> None:
    """While it is under way, it can be cancelled, also in a narrow window."""
    page = await show("pages=3", width=360, height=740, **AUDITED)
    await page.evaluate("session.hold = true")
    await tool(page, "gray").click()
    await expect(page.get_by_role("progressbar")).to_be_visible()
    await expect_usable(page)
    await keep(page, "working")
    await tool(page, "stop").click()
    await expect(page.get_by_role("progressbar")).to_be_hidden()


async def test_everybody_hears_whether_a_page_is_blank(show: Show, keep: Keep) -> None:
    """The answer is seen, too, and fits into a narrow window."""
    page = await show("pages=3&lang=de", width=360, height=740, **AUDITED)
    await tool(page, "blank").click()
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Prüfen").click()
    await expect(page.locator(".answer")).to_contain_text("Diese Seite ist leer.")
    await expect_usable(page)
    await keep(page, "blank")


async def test_everybody_sees_that_nothing_is_there(show: Show, keep: Keep) -> None:
    """An empty viewer says what to do."""
    page = await show("pages=0", **AUDITED)
    await expect(page.get_by_text("Scan some, or drop files here")).to_be_visible()
    await expect_usable(page)
    await keep(page, "empty")


async def test_everybody_sees_what_went_wrong(show: Show, keep: Keep) -> None:
    """A call that failed, and a picture that is missing."""
    page = await show("pages=3", **AUDITED)
    await page.evaluate("session.buffer.refuse = 'the page is too large'")
    await tool(page, "invert").click()
    await expect(page.get_by_role("alert")).to_have_text(re.compile("too large"))
    await expect_usable(page)
    await keep(page, "trouble")


@pytest.mark.parametrize("language", ["de", "fr"])
async def test_everybody_reads_their_language(
    show: Show, keep: Keep, language: str
) -> None:
    """The page's language is spoken in all parts."""
    page = await show(f"pages=5&lang={language}", width=360, height=740, **AUDITED)
    names = await page.locator("[data-tool=crop], [data-tool=next]").evaluate_all(
        "(all) => all.map((each) => each.title).sort()"
    )
    assert (
        names
        == {
            "de": ["Nächste Seite", "Zuschneiden"],
            "fr": ["Page suivante", "Recadrer"],
        }[language]
    )
    await tool(page, "rotate").click()
    await expect_usable(page)
    await keep(page, f"language-{language}")


async def test_forced_colours_show_the_states(show: Show, keep: Keep) -> None:
    """What is selected, current and in use differs without our colours."""
    page = await show("pages=12", forced_colors="active", reduced_motion="reduce")
    await page.evaluate("session.buffer.select(['000000000001'])")
    await expect(page.locator("[aria-selected=true]")).to_have_count(1)
    borders = await page.locator("[role=option]").evaluate_all(
        "(all) => all.slice(0, 2).map((each) => getComputedStyle(each).borderColor)"
    )
    assert borders[0] != borders[1]
    await tool(page, "crop").click()
    await keep(page, "forced-colours")


async def test_less_motion_is_none(show: Show) -> None:
    """Who does not want things to move sees none move."""
    page = await show("pages=3", reduced_motion="reduce")
    moving = await page.evaluate(
        """() => {
          const all = (root) => [...root.querySelectorAll('*')].flatMap((each) =>
            each.shadowRoot ? [each, ...all(each.shadowRoot)] : [each]);
          return all(document).filter((each) => {
            const { transitionDuration, animationName } = getComputedStyle(each);
            return transitionDuration !== '0s' || animationName !== 'none';
          }).length;
        }"""
    )
    assert moving == 0


async def test_the_parts_work_together(show: Show) -> None:
    """A thumbnail chooses the page in view; undo works from the list, too."""
    page = await show("pages=6")
    await page.locator("#image-000000000002").click()
    shown = page.get_by_role("img", name="Page 3 of 6", exact=True)
    await expect(shown).to_be_visible()
    await page.keyboard.press("Delete")
    await page.wait_for_function("() => session.buffer.images.length === 5")
    await page.keyboard.press("Control+z")
    await page.wait_for_function("() => session.buffer.images.length === 6")


async def test_a_viewer_for_reading_has_no_tools(show: Show) -> None:
    """Pages are shown and turned, nothing more."""
    page = await show("pages=6&readonly")
    await expect(page.get_by_role("toolbar", name="Edit")).to_be_hidden()
    await page.locator("[data-tool=next]").click()
    await page.wait_for_function("() => session.buffer.current.endsWith('1')")


async def test_nothing_is_changed_while_the_service_is_away(show: Show) -> None:
    """Tools and keys wait until it is back; pages can be looked at."""
    page = await show("pages=6")
    await page.evaluate(
        "session.state = 'reconnecting';"
        "session.dispatchEvent(new CustomEvent('disconnected'))"
    )
    await expect(tool(page, "invert")).to_be_disabled()
    await page.locator("#image-000000000002").click()
    await page.keyboard.press("Delete")
    await page.keyboard.press("Alt+Home")
    await page.locator("[data-tool=next]").click()
    await page.wait_for_function("() => session.buffer.current.endsWith('3')")
    asked = await page.evaluate("session.buffer.calls.map(([name]) => name)")
    assert not {"remove", "move", "edit"} & set(asked)
    await page.evaluate(
        "session.state = 'connected';"
        "session.dispatchEvent(new CustomEvent('reconnected'))"
    )
    await expect(tool(page, "invert")).to_be_enabled()


async def test_another_session_and_another_place(show: Show) -> None:
    """The elements survive being moved, emptied, and given another session."""
    page = await show("pages=6")
    await page.evaluate(
        """async () => {
          element.remove();
          session.buffer.change({ images: [] });
          const { FakeSession } = await import('/fake.js');
          element.session = new FakeSession(2);
          document.querySelector('main').append(element);
        }"""
    )
    await expect(page.get_by_role("option")).to_have_count(2)
    await expect(page.get_by_role("img", name="Page 1 of 2")).to_be_visible()
    await page.evaluate("element.session = null")
    await expect(page.get_by_role("option")).to_have_count(0)


async def test_a_session_that_came_before_the_elements(show: Show) -> None:
    """A property that was set before the element was defined counts."""
    page = await show("pages=1")
    count = await page.evaluate(
        """async () => {
          const { ViewerElement } = await import('/sdk/viewer/element.js');
          const late = document.createElement('late-viewer');
          late.session = session;
          document.body.append(late);
          customElements.define('late-viewer', class extends ViewerElement {});
          return late.session.buffer.images.length + Number(
            Object.hasOwn(late, 'session'));
        }"""
    )
    assert count == 1


async def test_firefox_has_the_same_viewer(site: str, tmp_path: Path) -> None:
    """Pages are shown, chosen by keys, and edited."""
    need("firefox-esr", "firefox-esr")
    url = f"{site}?pages=1000"
    said, trouble = await visit_by_firefox(url, tmp_path, script=USE_IN_FIREFOX)
    assert (said, trouble) == ("Page 3 of 1000, 1 edit, few", "")


@pytest.mark.parametrize(
    ("code", "named"),
    [
        ("element.texts = {nopages: 'x'}", "nopages. Known are"),
        ("element.editor.view.preview({sieve: 'x'})", "sieve. Known are filter"),
    ],
)
async def test_a_slip_in_what_a_page_sets_is_named(
    show: Show, code: str, named: str
) -> None:
    """A text or a look that the viewer does not know is a TypeError."""
    page = await show("pages=1")
    said = f"(() => {{ try {{ {code} }} catch (error) {{ return String(error) }} }})()"
    error = await page.evaluate(said)
    assert error.startswith("TypeError")
    assert named in error
    assert await page.evaluate("(element.texts = {noPages: 'None'}).noPages") == "None"


USE_IN_FIREFOX = """(async () => {
  const seen = async (find) => {
    for (let tries = 0; tries < 400; tries++) {
      const found = find();
      if (found) return found;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error("not seen: " + find);
  };
  const { thumbnails, editor } = element;
  const list = await seen(() => thumbnails.shadowRoot.querySelector("[role=listbox]"));
  await seen(() => list.querySelector(".loaded"));
  for (let times = 0; times < 2; times++)
    list.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight" }));
  await seen(() => session.buffer.current.endsWith("2"));
  editor.shadowRoot.querySelector("[data-tool=invert]").click();
  await seen(() => session.buffer.canUndo);
  const shown = await seen(() =>
    editor.view.shadowRoot.querySelector("img:not([hidden])[alt]"));
  const edits = session.buffer.calls.filter(([name]) => name === "edit").length;
  const few = list.querySelectorAll("[role=option]").length < 100 ? "few" : "many";
  return `${shown.alt}, ${edits} edit, ${few}`;
})()"""
