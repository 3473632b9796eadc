"""What three browser engines do, by the one interface that tests of pages use.

The first half holds the interface to its word. The second measures how an engine treats
a page that wants to reach a service on the same machine: docs/BROWSERS.md says it in
words, and what a page can find out rests on it.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from engines import (
    ENGINES,
    Engine,
    EngineName,
    Message,
    NotOffered,
    Page,
    PageRefused,
    Permission,
    ScriptFailed,
    Settings,
    running,
)
from engines.certificates import Authority
from engines.processes import free_port, processes_with
from engines.scripts import quoted
from engines.site import Site, serving
from PIL import Image

pytestmark = [
    pytest.mark.engines,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="module"),
]

APP = "app.example.test"
OTHER = "other.example.test"
"""Names that lie on this machine, for these browsers alone."""

PENDING_MS: Final = 1500

FETCH: Final = """
const answer = fetch({url}).then((each) => each.text(), () => "refused");
const late = new Promise((r) => setTimeout(() => r("pending"), {pending_ms}));
return Promise.race([answer, late]);"""

SOCKET: Final = """
return new Promise((resolve) => {{
  const told = [];
  let socket;
  try {{ socket = new WebSocket({url}); }} catch (error) {{ resolve([error.name]); }}
  setTimeout(() => resolve([...told, "pending"]), {pending_ms});
  socket.onopen = () => told.push("open");
  socket.onerror = () => told.push("error");
  socket.onclose = ({{ code }}) => resolve([...told, code]);
}});"""

ASKED: Final = """
return (await navigator.permissions.query({ name: "loopback-network" })).state;"""

each_engine = pytest.mark.parametrize("name", ENGINES)
Opener = Callable[[EngineName], Awaitable[Engine]]


@dataclass(frozen=True, slots=True)
class Town:
    """Sites of all kinds: a secure one, one that nobody vouches for, a plain one."""

    authority: Authority
    secure: Site
    untrusted: Site
    plain: Site

    def settings(
        self,
        home: Path,
        *,
        public: Site | None = None,
        permission: Permission | None = None,
    ) -> Settings:
        """Return those of a browser that trusts the secure site and knows the names."""
        return Settings(
            home,
            public_ports=frozenset({public.port} if public else ()),
            permission=permission,
            trust=self.authority.pem,
            hosts=[APP, OTHER],
        )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def started(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Opener]:
    """Start an engine as it comes, once for all tests that leave it as it was."""
    engines: dict[EngineName, Engine] = {}
    async with contextlib.AsyncExitStack() as stack:

        async def start(name: EngineName) -> Engine:
            if name not in engines:
                settings = Settings(tmp_path_factory.mktemp(name))
                engine = running(name, settings)
                engines[name] = await stack.enter_async_context(engine)
            return engines[name]

        yield start


@pytest_asyncio.fixture(loop_scope="module")
async def site() -> AsyncIterator[Site]:
    """A plain site."""
    async with serving() as running_site:
        yield running_site


@pytest_asyncio.fixture(loop_scope="module")
async def page(name: EngineName, started: Opener, site: Site) -> AsyncIterator[Page]:
    """The page of the plain site."""
    opened = await (await started(name)).open(site.at())
    yield opened
    await opened.close()


@pytest_asyncio.fixture(loop_scope="module")
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """Sites of all kinds."""
    folders = [tmp_path / "trusted", tmp_path / "unknown"]
    for folder in folders:
        folder.mkdir()
    known, unknown = (Authority.make(folder) for folder in folders)
    names = ["127.0.0.1", "localhost", APP, OTHER]
    async with (
        serving(tls=known.server(*names)) as secure,
        serving(tls=unknown.server(*names)) as untrusted,
        serving() as plain,
    ):
        yield Town(known, secure, untrusted, plain)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The HOME of a browser."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


async def fetched(page: Page, url: str) -> str:
    """Let the page fetch; return the text, or `refused`, or `pending`."""
    script = FETCH.format(url=quoted(url), pending_ms=PENDING_MS)
    return str(await page.evaluate(script))


async def socket_of(page: Page, url: str) -> list[str | int]:
    """Let the page open a WebSocket; return what it is told, in order."""
    address = quoted(url.replace("http", "ws", 1))
    script = SOCKET.format(url=address, pending_ms=PENDING_MS)
    told: list[str | int] = await page.evaluate(script)
    return told


@each_engine
async def test_a_script_is_a_function_whose_promise_is_awaited(page: Page) -> None:
    """What the body of an async function returns comes back as JSON has it."""
    script = "const late = await Promise.resolve('x'); return { late, all: [1, null] };"
    assert await page.evaluate(script) == {"late": "x", "all": [1, None]}
    assert await page.evaluate("'nothing is returned';") is None


@each_engine
async def test_an_error_of_a_script_comes_in_its_own_words(page: Page) -> None:
    """What a script throws is told as the page itself would print it."""
    with pytest.raises(ScriptFailed, match=r"^TypeError: no$"):
        await page.evaluate("throw new TypeError('no');")


@each_engine
async def test_a_click_is_that_of_a_user(page: Page) -> None:
    """A click is one that the browser vouches for, as buttons for scanning need it."""
    await page.evaluate("""
        document.querySelector('#button').onclick = (event) => {
          (window.clicks ??= []).push(event.isTrusted);
        };""")
    await page.click("#button")
    assert await page.evaluate("return window.clicks;") == [True]


@each_engine
async def test_an_element_in_a_shadow_root_is_found(page: Page) -> None:
    """Selectors look into the parts of which custom elements consist."""
    await page.evaluate("""
        const root = document.body.appendChild(document.createElement('div'));
        const button = document.createElement('button');
        button.className = 'deep';
        button.textContent = 'Deep';
        button.onclick = () => { window.isPressed = true; };
        root.attachShadow({ mode: 'open' }).append(button);""")
    await page.click("button.deep")
    assert await page.evaluate("return window.isPressed;")


@each_engine
async def test_an_action_waits_for_its_element(page: Page) -> None:
    """A button that comes later is clicked when it is there and can be used."""
    await page.evaluate("""
        const button = document.querySelector('#button');
        button.disabled = true;
        button.onclick = () => { window.isPressed = true; };
        setTimeout(() => { button.disabled = false; }, 200);""")
    await page.click("#button")
    assert await page.evaluate("return window.isPressed;")


@each_engine
async def test_a_field_gets_another_text(page: Page) -> None:
    """Filling replaces what a field held, and the page hears of it."""
    await page.evaluate("""
        document.querySelector('#text').oninput = ({ target }) => {
          window.heard = target.value;
        };""")
    await page.fill("#text", "Grüße")
    assert await page.evaluate("return window.heard;") == "Grüße"


@each_engine
async def test_keys_go_where_the_focus_is(page: Page) -> None:
    """Keys are pressed on an element, or on whatever has the focus since."""
    await page.press("Control+a", "#text")
    await page.press("n")
    await page.press("Backspace")
    assert await page.evaluate("return document.querySelector('#text').value;") == ""
    await page.press("Tab", "#text")
    assert await page.evaluate("return document.activeElement.id;") == "button"


@each_engine
async def test_files_are_chosen(page: Page, tmp_path: Path) -> None:
    """A page reads the files that were chosen, in a field that it hides."""
    files = [tmp_path / "one.txt", tmp_path / "two.txt"]
    for file in files:
        file.write_text(file.stem)
    await page.choose_files("#file", *files)
    script = """
        const { files } = document.querySelector('#file');
        return Promise.all(Array.from(files, async (each) => [
          each.name, await each.text(),
        ]));"""
    assert await page.evaluate(script) == [["one.txt", "one"], ["two.txt", "two"]]


@each_engine
async def test_a_reload_keeps_the_storage_of_the_session(page: Page) -> None:
    """A reload forgets all but what the page has stored."""
    await page.evaluate("sessionStorage.token = 'kept'; window.variable = 1;")
    await page.reload()
    script = "return [sessionStorage.token, window.variable ?? null];"
    assert await page.evaluate(script) == ["kept", None]


@each_engine
async def test_a_page_knows_nothing_of_another(
    page: Page, name: EngineName, started: Opener, site: Site
) -> None:
    """Each page has a context of its own: what one stores no other finds."""
    await page.evaluate("localStorage.mark = 'here'; document.cookie = 'mark=here';")
    other = await (await started(name)).open(site.at())
    script = "return [localStorage.mark ?? null, document.cookie];"
    assert await other.evaluate(script) == [None, ""]
    await other.close()


@each_engine
async def test_waiting_ends_when_it_becomes_true(page: Page) -> None:
    """Waiting gives what became true, by JSON, or fails when its time is over."""
    await page.evaluate("setTimeout(() => { window.later = 'now'; }, 200);")
    assert await page.wait_for("window.later", timeout_s=20) == "now"
    assert await page.wait_for("window.open", timeout_s=20) is None
    with pytest.raises(TimeoutError, match=r"window\.never"):
        await page.wait_for("window.never", timeout_s=0.2)


@each_engine
async def test_waiting_survives_that_the_page_goes_elsewhere(
    page: Page, site: Site
) -> None:
    """Waiting goes on in the page that comes next, whose address is then known."""
    await page.evaluate("setTimeout(() => { location.search = '?next'; }, 100);")
    assert await page.wait_for("location.search === '?next'", timeout_s=20)
    assert page.url == site.at(path="/?next")


@each_engine
async def test_a_screenshot_is_a_picture(page: Page, tmp_path: Path) -> None:
    """What is seen is written as PNG."""
    file = tmp_path / "seen.png"
    await page.screenshot(file)
    with Image.open(file) as picture:
        assert picture.format == "PNG"
        assert min(picture.size) > 100


@each_engine
async def test_a_download_keeps_its_name(page: Page) -> None:
    """What a page gives to its user lies in a file under the name that it has."""
    await page.click("#out")
    file = await page.download(timeout_s=20)
    assert (file.name, file.read_text()) == ("out.txt", "what was saved")


@pytest.mark.parametrize("name", ["chromium", "firefox"])
async def test_the_console_is_collected(page: Page) -> None:
    """Lines of the console and errors that nobody caught are told with their level."""
    await page.evaluate("""
        console.warn('careful', 3);
        setTimeout(() => { throw new Error('late'); });
        await new Promise((resume) => setTimeout(resume, 50));""")
    assert Message("warn", "careful 3") in page.messages
    errors = [each.text for each in page.messages if each.level == "error"]
    assert any("late" in each for each in errors)


@each_engine
async def test_a_page_that_is_not_there_is_refused(
    name: EngineName, started: Opener
) -> None:
    """Where nobody answers a test gets an error, and no page of the browser's own."""
    with pytest.raises(PageRefused):
        await (await started(name)).open(f"http://127.0.0.1:{free_port()}/")


