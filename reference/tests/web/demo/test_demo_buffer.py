"""What the web scanner does with pages: files that come in, documents, tags, undo."""

from __future__ import annotations

from pathlib import Path

import pytest
from demo_visits import Demo, add_pages, calls, expect_news, open_all, visit
from playwright.async_api import expect

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


async def test_files_are_offered_that_the_service_reads(demo: Demo) -> None:
    """The picker has no type that would be refused."""
    async with visit(demo) as page:
        accept = await page.get_attribute("#files", "accept") or ""
        assert {each for each in accept.split(",") if "/" in each} == {
            "image/bmp",
            "image/jpeg",
            "image/png",
            "image/tiff",
            "application/pdf",
        }


async def test_files_come_in_by_all_ways(demo: Demo, tmp_path: Path) -> None:
    """Chosen, dropped, pasted, fetched; with resolution and password of a PDF."""
    file = tmp_path / "a.pdf"
    file.write_bytes(b"%PDF-")
    async with visit(demo) as page:
        await open_all(page)
        await page.fill("#pdf-dpi", "300")
        await page.fill("#pdf-open", "secret")
        await page.set_input_files("#files", file)
        await expect_news(page, "Imported pages: 1.")
        for event, kind, member in (
            ("drop", "DragEvent", "dataTransfer"),
            ("paste", "ClipboardEvent", "clipboardData"),
        ):
            script = f"""() => {{
                const data = new DataTransfer();
                data.items.add(new File(["x"], "{event}.png", {{ type: "image/png" }}));
                document.body.dispatchEvent(new {kind}("{event}",
                    {{ {member}: data, bubbles: true, cancelable: true }}));
            }}"""
            await page.evaluate(script)
        await page.fill("#address", "../../documents/x/content")
        await page.press("#address", "Enter")
        await page.click("#paste")
        await page.wait_for_function(
            "fake.calls.filter(each => each[0] === 'load').length === 5"
        )
        loaded = await calls(page, "load")
    sources = [source for source, _ in loaded]
    assert sources[:3] == [
        {"file": "a.pdf", "bytes": 5},
        {"file": "drop.png", "bytes": 1},
        {"file": "paste.png", "bytes": 1},
    ]
    assert sources[3]["url"].endswith("/documents/x/content")
    assert sources[4] == {"clipboard": True}
    assert loaded[0][1] == {"resolutionDpi": 300, "password": "secret"}


async def test_a_bad_file_keeps_no_other_out(demo: Demo, tmp_path: Path) -> None:
    """All that failed are told with the reason, in the language of the page."""
    files = [tmp_path / name for name in ("a.pdf", "b.txt", "c.png", "d.pdf")]
    for file in files:
        file.write_bytes(b"x")
    async with visit(demo, locale="de") as page:
        await open_all(page)
        await page.evaluate(
            "fake.bad = {'a.pdf': -1120, 'b.txt': -1036, 'd.pdf': -1120}; 0"
        )
        await page.set_input_files("#files", files)
        trouble = page.locator("#trouble p")
        await expect(trouble).to_contain_text("a.pdf, d.pdf: Das PDF ist verschlossen.")
        await expect(trouble).to_contain_text("„Importieren“ in „Kennwort des PDFs“")
        await expect(trouble).to_contain_text("b.txt: Nicht lesbar")
        await expect(trouble).not_to_contain_text("in English")
        await expect_news(page, "Importierte Seiten: 1.")


async def test_an_import_that_is_cancelled_says_what_is_kept(
    demo: Demo, tmp_path: Path
) -> None:
    """The pages of the files that were done."""
    file = tmp_path / "a.png"
    file.write_bytes(b"x")
    async with visit(demo) as page:
        await open_all(page)
        await page.evaluate("() => { fake.hold = new Promise(() => {}); }")
        await page.set_input_files("#files", [file, file])
        await page.wait_for_function("fake.buffer.images.length === 1")
        await page.get_by_role("button", name="Cancel: Importing").click()
        await expect_news(page, "Cancelled. Pages that had come are kept: 1.")


async def test_documents_tags_and_undo(demo: Demo) -> None:
    """Everything is about the selected pages, or the current one."""
    async with visit(demo) as page:
        await open_all(page)
        await expect(page.locator("#undo")).to_be_disabled()
        await add_pages(page, 3)
        await page.fill("#tag", "bills")
        await page.click("#tag-add")
        await expect_news(page, "Tagged pages: 1.")
        await page.select_option("#filter", "bills")
        assert await calls(page, "tag.filter") == [["bills"]]
        await page.click("#select-all")
        await page.fill("#document-name", "Second")
        await page.press("#document-name", "Enter")
        await expect_news(page, "Opened the document “Second”.")
        assert await page.input_value("#document") == "d2"
        await page.click("#move-to")
        await expect_news(page, "Moved pages: 3.")
        ids = [f"{number:012}" for number in (1, 2, 3)]
        assert await calls(page, "document.move") == [["d1", {"images": ids}]]
        await page.click("#undo")
        await expect_news(page, "Taken back.")
        await page.click("#redo")
        await page.click("#remove")
        await expect_news(page, "Removed pages: 3. Undo brings them back.")
        await expect(page.locator("#remove")).to_be_focused()
        await expect(page.locator("#save-local")).to_be_disabled()


async def test_a_document_is_removed_when_that_is_meant(demo: Demo) -> None:
    """The question can be left by Escape; focus comes back."""
    async with visit(demo) as page:
        await open_all(page)
        await add_pages(page)
        await page.fill("#document-name", "Second")
        await page.press("#document-name", "Enter")
        await expect_news(page, "Opened the document “Second”.")
        await page.click("#document-remove")
        await expect(page.get_by_role("dialog")).to_contain_text("Pages in it: 2.")
        cancel = page.get_by_role("dialog").get_by_role("button", name="Cancel")
        await expect(cancel).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        assert await calls(page, "document.remove") == []
        await page.click("#document-remove")
        await page.click("#ask-yes")
        await page.wait_for_function(
            "() => fake.calls.some(each => each[0] === 'document.remove')"
        )
