"""The manager's pages in a browser, on the real service with virtual scanners."""

from __future__ import annotations

import asyncio
import io
import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
import requests
from browsing import driven_chromium, need, visit_by_firefox
from hardship import until
from live import Up, running_up
from page import visiting
from PIL import Image
from playwright.async_api import Browser, Page, Route, expect
from usable import expect_usable, keep_picture

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

SEEN_MS = 10_000
"""How long anything may take to appear: pages look every two seconds."""

Scheme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Service:
    """A service whose pages may change it."""

    up: Up

    @property
    def manager(self) -> str:
        """Base URL of the manager."""
        return str(self.up.facts["manager"])

    def command(self, *words: str) -> str:
        """Run `scanwright` for this service; return what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "scanwright", *words, "--home", self.home],
            capture_output=True,
            check=True,
            text=True,
            timeout=30,
        )
        return done.stdout.strip()

    @property
    def home(self) -> str:
        """Its folder."""
        return str(self.up.facts["home"])

    @property
    def token(self) -> str:
        """The administrator's token."""
        return Path(self.home, "admin_token").read_text("ascii").strip()

    def forget_all(self) -> None:
        """Have no page wait for an answer, or have one."""
        for each in json.loads(self.command("access", "list", "--json")):
            self.command("access", "forget", each["origin"], each["access"])

    def ask(self, origin: str) -> int:
        """List scanners as a page of this origin; return the code."""
        answer = requests.get(
            f"{self.up.api}/api/device/scanners",
            params={"type": 0x100},
            headers={"Origin": origin},
            timeout=30,
        )
        return 0 if answer.ok else int(answer.json()["code"])


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """A service that asks before scanners are touched, and may be changed."""
    with running_up() as up:
        service = Service(up)
        service.command("config", "set", "EnableWebSetup", "TRUE")
        service.command("config", "set", "EnableScannerAccessAuth", "TRUE")
        until(lambda: service.ask("https://first.example") == -2911)
        yield service


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """A Chromium without a window."""
    async with driven_chromium() as browser:
        yield browser


async def opened(
    browser: Browser,
    url: str,
    *,
    scheme: Scheme = "light",
    width: int = 1280,
) -> Page:
    """Return a page on this address; any error of its script fails the test."""
    context = await browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
    )
    page = await context.new_page()
    page.set_default_timeout(SEEN_MS)
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    await page.goto(url)
    return page


async def signed_in(browser: Browser, service: Service, **options: object) -> Page:
    """Return the administration, opened by the command's address."""
    url = service.command("admin", "--no-open")
    page = await opened(browser, url, **options)  # type: ignore[arg-type] # two kinds
    await page.wait_for_selector("#certificate h2")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 380])
async def test_everybody_can_use_the_pages(
    browser: Browser,
    service: Service,
    scheme: Scheme,
    width: int,
) -> None:
    """Axe finds nothing, signed in or not, and nothing hangs over the edge."""
    page = await signed_in(browser, service, scheme=scheme, width=width)
    await expect_usable(page)
    service.forget_all()
    service.ask("https://app.example.com")
    await page.goto(service.manager)
    await page.wait_for_selector("#log h2")
    await expect(page.get_by_text("wants to use scanners")).to_be_visible()
    await expect(page.locator("#scanners tbody")).to_contain_text("Virtual Office")
    await expect_usable(page)
    if (scheme, width) == ("light", 1280):
        await expect(page.locator("#news")).to_be_hidden(timeout=SEEN_MS)
        await keep_picture(page, "manager")
    await page.context.clear_cookies()
    for path in ("/", "/admin/"):
        await page.goto(service.manager + path)
        await page.wait_for_selector(".signed-out:visible")
        await expect_usable(page)


@pytest.mark.parametrize("width", [1280, 380])
async def test_a_web_page_that_uses_the_service_is_listed(
    browser: Browser, service: Service, width: int
) -> None:
    """With its images, and its origin for who signed in, until it ends."""
    picture = io.BytesIO()
    Image.new("L", (50, 40), 200).save(picture, "PNG")
    async with visiting(service.up.api, origin="https://tab.example") as tab:
        upload = await tab.upload(picture.getvalue())
        await tab.call("file.load", upload=upload)
        page = await opened(browser, service.manager, width=width)
        row = page.locator("#sessions tbody tr")
        await expect(row).to_contain_text("a web page")
        await expect(row.locator('[data-column="Images"]')).to_have_text("1")
        await expect(row.locator('[data-column="In memory"]')).to_contain_text("MiB")
        await expect_usable(page)
        told = service.command("status", "--json")
        (session,) = json.loads(told)["pageSessions"]
        assert session["images"] == 1
        shown = told + await page.content() + service.command("status")
        assert "1 image, " in shown
        for secret in (
            "https://tab.example",
            tab.opened["session"],
            tab.opened["base"],
        ):
            assert secret.strip("/").rpartition("/")[2] not in shown
        page = await signed_in(browser, service, width=width)
        await page.goto(service.manager)
        row = page.locator("#sessions tr", has_text="https://tab.example")
        await expect(row).to_have_count(1)
        await tab.call("session.close")
        await expect(row).to_have_count(0)


