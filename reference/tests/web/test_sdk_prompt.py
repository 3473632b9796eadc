"""The install prompt in a browser: what it says and does, and for whom: everybody."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, Literal

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from channel_service import ChannelService, running_service
from playwright.async_api import Browser, Page, expect
from sdk_pages import Website, dead_port, manifest, opened, running_browser
from usable import keep_picture

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

SHOWN_MS = 20_000
DEB = "scanwright_0.1.0_amd64.deb"
RPM = "scanwright-0.1.0-1.x86_64.rpm"
PACKAGES = {DEB: b"a deb" * 9000, RPM: b"an rpm" * 5000}
REASONS = (
    *("not-installed", "not-running", "permission-denied", "permission-pending"),
    *("insecure-page", "certificate", "mixed-content", "origin-refused"),
    *("content-security-policy", "service-too-old", "service-too-new"),
    *("port-taken", "busy"),
)
OFFERING = {"not-installed", "mixed-content", "service-too-old"}
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/156.0.0.0 Safari/537.36"
SHOW = """async ([reason, options]) => {
    window.shown ??= new sdk.InstallPrompt(options);
    const detail = { address: "https://127.0.0.1:18623",
        certificateAddress: "https://127.0.0.1:18623/hello",
        managerAddress: "http://127.0.0.1:18625", origin: "https://site.example",
        framed: true, version: "0.1.0", protocols: [1], closeCode: null };
    await shown.show({ reason, candidates: [], detail });
}"""
CONNECT = """([port, prompt]) => {
    window.reasons = [];
    const onreason = (reason) => reasons.push(reason);
    const options = { httpPort: port, prompt: { language: "en", ...prompt, onreason } };
    window.outcome = sdk.connect(options).then(
        (session) => (window.session = session).state,
        ({ name, reason }) => [name, reason]);
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """A Chromium without a window."""
    async with running_browser() as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def website() -> AsyncIterator[Website]:
    """A website with packages, and with a policy that allows no style."""
    website = Website()
    described = json.dumps(manifest(PACKAGES)).encode()
    website.files = {f"dist/{name}": body for name, body in PACKAGES.items()}
    website.files["dist/installers.json"] = described
    website.files["wrong/installers.json"] = described
    website.files[f"wrong/{DEB}"] = PACKAGES[DEB].replace(b"a", b"b", 1)
    website.policy = (
        "default-src 'none'; script-src 'self'; img-src data:; "
        "connect-src 'self' http://127.0.0.1:* ws://127.0.0.1:*"
    )
    async with website.running():
        yield website


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, website: Website) -> AsyncIterator[Page]:
    """A page that shows nothing yet."""
    page = await opened(browser, website.url())
    yield page
    await page.context.close()


async def show(page: Page, reason: str, **options: Any) -> None:
    """Have the prompt say this."""
    await page.evaluate(SHOW, [reason, options])


async def connect(page: Page, port: int, **options: Any) -> None:
    """Begin to connect, with the prompt."""
    await page.evaluate(CONNECT, [port, options])
    await expect(page.get_by_role("dialog")).to_be_visible(timeout=SHOWN_MS)


async def expect_reason(page: Page, reason: str) -> None:
    """Wait until the prompt shows this."""
    host = page.locator("scanwright-prompt")
    await expect(host).to_have_attribute("data-reason", reason, timeout=SHOWN_MS)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", ["en", "de", "fr"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_use_it(
    browser: Browser,
    website: Website,
    language: str,
    scheme: Literal["light", "dark"],
) -> None:
    """Axe finds nothing, for any reason, and nothing hangs over the edge."""
    page = await opened(
        browser,
        website.url(),
        color_scheme=scheme,
        reduced_motion="reduce",
        viewport={"width": 360, "height": 800},
        bypass_csp=True,  # axe is a script of its own
    )
    for reason in REASONS:
        await show(page, reason, language=language)
        if reason in OFFERING:
            await expect(page.get_by_role("radio")).to_have_count(2)
        found = await Axe().run(page)
        assert found.violations_count == 0, reason + found.generate_report()
        width = "document.querySelector('scanwright-prompt').shadowRoot"
        sizes = (
            f"(d => [d.scrollWidth, d.clientWidth])({width}.querySelector('dialog'))"
        )
        assert (await page.evaluate(sizes))[0] <= (await page.evaluate(sizes))[1]
        await keep_picture(page, f"prompt-{reason}-{language}-{scheme}")
    await page.context.close()


async def test_it_is_a_dialog_with_a_name(page: Page) -> None:
    """Name and description are read out, and the focus is on the title."""
    await show(page, "not-running", language="en")
    dialog = page.get_by_role("dialog", name="The scan service is not running")
    await expect(dialog).to_be_visible()
    await expect(page.get_by_role("heading", level=2)).to_be_focused()
    await expect(page.get_by_role("status")).to_contain_text("by itself")