@each_engine
async def test_nothing_of_a_browser_is_left(
    name: EngineName, site: Site, home: Path
) -> None:
    """When an engine ends all its processes do, and it wrote into its HOME alone."""
    before = traces()
    async with running(name, Settings(home)) as engine:
        await engine.open(site.at())
        assert list(processes_with("HOME", str(home)))
    assert not list(processes_with("HOME", str(home)))
    assert not traces() - before


def traces() -> set[Path]:
    """Find what browsers are known to leave in the folder that all share."""
    patterns = ["playwright*", "webkit*", "Mozilla*", "org.chromium*", "dbus-*"]
    folder = Path(tempfile.gettempdir())
    return {each for pattern in patterns for each in folder.glob(pattern)}


@each_engine
async def test_a_certificate_counts_when_its_authority_is_trusted(
    name: EngineName, town: Town, home: Path
) -> None:
    """A page by https is shown when the browser trusts who vouches for it."""
    async with running(name, town.settings(home)) as engine:
        page = await engine.open(town.secure.at(APP))
        assert await fetched(page, town.secure.at(path="/hello")) == "hello"
        with pytest.raises(PageRefused):
            await engine.open(town.untrusted.at(APP))
    assert not town.untrusted.seen


@each_engine
async def test_a_page_learns_little_of_an_untrusted_certificate(
    name: EngineName, town: Town, home: Path
) -> None:
    """Firefox alone tells a page, by the code of a WebSocket, that TLS has failed."""
    async with running(name, town.settings(home)) as engine:
        page = await engine.open(town.secure.at(APP))
        assert await fetched(page, town.untrusted.at(path="/hello")) == "refused"
        code = 1015 if name == "firefox" else 1006
        closing = town.untrusted.at(path="/closing/4001")
        assert await socket_of(page, closing) == ["error", code]
        dead = f"https://127.0.0.1:{free_port()}/"
        assert await fetched(page, dead) == "refused"
        assert await socket_of(page, dead) == ["error", 1006]


