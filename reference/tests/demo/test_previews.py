"""Previews: a decoder that fails, hangs or lies costs a preview, and nothing else."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator

import pytest
from PIL import Image

from scanwright.demo.database import Database
from scanwright.demo.documents import Document, Documents
from scanwright.demo.names import FileFacts
from scanwright.demo.previews import PNG, Previews, parse_findings
from scanwright.demo.threads import Threads
from scanwright.demo.uploads import Segment, Uploads


@pytest.fixture
def threads() -> Iterator[Threads]:
    """Threads for the database."""
    threads = Threads(1)
    yield threads
    threads.close()


def store(database: Database, data: bytes) -> Document:
    """Upload a file."""
    uploads = Uploads(database, lambda: 0.0)
    upload = uploads.begin(FileFacts("a", "image/png", len(data)))
    uploads.append(upload, Segment(0, len(data), "", io.BytesIO(data)))
    return uploads.complete(upload)


@pytest.mark.slow
async def test_a_picture_gets_a_preview(sqlite: Database, threads: Threads) -> None:
    """From a process of its own, once."""
    output = io.BytesIO()
    Image.new("L", (640, 640)).save(output, "PNG")
    previews = Previews(Documents(sqlite), threads)
    document = await previews.make(store(sqlite, output.getvalue()))
    assert (document.pages, document.has_preview) == (1, True)
    assert previews.documents.preview(document.id).startswith(PNG)
    assert await previews.make(document) is document


@pytest.mark.parametrize(
    ("script", "patience_s"),
    [
        ("raise SystemExit(1)", 20),
        ("import signal; signal.raise_signal(signal.SIGSEGV)", 20),
        ("import signal; signal.pause()", 0.2),
        ("print('{\"pages\": 1}'); print('<script>')", 20),
        ("import sys\nwhile True: sys.stdout.write('x' * 65536)", 20),
    ],
    ids=["fails", "crashes", "hangs", "lies", "floods"],
)
@pytest.mark.slow
async def test_any_trouble_leaves_the_document_as_it_is(
    sqlite: Database, threads: Threads, script: str, patience_s: float
) -> None:
    """It is there, without a preview."""
    command = (sys.executable, "-I", "-S", "-c", script)
    previews = Previews(Documents(sqlite), threads, command, patience_s)
    document = store(sqlite, b"data")
    assert await previews.make(document) == document
    assert not previews.documents.get(document.id).has_preview


@pytest.mark.parametrize(
    "output",
    [
        b"",
        b"{}\n" + PNG,
        b"[]\n" + PNG,
        b"[" * 100_000 + b"\n" + PNG,
        b'{"pages": true}\n' + PNG,
        b'{"pages": 0}\n' + PNG,
        b'{"pages": 1e9}\n' + PNG,
        b'{"pages": 1}\nGIF89a',
    ],
)
def test_only_findings_are_believed(output: bytes) -> None:
    """Whatever a decoder that was taken over may say."""
    assert parse_findings(output) is None
    assert parse_findings(b'{"pages": 2}\n' + PNG) == (2, PNG)