async def test_the_keyboard_is_enough(page: Page) -> None:
    """Tab stays within the dialog, and Escape gives the focus back."""
    await page.focus("#before")
    await show(page, "busy", language="en")
    inside = "document.activeElement?.localName"
    for _ in range(8):
        await page.keyboard.press("Tab")
        # Browsers let Tab leave for their own controls, never for the page behind.
        assert await page.evaluate(inside) in {"scanwright-prompt", "body"}
    await page.keyboard.press("Escape")
    await expect(page.locator("scanwright-prompt")).to_have_count(0)
    assert await page.evaluate("document.activeElement.id") == "before"


async def test_closing_it_rejects(page: Page) -> None:
    """Whoever closes the dialog gives up: connect rejects with the reason."""
    await connect(page, dead_port())
    await page.get_by_role("button", name="Close").click()
    assert await page.evaluate("outcome") == ["ConnectError", "not-installed"]
    await expect(page.locator("scanwright-prompt")).to_have_count(0)


async def test_it_goes_on_when_the_service_appears(page: Page) -> None:
    """Nobody has to load the page again, nor to press anything."""
    service = ChannelService(port=dead_port())
    await connect(page, service.port)
    async with running_service(service):
        assert await page.evaluate("outcome") == "connected"
        await expect(page.locator("scanwright-prompt")).to_have_count(0)
        await page.evaluate("session.close()")
    assert await page.evaluate("new Set(reasons).size") == 1


async def test_the_help_follows_the_reason(page: Page) -> None:
    """What is in the way may change: the dialog says so, and stays where it is."""
    async with running_service() as service:
        service.hello["origin"] = "refused"
        await connect(page, service.port)
        await expect_reason(page, "origin-refused")
        await expect(page.get_by_role("status")).to_contain_text("by itself")
        service.hello["origin"] = "allowed"
        service.hello["protocols"] = [7]
        await expect_reason(page, "service-too-new")
        status = page.get_by_role("status")
        await expect(status).to_contain_text("This website is too old")
        service.hello["protocols"] = [1]
        assert await page.evaluate("outcome") == "connected"
        await page.evaluate("session.close()")


async def test_reconnect_asks_at_once_and_says_what_came_of_it(page: Page) -> None:
    """The button does not load the page; the answer is read out."""
    await page.evaluate("window.isSamePage = true")
    async with running_service() as service:
        service.hello["origin"] = "refused"
        await connect(page, service.port)
        before = len(service.requests)
        await page.get_by_role("button", name="Reconnect").click()
        status = page.get_by_role("status")
        await expect(status).to_contain_text("could still not", timeout=SHOWN_MS)
        assert len(service.requests) > before
        assert await page.evaluate("isSamePage")


async def test_a_hidden_page_does_not_look(page: Page) -> None:
    """Nobody waits for a page that nobody sees; it looks when it is seen again."""
    await page.clock.install()
    await page.evaluate(
        "Object.defineProperty(document, 'hidden', "
        "{get: () => window.isHidden ?? false})"
    )
    async with running_service() as service:
        service.hello["origin"] = "refused"
        await connect(page, service.port)
        await page.evaluate("window.isHidden = true")
        asked = len(service.requests)
        for _ in range(8):
            await page.clock.run_for(5000)
            await page.evaluate("fetch('/page.js').then((answer) => answer.text())")
        # One look may have been under way.
        assert len(service.requests) <= asked + 1
        service.hello["origin"] = "allowed"
        await page.evaluate(
            "isHidden = false, document.dispatchEvent(new Event('visibilitychange'))"
        )
        assert await page.evaluate("outcome") == "connected"
        await page.evaluate("session.close()")


async def test_a_page_that_is_seen_looks_gently(page: Page) -> None:
    """It asks again by itself, at most once a second."""
    await page.clock.install()
    async with running_service() as service:
        service.hello["origin"] = "refused"
        await connect(page, service.port)
        asked = len(service.requests)
        for _ in range(4):
            await page.clock.run_for(3100)
            while len(service.requests) == asked:  # it has got on its way
                await page.evaluate("new Promise((done) => setTimeout(done))")
            assert len(service.requests) <= asked + 4
            asked = len(service.requests)


async def test_a_policy_is_not_violated_again_and_again(page: Page) -> None:
    """What lies in the page does not change by looking: nothing is asked again."""
    await page.clock.install()
    await page.evaluate(
        "window.violations = 0, document.addEventListener('securitypolicyviolation',"
        " () => { violations += 1; }), void sdk.connect({host: '127.0.0.2', prompt:"
        " {language: 'en'}}).catch(() => {})"
    )
    await expect_reason(page, "content-security-policy")
    await expect(page.get_by_role("status")).to_be_empty()
    before = await page.evaluate("violations")
    await page.clock.run_for(60_000)
    assert before > 0
    assert await page.evaluate("violations") == before


async def test_the_right_package_is_downloaded(page: Page) -> None:
    """Checked, saved under its name, with the command that installs it."""
    await show(page, "not-installed", language="en", installers="dist/")
    command = page.locator("code")
    await expect(command).to_have_text(f"sudo apt install ./{DEB}")
    async with page.expect_download() as download:
        await page.get_by_role("button", name=f"Download {DEB} (45 kB)").click()
    value = await download.value
    assert value.suggested_filename == DEB
    kept = await asyncio.to_thread((await value.path()).read_bytes)
    assert kept == PACKAGES[DEB]
    await expect(page.get_by_role("status")).to_contain_text("checksum is right")