@each_engine
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_secure_page_may_call_this_machine_plainly_but_in_webkit(
    name: EngineName, host: str, town: Town, home: Path
) -> None:
    """WebKit alone takes plain http to this machine for mixed content."""
    async with running(name, town.settings(home)) as engine:
        page = await engine.open(town.secure.at(APP))
        answer = await fetched(page, town.plain.at(host, "/hello"))
        told = await socket_of(page, town.plain.at(host, "/closing/4001"))
    if name == "webkit":
        # It does not even say that the WebSocket is closed.
        assert (answer, told) == ("refused", ["error", "pending"])
        assert not town.plain.seen
    else:
        assert (answer, told) == ("hello", ["open", 4001])


@each_engine
async def test_another_name_of_this_machine_is_mixed_content(
    name: EngineName, town: Town, home: Path
) -> None:
    """A secure page may call no plain address whose name only leads to this machine."""
    async with running(name, town.settings(home)) as engine:
        page = await engine.open(town.secure.at(APP))
        assert await fetched(page, town.plain.at(OTHER, "/hello")) == "refused"
        told = await socket_of(page, town.plain.at(OTHER, "/closing/4001"))
    assert told == (["error", "pending"] if name == "webkit" else ["SecurityError"])
    assert not town.plain.seen


@each_engine
async def test_a_policy_of_the_page_is_told_to_it(
    name: EngineName, started: Opener, site: Site
) -> None:
    """What the page's own policy forbids is not sent, and the page hears why."""
    policy = {"Content-Security-Policy": "connect-src 'self'"}
    async with serving(headers=policy) as strict:
        page = await (await started(name)).open(strict.at())
        script = f"""
            const said = new Promise((resolve) => document.addEventListener(
              'securitypolicyviolation',
              (event) => resolve([event.effectiveDirective, event.blockedURI]),
              {{ once: true }}));
            await fetch({quoted(site.at(path="/hello"))}).catch(() => {{}});
            return said;"""
        directive, blocked = await page.evaluate(script)
        await page.close()
    assert directive == "connect-src"
    assert blocked.startswith(site.at(path=""))
    assert not site.seen