async def test_a_busy_control_can_be_read(browser: Browser, service: Service) -> None:
    """What waits for an answer says so, and is not faded."""
    page = await opened(browser, service.manager)
    await expect(page.locator("#scanners tbody")).to_contain_text("Virtual Office")
    asked: asyncio.Future[Route] = asyncio.get_running_loop().create_future()

    def hold(route: Route) -> None:
        asked.set_result(route)

    await page.route("**/admin/api/scanners", hold)
    await page.get_by_role("button", name=re.compile("Look")).click()
    held = await asked
    await expect(page.locator('[aria-busy="true"]')).to_have_count(1)
    await expect_usable(page)
    await held.continue_()
    await expect(page.locator('[aria-busy="true"]')).to_have_count(0)


async def test_the_welcome_page_works_without_scripts(
    browser: Browser,
    service: Service,
) -> None:
    """State, processes and scanners can be read, and scanners be looked for."""
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(service.manager)
    await expect(page.locator("#processes")).to_contain_text("monitor")
    await page.get_by_role("button", name=re.compile("Look")).click()
    await expect(page.locator("#scanners")).to_contain_text("Virtual Office")


async def test_the_first_visit_looks_for_scanners(
    browser: Browser,
    service: Service,
) -> None:
    """Whoever comes to see them need not press a button first."""
    page = await opened(browser, service.manager)
    await expect(page.locator("#scanners tbody")).to_contain_text("Virtual Office")


async def test_the_address_keeps_no_token(browser: Browser, service: Service) -> None:
    """It is gone from the bar as soon as it was used, and from the history."""
    page = await signed_in(browser, service)
    assert page.url == f"{service.manager}/admin/"
    await page.reload()
    await expect(page.locator("#certificate h2")).to_be_visible()
    cookies = await page.context.cookies()
    assert [(c["httpOnly"], c["sameSite"]) for c in cookies] == [(True, "Strict")]


async def test_signing_out_hides_everything(browser: Browser, service: Service) -> None:
    """And what was shown is not there any more."""
    page = await signed_in(browser, service)
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await page.goto(service.manager)
    await expect(page.locator("#log")).to_be_hidden()


async def test_a_pasted_token_signs_in(browser: Browser, service: Service) -> None:
    """A wrong one is refused aloud."""
    page = await opened(browser, f"{service.manager}/admin/")
    await page.get_by_label("Token").fill("wrong")
    await page.get_by_label("Token").press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("not the token")
    await page.get_by_label("Token").fill(service.token)
    await page.get_by_label("Token").press("Enter")
    await expect(page.locator("#certificate h2")).to_be_visible()


async def test_a_page_that_asks_is_answered(browser: Browser, service: Service) -> None:
    """The question comes by itself, and the answer counts for the next request."""
    page = await signed_in(browser, service)
    assert service.ask("https://one.example") == -2911
    allow = page.get_by_role("button", name="Allow: https://one.example, scanners")
    await allow.click()
    await expect(page.get_by_role("status")).to_contain_text("allowed")
    assert service.ask("https://one.example") == 0
    row = page.get_by_role("row", name=re.compile("one.example"))
    await row.get_by_role("button", name="Forget").click()
    await expect(row).to_have_count(0)
    assert service.ask("https://one.example") == -2911


async def test_an_answer_in_a_terminal_is_seen(
    browser: Browser,
    service: Service,
) -> None:
    """Both ways lead to the same consents."""
    page = await signed_in(browser, service)
    service.command("access", "deny", "https://two.example", "scanner")
    row = page.get_by_role("row", name=re.compile("two.example"))
    await expect(row).to_contain_text("denied", timeout=SEEN_MS)
    assert service.ask("https://two.example") == -2911


