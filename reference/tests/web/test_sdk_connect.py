"""The SDK in a browser, on a service that checks every frame against the schema."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from channel_service import CHANNEL, ChannelService, image, running_service
from playwright.async_api import Browser, Page, Route
from sdk_pages import SDK, Website, dead_port, opened, running_browser

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

CONNECT = """async ([port, more]) => {
    window.events = [];
    window.session = await sdk.connect({ httpPort: port, ...more });
    for (const name of ["disconnected", "reconnected", "lost", "disklow", "stopping"])
        session.addEventListener(name, ({ detail }) => events.push([name, detail]));
    session.buffer.addEventListener("change", ({ detail }) =>
        events.push([detail.action, detail.revision]));
}"""
JAVASCRIPT = "text/javascript"
PLACES = "session.buffer.images.map(({ id }) => Number(`0x${id}`))"
FAULT = """async (code) => {
    try { return await eval(code); }
    catch (error) { return [error.name, error.reason ?? error.code, error.message]; }
}"""
EVERYTHING = """async () => {
    const { scanners, buffer, edit, tags, documents, storage, files } = session;
    const [a, b] = ["a".repeat(12), "b".repeat(12)];
    const area = { left: 1, top: 2, right: 30, bottom: 40 };
    await scanners.list({ types: 16 });
    await scanners.open({ device: "canned:0" });
    await scanners.close();
    await scanners.scan({ settings: { resolutionDpi: 300 }, at: 0, deskew: true });
    await buffer.setCurrent(a);
    await buffer.select([a, b]);
    await buffer.move([a], 1);
    await buffer.swap(a, b);
    await buffer.remove([a]);
    await buffer.undo();
    await buffer.redo();
    await session.call("buffer.state");
    const tasks = {
        duplicated: await buffer.duplicate([a], 0),
        options: await buffer.setOptions({ maximum: 3 }),
        bytes: await buffer.estimate([a], { type: "image/png" }),
        document: await documents.create("New"),
        copied: await documents.copy("d".repeat(12), { images: [a] }),
        skew: await edit.measureSkew(a, area),
        blank: await edit.isBlank(a, { method: "blocks" }),
        border: await edit.findBorder(a),
        storage: await storage.create({ password: "p" }),
        exists: await storage.exists("5".repeat(12)),
        former: (await storage.load("5".repeat(12), { at: 0 })).former,
    };
    await tags.add([a], "t");
    await tags.rename("t", "u");
    await tags.filter("u");
    await tags.filter(null);
    await tags.remove("u");
    await documents.open("d".repeat(12));
    await documents.rename("d".repeat(12), "Other");
    await documents.move("d".repeat(12));
    await documents.remove("d".repeat(12));
    await edit.rotate([a], 12.5, { keepSize: true, fill: "FFFFFF" });
    await edit.flip([a]);
    await edit.mirror([a]);
    await edit.crop([a], area);
    await edit.erase([a], area, { fill: "000000" });
    await edit.resize([a], 10, 20, { interpolation: 5 });
    await edit.setWidth([a], 10);
    await edit.setDpi([a], 200, 200, { resample: true });
    await edit.setDepth([a], 8);
    await edit.gray([a]);
    await edit.blackAndWhite([a], { threshold: 100 });
    await edit.invert([a]);
    await edit.adjust([a], { contrast: 100 });
    await edit.deskew([a]);
    await edit.autoBorder([a]);
    await storage.save("5".repeat(12), { images: [a] });
    await storage.remove("5".repeat(12));
    await files.load(new File(["x"], "x.png", { type: "image/png" }));
    const saved = await files.save([a], { type: "image/png" }, { name: "scan" });
    await saved.release();
    const stop = new AbortController();
    const onprogress = () => stop.abort();
    const scan = scanners.scan({}, { signal: stop.signal, onprogress });
    tasks.cancelled = await scan.catch((error) => error.name);
    await session.close();
    return tasks;
}"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """A Chromium without a window."""
    async with running_browser() as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def website() -> AsyncIterator[Website]:
    """A website on this machine."""
    website = Website()
    async with website.running():
        yield website


@pytest_asyncio.fixture(loop_scope="module")
async def service() -> AsyncIterator[ChannelService]:
    """A service that all is well with."""
    async with running_service() as service:
        yield service


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, website: Website) -> AsyncIterator[Page]:
    """A page that has not connected yet."""
    page = await opened(browser, website.url())
    yield page
    await page.context.close()


async def connect(page: Page, service: ChannelService, **more: Any) -> None:
    """Connect the page; events are kept in `window.events`."""
    await page.evaluate(CONNECT, [service.port, more])


async def saw(page: Page, *names: str) -> list[Any]:
    """Wait until these events have come; return all."""
    condition = "(names) => names.every((name) => events.some(([n]) => n === name))"
    await page.wait_for_function(condition, arg=list(names))
    events: list[Any] = await page.evaluate("events")
    return events


async def fails(page: Page, code: str) -> Any:
    """Return name, reason and message of the error that this rejects with."""
    return await page.evaluate(FAULT, code)


async def test_a_page_connects(page: Page, service: ChannelService) -> None:
    """A session knows its service, its state and an empty buffer."""
    await connect(page, service)
    assert await page.evaluate("[session.state, session.outcome]") == [
        "connected",
        "new",
    ]
    assert await page.evaluate("session.service.version") == "0.1.0"
    assert await page.evaluate("session.buffer.images") == []
    assert await page.evaluate("localStorage['scanwright.seen']") == "1"


async def test_every_method_can_be_called(page: Page, service: ChannelService) -> None:
    """All of the schema is within reach, and all frames are as it says."""
    await connect(page, service)
    done = await page.evaluate(EVERYTHING)
    assert set(service.methods) == set(CHANNEL["methods"])
    assert done == {
        "duplicated": ["b" * 12],
        "options": {"maximum": 3},
        "bytes": 1234,
        "document": "d" * 12,
        "copied": ["c" * 12],
        "skew": -1.5,
        "blank": True,
        "border": {"left": 1, "top": 2, "right": 3, "bottom": 4},
        "storage": "5" * 12,
        "exists": True,
        "former": ["b" * 12],
        "cancelled": "AbortError",
    }


async def test_pages_appear_as_they_are_scanned(
    page: Page, service: ChannelService
) -> None:
    """The mirror follows each page, and progress counts them."""
    await connect(page, service)
    code = (
        "(async () => { const seen = []; const onprogress = ({done}) => "
        "seen.push(session.buffer.images.length === done);"
        "return [await session.scanners.scan({}, {onprogress}), seen]; })()"
    )
    result, seen = await page.evaluate(code)
    assert result == {"images": [image(1)["id"], image(2)["id"]], "discarded": 0}
    assert seen == [True, True]
    assert await page.evaluate(PLACES) == [1, 2]
    assert await page.evaluate("Object.isFrozen(session.buffer.images[0])")


async def test_a_missed_change_is_made_up_for(
    page: Page, service: ChannelService
) -> None:
    """After a gap the whole buffer is asked for, once."""
    await connect(page, service)
    service.session.images += [image(1), image(2)]
    order = [image(2)["id"]]
    await service.change(skip=3, action="shift", order=order)
    await saw(page, "replace")
    assert await page.evaluate(PLACES) == [1, 2]
    assert service.methods.count("buffer.state") == 1


async def test_a_call_can_be_cancelled(page: Page, service: ChannelService) -> None:
    """Aborting sends call.cancel and rejects with AbortError; the session goes on."""
    service.hangs = True
    await connect(page, service)
    code = (
        "(async () => { const stop = new AbortController();"
        "const scan = session.scanners.scan({}, {signal: stop.signal,"
        " onprogress: ({done}) => done === 2 && stop.abort()}); await scan; })()"
    )
    assert (await fails(page, code))[0] == "AbortError"
    assert "call.cancel" in service.methods
    assert await page.evaluate("session.buffer.images.length") == 2
    assert await page.evaluate("session.scanners.list().then(({length}) => length)")


async def test_a_reload_keeps_the_session(page: Page, service: ChannelService) -> None:
    """The token in the tab brings the pages back; the holder is not kept."""
    await connect(page, service)
    await page.evaluate("session.scanners.scan()")
    await page.reload()
    await page.wait_for_function("window.sdk")
    await connect(page, service)
    assert await page.evaluate("session.outcome") == "resumed"
    assert await page.evaluate(PLACES) == [1, 2]
    assert "holder" not in service.called[-1][1]["resume"]


async def test_without_storage_a_reload_begins_anew(
    page: Page, service: ChannelService
) -> None:
    """A page may want nothing to be kept in the tab."""
    await connect(page, service, storage=None)
    assert await page.evaluate("sessionStorage.length") == 0


async def test_a_lost_connection_comes_back(
    page: Page, service: ChannelService
) -> None:
    """Within the page the holder proves who asks, and a call meanwhile waits."""
    await connect(page, service)
    await page.evaluate("session.scanners.scan()")
    await service.hang_up(1011)
    await page.wait_for_function("session.state !== 'connected' || events.length > 2")
    assert await page.evaluate("session.scanners.list().then(({length}) => length)")
    events = dict(await saw(page, "disconnected", "reconnected"))
    assert events["disconnected"] == {"reason": "connection-lost"}
    assert events["reconnected"] == {"outcome": "resumed"}
    assert "lost" not in events
    resume = [params for method, params in service.called if method == "session.open"]
    assert resume[-1]["resume"]["holder"] == service.session.holder
    assert await page.evaluate(PLACES) == [1, 2]


async def test_what_a_restart_has_lost_is_told(
    page: Page, service: ChannelService
) -> None:
    """A service that starts anew knows no session: the page is told which pages."""
    await connect(page, service)
    await page.evaluate("session.scanners.scan()")
    service.restart()
    await service.hang_up()
    events = await saw(page, "disconnected", "reconnected", "lost")
    lost = next(detail for name, detail in events if name == "lost")
    assert [each["id"] for each in lost["images"]] == [image(1)["id"], image(2)["id"]]
    assert lost["reason"] == "service-restarted"
    assert await page.evaluate("[session.outcome, session.buffer.images.length]") == [
        "unknown",
        0,
    ]


async def test_a_call_under_way_is_not_taken_for_done(
    page: Page, service: ChannelService
) -> None:
    """A call that lost its connection rejects: nobody knows what became of it."""
    service.hangs = True
    await connect(page, service)
    await page.evaluate(
        "void (window.scan = session.scanners.scan().catch(({name}) => name))"
    )
    await page.wait_for_function("session.buffer.images.length === 2")
    await service.hang_up()
    assert await page.evaluate("scan") == "DisconnectedError"


@pytest.mark.parametrize(
    ("code", "reason"),
    [(4001, "taken-over"), (4002, "session-ended"), (1008, "origin-refused")],
)
async def test_what_is_final_is_not_tried_again(
    page: Page, service: ChannelService, code: int, reason: str
) -> None:
    """After these codes the session is closed, and calls say so at once."""
    await connect(page, service)
    await service.hang_up(code)
    assert dict(await saw(page, "disconnected"))["disconnected"] == {"reason": reason}
    assert await page.evaluate("session.state") == "closed"
    assert (await fails(page, "session.scanners.list()"))[0] == "DisconnectedError"
    assert service.methods.count("session.open") == 1


async def test_a_page_that_wants_no_reconnect_gets_none(
    page: Page, service: ChannelService
) -> None:
    """With `reconnect: false` the first loss is the last one."""
    await connect(page, service, reconnect=False)
    await service.hang_up(1011)
    await saw(page, "disconnected")
    assert await page.evaluate("session.state") == "closed"


async def test_a_frame_that_is_none_ends_the_connection(
    page: Page, service: ChannelService
) -> None:
    """Garbage is not guessed at: the page connects anew."""
    await connect(page, service)
    await service.sockets[-1].send_str("{")
    await saw(page, "disconnected", "reconnected")


async def test_events_reach_the_page(page: Page, service: ChannelService) -> None:
    """Low disk space and the end of the service are told."""
    await connect(page, service)
    await service.tell("disk.low", {"freeBytes": 1, "neededBytes": 2})
    await service.tell("service.stopping", {})
    events = dict(await saw(page, "disklow", "stopping"))
    assert events["disklow"] == {"freeBytes": 1, "neededBytes": 2}


async def test_closing_forgets_the_session(page: Page, service: ChannelService) -> None:
    """Close ends the session, here and there."""
    await connect(page, service)
    await page.evaluate("session.close()")
    assert service.sessions == {}
    assert await page.evaluate("sessionStorage.length") == 0
    assert await page.evaluate("session.state") == "closed"


async def test_images_have_addresses(page: Page, service: ChannelService) -> None:
    """An address is absolute, and asks for size and type; a blob is the image."""
    await connect(page, service)
    await page.evaluate("session.scanners.scan()")
    form = "session.buffer.images[0], {width: 9, type: 'image/png'}"
    url = await page.evaluate(f"session.buffer.url({form})")
    path = f"/s/{service.session.token}/images/{image(1)['id']}/1"
    expected = f"http://127.0.0.1:{service.port}{path}?width=9&type=image%2Fpng"
    assert url == expected
    code = f"session.buffer.fetch({form}).then(({{size, type}}) => [size, type])"
    assert (await page.evaluate(code))[1] == "image/png"


async def test_files_are_loaded_in_their_order(
    page: Page, service: ChannelService
) -> None:
    """Each file is uploaded as it is; the next one comes behind its pages."""
    await connect(page, service)
    code = (
        "(async () => { const seen = new Set();"
        "const file = (name, type) => new File([name], name, {type});"
        "const source = [file('a.pdf', 'application/pdf'), file('b', '')];"
        "const onprogress = ({phase}) => seen.add(phase);"
        "const ids = await session.files.load(source, {at: 4, onprogress});"
        "return [ids, [...seen]]; })()"
    )
    ids, phases = await page.evaluate(code)
    assert ids == ["e" * 12] * 2
    assert phases == ["upload"]
    assert service.uploads == [
        ("application/pdf", b"a.pdf"),
        ("application/octet-stream", b"b"),
    ]
    loads = [params for method, params in service.called if method == "file.load"]
    assert [(each["name"], each["at"]) for each in loads] == [("a.pdf", 4), ("b", 5)]


async def test_a_file_comes_from_an_address(
    page: Page, service: ChannelService, website: Website
) -> None:
    """The page fetches it; what is not there is an error with its status."""
    website.files["x.pdf"] = b"%PDF"
    await connect(page, service)
    await page.evaluate("session.files.load({url: '/x.pdf'})")
    assert service.uploads[-1][1] == b"%PDF"
    error = await fails(page, "session.files.load({url: '/none.pdf'})")
    assert error[0] == "TransferError"


async def test_a_saved_file_is_downloaded_and_uploaded(
    page: Page, service: ChannelService, website: Website
) -> None:
    """What the service made goes to the disk, and to the page's server."""
    await connect(page, service)
    save = "session.files.save([], {type: 'image/png'}).then((f) => window.file = f)"
    await page.evaluate(save)
    async with page.expect_download() as download:
        await page.evaluate("file.download()")
    assert (await download.value).suggested_filename == "scan.png"
    code = (
        "(async () => { const seen = []; const onprogress = (p) => seen.push(p.done);"
        "const {status, body} = await session.upload(file,"
        " {url: '/documents', fields: {case: '7'}, onprogress});"
        "return [status, body, seen.length > 0]; })()"
    )
    assert await page.evaluate(code) == [201, {"id": "d"}, True]
    assert website.received[-1].keys() == {"case", "RemoteFile"}