@each_engine
@pytest.mark.parametrize("code", [1001, 1008, 4001, 4002, 4003])
async def test_a_page_sees_the_code_that_closes_a_socket(
    page: Page, code: int, site: Site
) -> None:
    """The codes by which the service ends a connection reach the page."""
    assert await socket_of(page, site.at(path=f"/closing/{code}")) == ["open", code]


@each_engine
async def test_webkit_does_not_know_that_one_may_try_again_later(
    page: Page, name: EngineName, site: Site
) -> None:
    """The code 1013 is no good reason to WebKitGTK: it reports a failure."""
    told = await socket_of(page, site.at(path="/closing/1013"))
    assert told == (["open", "error", 1006] if name == "webkit" else ["open", 1013])


@pytest.mark.parametrize("name", ["chromium", "firefox"])
@pytest.mark.parametrize(
    ("permission", "answer"),
    [("granted", "hello"), ("denied", "refused"), ("prompt", "pending")],
)
async def test_a_public_page_needs_leave(
    name: EngineName, permission: Permission, answer: str, town: Town, home: Path
) -> None:
    """A request to this machine is sent, refused or held back, as the user has said."""
    settings = town.settings(home, public=town.secure, permission=permission)
    async with running(name, settings) as engine:
        page = await engine.open(town.secure.at(APP))
        assert await page.evaluate(ASKED) == permission
        assert await fetched(page, town.plain.at(path="/hello")) == answer
        assert bool(town.plain.seen) == (permission == "granted")
        told = await socket_of(page, town.plain.at(path="/closing/4001"))
    # Firefox asks for leave for requests only: its WebSockets need none.
    if name == "firefox" or permission == "granted":
        assert told == ["open", 4001]
    else:
        assert told == (["pending"] if permission == "prompt" else ["error", 1006])


@pytest.mark.parametrize("name", ["chromium", "firefox"])
async def test_an_insecure_public_page_is_refused_by_chromium_alone(
    name: EngineName, town: Town, home: Path
) -> None:
    """Chromium asks no user for a page by http; Firefox asks as for any other."""
    async with running(name, town.settings(home, public=town.plain)) as engine:
        page = await engine.open(town.plain.at(APP))
        asked = await page.evaluate(ASKED)
        answer = await fetched(page, town.secure.at(path="/hello"))
    expected = ("denied", "refused") if name == "chromium" else ("prompt", "pending")
    assert (asked, answer) == expected
    assert not town.secure.seen


async def test_webkit_knows_no_leave(town: Town, home: Path) -> None:
    """WebKitGTK asks nobody for this machine, and cannot be set up as if it did."""
    with pytest.raises(NotOffered):
        async with running("webkit", town.settings(home, public=town.plain)):
            pass
    async with running("webkit", town.settings(home)) as engine:
        page = await engine.open(town.secure.at(APP))
        with pytest.raises(ScriptFailed, match="TypeError"):
            await page.evaluate(ASKED)