async def test_the_keyboard_reaches_everything(
    browser: Browser,
    service: Service,
) -> None:
    """From the link that skips the navigation on; each stop can be seen."""
    page = await signed_in(browser, service)
    stops = []
    for _ in range(40):
        await page.keyboard.press("Tab")
        stop = await page.evaluate(
            """() => {
              const at = document.activeElement, style = getComputedStyle(at);
              const name = at.getAttribute("aria-label") || at.textContent || at.name;
              return at === document.body ? null : [name.trim(), style.outlineStyle];
            }"""
        )
        if stop is None:
            break
        stops.append(stop)
    names = [name for name, _ in stops]
    assert names[:3] == ["Skip to the content", "Status", "Administration"]
    for name in ("Sign out", "Renew now", "Upload", "Save", "Add"):
        assert name in names
    assert {outline for _, outline in stops} == {"solid"}


async def test_a_switch_is_turned_by_the_keyboard(
    browser: Browser,
    service: Service,
) -> None:
    """The focus stays on it, and what it did is read out."""
    page = await signed_in(browser, service)
    switch = page.get_by_role("switch", name=re.compile("webcams"))
    assert await switch.get_attribute("aria-checked") == "false"
    await switch.focus()
    await page.keyboard.press("Space")
    await expect(switch).to_have_attribute("aria-checked", "true")
    await expect(switch).to_be_focused()
    await expect(page.get_by_role("status")).to_contain_text("is saved")
    assert "TRUE" in service.command("config", "get", "EnableWebcamAccessAuth")


async def test_the_focus_goes_to_no_other_question(
    browser: Browser, service: Service
) -> None:
    """Who is about to allow one page cannot allow another that asks just then."""
    service.forget_all()
    page = await signed_in(browser, service)
    service.ask("https://mmm.example")
    allow = page.get_by_role("button", name="Allow: https://mmm.example, scanners")
    await allow.focus()
    service.ask("https://aaa.example")
    other = page.get_by_role("button", name="Allow: https://aaa.example, scanners")
    await expect(other).to_be_visible()
    await expect(allow).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(allow).to_have_count(0)
    await expect(page.locator("#name-requests")).to_be_focused()
    await expect(other).to_be_visible()
    service.forget_all()
    await expect(page.locator("#requests")).to_be_hidden()
    await expect(page.locator("#content")).to_be_focused()


async def test_a_question_takes_no_click_that_was_not_for_it(
    browser: Browser, service: Service
) -> None:
    """One that appears under the pointer cannot be pressed for a moment."""
    page = await signed_in(browser, service)
    service.ask("https://sudden.example")
    await page.locator("#requests .buttons").first.wait_for()
    rules = await page.evaluate(
        """[...document.styleSheets[0].cssRules]
            .filter((rule) => rule.name === "settle").map((rule) => rule.cssText)"""
    )
    assert "pointer-events: none" in rules[0]
    named = await page.locator("#requests .buttons").first.evaluate(
        "(buttons) => getComputedStyle(buttons).animationName"
    )
    assert named == "settle"
    service.forget_all()


async def test_a_list_of_choices_stays_while_the_log_grows(
    browser: Browser, service: Service
) -> None:
    """The same element is there, so that a browser keeps the list open."""
    page = await signed_in(browser, service)
    await page.goto(service.manager)
    choice = await page.locator("#log-level").element_handle()
    await page.locator("ol.log").focus()
    service.ask("https://loud.example")
    await expect(page.locator("ol.log")).to_contain_text("https://loud.example")
    assert await choice.evaluate("(element) => element.isConnected")
    await expect(page.locator("ol.log")).to_be_focused()
    service.forget_all()


async def test_firefox_has_the_same_pages(service: Service, tmp_path: Path) -> None:
    """It signs in by the ticket, and by its keyboard answers a page that asks."""
    need("firefox-esr", "firefox-esr")
    service.forget_all()
    service.ask("https://fox.example")
    service.ask("https://aaa.example")
    url = service.command("admin", "--no-open")
    said, trouble = await visit_by_firefox(url, tmp_path, script=ANSWER_BY_FIREFOX)
    assert (said, trouble) == ("name-requests", "")
    answers = {
        each["origin"]: each["consent"]
        for each in json.loads(service.command("access", "list", "--json"))
    }
    assert answers == {
        "https://fox.example": "allowed",
        "https://aaa.example": "pending",
    }
    service.forget_all()