async def test_another_format_can_be_chosen(page: Page) -> None:
    """A page cannot know the distribution: its user can."""
    await show(page, "not-installed", language="en", installers="dist/")
    await page.get_by_label("Fedora").check()
    zypper = f"sudo zypper install --allow-unsigned-rpm ./{RPM}"
    commands = page.locator("code")
    await expect(commands).to_have_text([f"sudo dnf install ./{RPM}", zypper])
    await expect(page.get_by_text("On openSUSE:")).to_be_visible()


async def test_a_damaged_package_is_not_kept(page: Page) -> None:
    """What is not what was announced does not reach the disk."""
    kept: list[str] = []
    page.on("download", lambda download: kept.append(download.url))
    await show(page, "not-installed", language="en", installers="wrong/")
    await page.get_by_role("button", name="Download").click()
    await expect(page.get_by_role("status")).to_contain_text("not the announced")
    assert kept == []


async def test_a_manifest_may_be_given(page: Page) -> None:
    """Without a request, and with another folder."""
    given = {**manifest({DEB: PACKAGES[DEB]}), "base": "dist/"}
    await show(page, "service-too-old", language="en", installers=given)
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Download").click()
    assert (await download.value).suggested_filename == DEB


async def test_a_website_without_packages_says_so(page: Page) -> None:
    """Then whoever runs it has to be asked: nobody else's command is to be trusted."""
    for language, words in {
        "en": "Ask whoever runs this website",
        "de": "den Betreiber dieser Website",
        "fr": "comment obtenir le service",
    }.items():
        await show(page, "not-installed", language=language, installers="none/")
        await expect(page.get_by_text(words)).to_be_visible()
        await expect(page.locator("code")).to_have_count(0)
        await page.evaluate("shown.close(), void (window.shown = undefined)")


async def test_a_website_may_name_a_command_of_its_own(page: Page) -> None:
    """Where it has no package, its command is shown, and how to start the service."""
    command = "pip install scanwright --index-url https://site.example/simple"
    await show(
        page, "not-installed", language="en", installers="none/", command=command
    )
    await expect(page.locator("code")).to_have_text([command, "scanwright serve"])
    await expect(page.get_by_text("Ask whoever")).to_have_count(0)


async def test_there_is_no_package_for_windows(
    browser: Browser, website: Website
) -> None:
    """The prompt is honest about it."""
    agent = WINDOWS
    page = await opened(browser, website.url(), user_agent=agent)
    await page.evaluate("Object.defineProperty(navigator, 'userAgentData', {})")
    await show(page, "not-installed", language="en")
    await expect(page.get_by_text("no package for Windows")).to_be_visible()
    await expect(page.get_by_text("Ask whoever runs this website")).to_be_visible()
    await expect(page.locator("code")).to_have_count(0)
    await page.context.close()


async def test_a_command_is_copied(browser: Browser, website: Website) -> None:
    """To the clipboard; where that is not allowed, it is selected."""
    page = await opened(
        browser, website.url(), permissions=["clipboard-read", "clipboard-write"]
    )
    await show(page, "not-running", language="en")
    await page.get_by_role("button", name="Copy: scanwright doctor").click()
    await expect(page.get_by_role("status")).to_have_text("Copied.")
    assert await page.evaluate("navigator.clipboard.readText()") == "scanwright doctor"
    await page.evaluate("void (navigator.clipboard.writeText = () => Promise.reject())")
    await page.get_by_role("button", name="Copy: scanwright doctor").click()
    await expect(page.get_by_role("status")).to_contain_text("Ctrl+C")
    await page.context.close()


@pytest.mark.parametrize(
    ("locale", "title"),
    [
        ("de-AT", "Der Scandienst ist beschäftigt"),
        ("fr-FR", "Le service de numérisation est occupé"),
        ("it-IT", "The scan service is busy"),
    ],
)
async def test_it_speaks_the_language_of_the_browser(
    browser: Browser, website: Website, locale: str, title: str
) -> None:
    """German, French, and English for all others; the dialog says which."""
    page = await opened(browser, website.url(), locale=locale)
    await show(page, "busy")
    await expect(page.get_by_role("dialog", name=title)).to_be_visible()
    language = locale[:2] if locale[:2] in {"de", "fr"} else "en"
    await expect(page.get_by_role("dialog")).to_have_attribute("lang", language)
    await page.context.close()


async def test_words_and_place_can_be_changed(page: Page) -> None:
    """A website replaces single words, and says where the dialog goes."""
    await page.evaluate(
        "async () => { const texts = {reasons: {busy: {title: 'Wait for {origin}'}}};"
        "const container = document.querySelector('main');"
        "const detail = {origin: 'us'};"
        "await new sdk.InstallPrompt({texts, container, language: 'en'})"
        ".show({reason: 'busy', candidates: [], detail}); }"
    )
    await expect(page.get_by_role("dialog", name="Wait for us")).to_be_visible()
    await expect(page.locator("main > scanwright-prompt")).to_have_count(1)
