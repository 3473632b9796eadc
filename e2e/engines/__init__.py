"""Three browser engines behind one small interface, as tests of pages use them.

An engine is started with settings (whom it trusts, which addresses count as public,
what the user says about the local network) and opens pages, each in a context of its
own: nothing that one page has stored or been allowed is known to the next.

    async with running("firefox", Settings(home)) as engine:
        page = await engine.open("http://localhost:8000/")
        await page.click("#scan")
        await page.wait_for("document.images.length == 3", timeout_s=10)

What each engine really does, test_engines.py measures and docs/BROWSERS.md tells.
"""

from engines.interface import (
    ENGINES,
    Choice,
    Engine,
    EngineName,
    Message,
    NotOffered,
    Page,
    PageRefused,
    Permission,
    ScriptFailed,
    Settings,
)
from engines.starting import running

__all__ = [
    "ENGINES",
    "Choice",
    "Engine",
    "EngineName",
    "Message",
    "NotOffered",
    "Page",
    "PageRefused",
    "Permission",
    "ScriptFailed",
    "Settings",
    "running",
]