ANSWER_BY_FIREFOX = """(async () => {
  const seen = async (find) => {
    for (let tries = 0; tries < 300; tries++) {
      if (find()) return find();
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error("not seen: " + find);
  };
  const name = "Allow: https://fox.example, scanners";
  const find = () => document.querySelector(`[aria-label="${name}"]`);
  const button = await seen(find);
  button.focus();
  button.click();
  await seen(() => !find());
  await seen(() => document.activeElement !== document.body);
  return document.activeElement.id;
})()"""


async def test_what_somebody_types_stays(browser: Browser, service: Service) -> None:
    """The page goes on refreshing itself around it."""
    page = await signed_in(browser, service)
    field = page.get_by_label("Origin of a page that may call")
    await field.fill("https://typed.exam")
    service.command("access", "allow", "https://three.example", "file")
    await expect(page.locator("#prompts")).to_contain_text("three.example")
    await expect(field).to_have_value("https://typed.exam")


async def test_origins_are_added_and_removed(
    browser: Browser,
    service: Service,
) -> None:
    """The list counts at once, and a mistake is explained."""
    page = await signed_in(browser, service)
    part = page.locator("#origins")
    field = part.get_by_label("Origin of a page that may call")
    await field.fill("app.example")
    await field.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("https://app.example.com")
    await field.fill("https://listed.example")
    await field.press("Enter")
    await expect(part.locator("li")).to_contain_text("https://listed.example")
    assert service.ask("https://not.example") == -2137
    await part.get_by_role("button", name="Let every origin call").click()
    await expect(part).to_contain_text("Every origin may call")
    assert service.ask("https://not.example") == -2911


async def test_the_log_is_filtered_and_made_verbose(
    browser: Browser,
    service: Service,
) -> None:
    """Records come by themselves; the choice of a level stays."""
    page = await signed_in(browser, service)
    await page.goto(service.manager)
    log = page.locator("#log")
    await expect(log).to_contain_text("signed in from 127.0.0.1")
    await log.get_by_label("Show").select_option("ERROR")
    await expect(log).not_to_contain_text("signed in")
    await expect(log.get_by_label("Show")).to_have_value("ERROR")
    await log.get_by_role("button", name="Write everything").click()
    await expect(log).to_contain_text("Written: everything")
    await log.get_by_role("button", name="Write what matters").click()
    await expect(log).to_contain_text("Written: what matters")


async def test_a_renewed_certificate_is_shown(
    browser: Browser,
    service: Service,
) -> None:
    """Its fingerprint changes on the page, without a restart."""
    page = await signed_in(browser, service)
    shown = page.locator("#certificate dd").last
    before = await shown.text_content()
    assert before
    await page.get_by_role("button", name="Renew now").click()
    await expect(shown).not_to_have_text(before)


async def test_a_pair_that_is_none_is_refused_aloud(
    browser: Browser,
    service: Service,
    tmp_path: Path,
) -> None:
    """The reason stands on the page."""
    page = await signed_in(browser, service)
    for name in ("Certificate", "Key"):
        file = tmp_path / f"{name}.pem"
        file.write_text("no PEM")
        await page.get_by_label(name, exact=True).set_input_files(file)
    await page.get_by_role("button", name="Upload").click()
    await expect(page.get_by_role("alert")).not_to_be_empty()


async def test_a_service_that_is_gone_is_noticed(
    browser: Browser,
    service: Service,
) -> None:
    """The page says so, goes on trying, and says when it is back."""
    page = await opened(browser, service.manager)
    await page.context.set_offline(offline=True)
    await expect(page.get_by_role("alert")).to_contain_text("does not answer")
    await page.context.set_offline(offline=False)
    await expect(page.get_by_role("status")).to_contain_text("answers again")
    await expect(page.get_by_role("alert")).to_be_empty()


async def test_another_origin_gets_nothing(browser: Browser, service: Service) -> None:
    """A page of another port, which shares the cookie, can neither read nor write."""
    page = await signed_in(browser, service)
    await page.goto(f"{service.up.api}/api/server/version")
    outcomes = await page.evaluate(
        """async (manager) => Promise.all(
          [["GET", "/admin/api/access"], ["DELETE", "/admin/api/session"],
           ["PUT", "/admin/api/access"]].map(([method, path]) =>
            fetch(manager + path, { method, credentials: "include" })
              .then((answer) => answer.status, () => "refused")))""",
        service.manager,
    )
    assert set(outcomes) <= {"refused", 403}
    await page.goto(f"{service.manager}/admin/")
    await expect(page.locator("#certificate h2")).to_be_visible()