async def test_a_file_that_goes_on_is_uploaded_first(
    page: Page, service: ChannelService
) -> None:
    """What the images are appended to travels as any upload, and `append` names it."""
    await connect(page, service)
    code = (
        "(async () => { const seen = new Set();"
        "const append = new File(['II*'], 'old.tif', {type: 'image/tiff'});"
        "const onprogress = ({phase}) => seen.add(phase);"
        "const extras = {name: 'both', append, onprogress};"
        "await session.files.save([], {type: 'image/tiff'}, extras);"
        "return [...seen]; })()"
    )
    assert await page.evaluate(code) == ["upload"]
    assert service.uploads == [("image/tiff", b"II*")]
    method, params = service.called[-1]
    assert (method, params["name"]) == ("file.save", "both")
    assert len(params["append"]) == 32


async def test_an_upload_that_nobody_answers_names_the_server(
    page: Page, service: ChannelService
) -> None:
    """Also where progress is watched; the browser does not say whether it was CORS."""
    await connect(page, service)
    origin = f"http://127.0.0.1:{dead_port()}"
    options = f"{{url: '{origin}/documents', onprogress: () => {{}}}}"
    error = await fails(page, f"session.upload(new Blob(['x']), {options})")
    assert error[0] == "TransferError"
    assert error[2].startswith(f"Nobody answered at {origin}/documents. Perhaps")
    assert "(CORS)" in error[2]


async def test_the_service_that_serves_the_sdk_is_the_one_that_is_meant(
    page: Page, service: ChannelService
) -> None:
    """A page that imports the package from a service need not name its port again."""

    async def serve(route: Route) -> None:
        name = route.request.url.partition("/sdk/")[2]
        cors = {"Access-Control-Allow-Origin": "*"}
        await route.fulfill(path=SDK / name, headers=cors, content_type=JAVASCRIPT)

    await page.route(f"http://127.0.0.1:{service.port}/sdk/**", serve)
    address = f"http://127.0.0.1:{service.port}/sdk/index.js"
    code = (
        f"import('{address}').then(({{connect}}) => connect())"
        ".then((session) => (window.session = session).state)"
    )
    assert await page.evaluate(code) == "connected"
    await page.evaluate("session.close()")
    assert service.methods == ["session.open", "session.close"]


async def test_connecting_can_be_given_up(page: Page, service: ChannelService) -> None:
    """A signal ends the wait for a service that hangs."""
    service.hello_waits = asyncio.Event()
    options = f"{{httpPort: {service.port}, signal: AbortSignal.timeout(200)}}"
    error = await fails(page, f"sdk.connect({options})")
    service.hello_waits.set()
    assert error[0] == "TimeoutError"
