"""The storage: who may open what, and that it is still there tomorrow."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
)

from scanwright.errors import DocumentDamaged, PasswordRefused, UnknownDocument
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source
from scanwright.storage.document import Document
from scanwright.storage.envelope import Cost
from scanwright.storage.storage import Storage

Pixels = Callable[[int], memoryview]

FORM = PageFormat(3, 5, Depth(PixelType.GRAY, 8), (300, 300), Source.FEEDER)
CHEAP = Cost(log_n=1, r=1, p=1)
PASSWORDS = ("", "Sesame", "päss", "x" * 32)


async def test_documents_survive_a_restart(
    folder: Path, cheap: Cost, form: PageFormat, pixels: Pixels
) -> None:
    """With pages and metadata, open ones and locked ones."""
    with closing(Storage(folder, cost=cheap)) as first:
        made = []
        for password in PASSWORDS:
            document = await first.create(password=password)
            await document.insert(form, pixels(7))
            await document.set_metadata({"password": password})
            made.append((document, password))
    with closing(Storage(folder, cost=cheap)) as second:
        for document, password in made:
            again = await second.open(document.uid, password=password)
            assert again.contents == document.contents


@pytest.mark.parametrize("password", ["", "sesame", "Sesame ", "Sesame" * 9])
async def test_a_locked_document_opens_with_its_password_alone(
    storage: Storage, password: str
) -> None:
    """Missing or wrong, the answer is the same, before and after the right one."""
    uid = (await storage.create(password="Sesame")).uid  # noqa: S106
    messages = set()
    for _ in range(2):
        with pytest.raises(PasswordRefused) as told:
            await storage.open(uid, password=password)
        messages.add(told.value.message)
        await storage.open(uid, password="Sesame")  # noqa: S106
    with pytest.raises(PasswordRefused) as told:
        await storage.open(uid)
    assert messages == {told.value.message}


async def test_a_password_that_is_not_needed_is_not_looked_at(
    storage: Storage,
) -> None:
    """A document without one opens with any."""
    uid = (await storage.create()).uid
    assert (await storage.open(uid.upper(), password="x" * 99)).uid == uid


async def test_a_document_is_for_its_origin(storage: Storage) -> None:
    """Other origins do not learn that there is one; no Origin is let in."""
    document = await storage.create(origin="https://a.example")
    await storage.open(document.uid, origin="https://a.example")
    await storage.open(document.uid)
    with pytest.raises(UnknownDocument) as foreign:
        await storage.open(document.uid, origin="https://b.example")
    with pytest.raises(UnknownDocument) as none:
        await storage.open("0190817c22ab")
    assert foreign.value.message == none.value.message
    free = await storage.create()
    await storage.open(free.uid, origin="https://b.example")


def all_bytes(folder: Path) -> bytes:
    """Return what is in all files below a folder."""
    return b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file())


async def test_nothing_is_on_the_disk_in_clear(
    folder: Path, storage: Storage, form: PageFormat
) -> None:
    """Neither pixels nor metadata, origins or passwords."""
    document = await storage.create(password="Sesame", origin="https://a.example")  # noqa: S106
    await document.insert(form, memoryview(b"pixels! " * 4), b"\xff\xd8original")
    await document.set_metadata({"title": "Invoice"})
    data = all_bytes(folder)
    for word in (b"pixels", b"original", b"Invoice", b"a.example", b"Sesame"):
        assert word not in data


async def test_a_document_of_another_installation_is_damaged(
    storage: Storage, folder: Path, cheap: Cost
) -> None:
    """Its key is not in this folder; documents with a password open anywhere."""
    plain = (await storage.create()).uid
    locked = (await storage.create(password="Sesame")).uid  # noqa: S106
    (folder / "key").write_bytes(bytes(32))
    with closing(Storage(folder, cost=cheap)) as other:
        await other.sweep()
        with pytest.raises(DocumentDamaged):
            await other.open(plain)
        await other.open(locked, password="Sesame")  # noqa: S106
        await other.open((await other.create()).uid)


async def test_a_sweep_leaves_what_an_index_names(
    storage: Storage, folder: Path, cheap: Cost, form: PageFormat, pixels: Pixels
) -> None:
    """Only what a crash has left goes, in documents that this service can open."""
    document = await storage.create()
    await document.insert(form, pixels(1))
    orphan = folder / document.uid / "0190817c3001.page"
    orphan.write_bytes(b"torn")
    with closing(Storage(folder, cost=cheap)) as again:
        await again.sweep()
        assert not orphan.exists()
        assert (await again.open(document.uid)).contents == document.contents


def damage(folder: Path, uid: str, at: int) -> None:
    """Change a byte of an index: one of its envelope, or with -1 of its contents."""
    index = folder / uid / "index"
    data = bytearray(index.read_bytes())
    data[at] ^= 1
    index.write_bytes(data)


PAGE = "https://a.example"
STRANGER = "https://b.example"


@pytest.mark.parametrize("origin", [None, PAGE, STRANGER])
async def test_a_damaged_document_with_a_password_goes_with_it(
    storage: Storage, folder: Path, origin: str | None
) -> None:
    """Its lock is whole, so who has the password may delete it, and nobody else."""
    uid = (await storage.create(password="Sesame", origin=PAGE)).uid  # noqa: S106
    damage(folder, uid, -1)
    for wrong in ("", "sesame", "x" * 99):
        with pytest.raises(PasswordRefused):
            await storage.delete(uid, password=wrong, origin=origin)
    assert await storage.uids() == [uid]
    await storage.delete(uid.upper(), password="Sesame", origin=origin)  # noqa: S106
    assert await storage.uids() == []


async def test_a_damaged_document_without_a_password_is_for_no_page(
    storage: Storage, folder: Path
) -> None:
    """Nothing says whose it was; a program may delete it, as any such document."""
    uid = (await storage.create(origin=PAGE)).uid
    damage(folder, uid, -1)
    for origin in (PAGE, STRANGER, "null"):
        with pytest.raises(DocumentDamaged, match=f"scanwright documents remove {uid}"):
            await storage.delete(uid, origin=origin)
    await storage.delete(uid)
    with pytest.raises(UnknownDocument):
        await storage.delete(uid)


async def test_a_document_of_a_lost_key_can_be_deleted(
    storage: Storage, folder: Path
) -> None:
    """By a program, as one that is damaged; the key of all others is not missed."""
    uid = (await storage.create(origin=PAGE)).uid
    (folder / "key").unlink()
    with pytest.raises(DocumentDamaged):
        await storage.delete(uid, origin=PAGE)
    await storage.delete(uid)
    assert await storage.uids() == []


@pytest.mark.parametrize("password", ["", "Sesame"])
async def test_a_damaged_lock_is_for_nobody(
    storage: Storage, folder: Path, password: str
) -> None:
    """No password can be checked: only whoever runs the service may throw it away."""
    uid = (await storage.create(password=password)).uid
    damage(folder, uid, 8)  # which says whether there is a password
    for given in ("", "Sesame"):
        with pytest.raises(DocumentDamaged, match="scanwright documents remove"):
            await storage.delete(uid, password=given)
    await storage.discard(uid)
    assert await storage.uids() == []


async def test_deleting_is_for_who_may_open(storage: Storage) -> None:
    """A whole document keeps to its password and its origin."""
    locked = (await storage.create(password="Sesame")).uid  # noqa: S106
    with pytest.raises(PasswordRefused):
        await storage.delete(locked)
    owned = (await storage.create(origin=PAGE)).uid
    with pytest.raises(UnknownDocument):
        await storage.delete(owned, origin=STRANGER)
    assert await storage.uids() == [locked, owned]
    await storage.delete(owned, origin=PAGE)
    await storage.delete(locked, password="Sesame")  # noqa: S106
    assert await storage.uids() == []


@pytest.mark.parametrize("uid", ["key", "..", "../storage", "0190817c22ab", ""])
async def test_nothing_but_documents_is_thrown_away(
    storage: Storage, folder: Path, uid: str
) -> None:
    """What is no id names no file."""
    await storage.create()
    with pytest.raises(UnknownDocument):
        await storage.discard(uid)
    assert (folder / "key").exists()
    assert len(await storage.uids()) == 1


@dataclass(frozen=True)
class CountingCost(Cost):
    """Tells that a password is being tried, and waits for the test's permission."""

    begun: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    gate: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def derive(self, password: str, salt: bytes) -> bytes:
        """Wait."""
        self.begun.release()
        self.gate.acquire(timeout=10)
        return CHEAP.derive(password, salt)


async def test_few_passwords_are_tried_at_a_time(folder: Path) -> None:
    """Two, however many ask, and who needs none waits for nobody."""
    cost = CountingCost()
    with closing(Storage(folder, cost=cost)) as storage:
        plain = await storage.create()
        async with asyncio.TaskGroup() as tasks:
            for _ in range(6):
                tasks.create_task(storage.create(password="Sesame"))  # noqa: S106
            for _ in range(2):
                assert await asyncio.to_thread(cost.begun.acquire, timeout=10)
            await storage.open(plain.uid)
            assert not cost.begun.acquire(blocking=False)
            cost.gate.release(6)
    assert all(cost.begun.acquire(blocking=False) for _ in range(4))


@dataclass
class Expected:
    """What a document should be."""

    password: str
    origin: str | None
    metadata: object = None
    shades: list[int] = field(default_factory=list)


class Documents(RuleBasedStateMachine):
    """Documents against a model of them, through any number of restarts."""

    uids: Bundle[str] = Bundle("uids")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp())
        self.storage = Storage(self.folder, cost=CHEAP)
        self.model: dict[str, Expected] = {}

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.storage.close()
        self.runner.close()
        shutil.rmtree(self.folder)

    @rule(
        target=uids,
        password=st.sampled_from(PASSWORDS),
        origin=st.sampled_from([None, "https://a.example"]),
    )
    def create(self, password: str, origin: str | None) -> str:
        """Make a document."""
        made = self.runner.run(self.storage.create(password=password, origin=origin))
        assert made.uid not in self.model
        self.model[made.uid] = Expected(password, origin)
        return made.uid

    @rule(uid=uids, shade=st.integers(0, 255), position=st.none() | st.integers(-1, 5))
    def insert(self, uid: str, shade: int, position: int | None) -> None:
        """Put a page in."""
        pixels = memoryview(bytes([shade]) * FORM.size_bytes)
        document = self.open(uid)
        self.runner.run(document.insert(FORM, pixels, position=position))
        shades = self.model[uid].shades
        inside = position is not None and 1 <= position <= len(shades)
        at = position - 1 if inside and position is not None else len(shades)
        shades.insert(at, shade)

    @rule(uid=uids, number=st.integers(0, 5))
    def remove(self, uid: str, number: int) -> None:
        """Take a page out, if it is there."""
        document, shades = self.open(uid), self.model[uid].shades
        if number < len(shades):
            page = document.page(str(number))
            self.runner.run(document.remove(page.uid))
            del shades[number]
        else:
            with pytest.raises(UnknownDocument):
                document.page(str(number))

    @rule(uid=uids, metadata=st.text() | st.dictionaries(st.text(), st.integers()))
    def describe(self, uid: str, metadata: str | dict[str, object]) -> None:
        """Replace the metadata."""
        self.runner.run(self.open(uid).set_metadata(metadata))
        self.model[uid].metadata = metadata

    @rule(uid=uids, password=st.sampled_from(PASSWORDS))
    def try_password(self, uid: str, password: str) -> None:
        """Try to open it."""
        expected = self.model[uid].password
        if expected in ("", password):
            self.runner.run(self.storage.open(uid, password=password))
        else:
            with pytest.raises(PasswordRefused):
                self.runner.run(self.storage.open(uid, password=password))

    @rule(uid=consumes(uids))
    def delete(self, uid: str) -> None:
        """Delete it for good."""
        self.runner.run(self.open(uid).delete())
        password = self.model.pop(uid).password
        with pytest.raises(UnknownDocument):
            self.runner.run(self.storage.open(uid, password=password))

    @rule()
    def restart(self) -> None:
        """Go on with what is on the disk."""
        self.storage.close()
        self.storage = Storage(self.folder, cost=CHEAP)
        self.runner.run(self.storage.sweep())

    @invariant()
    def all_is_as_expected(self) -> None:
        """Every document is what the model says, and no file is left over."""
        for uid, expected in self.model.items():
            document = self.open(uid)
            assert document.contents.metadata == expected.metadata
            assert self.runner.run(self.shades(document)) == expected.shades
            assert len(list((self.folder / uid).iterdir())) == len(expected.shades) + 1
        folders = {path.name for path in self.folder.iterdir()} - {"key"}
        assert folders == self.model.keys()

    def open(self, uid: str) -> Document:
        """Open a document as its owner does."""
        expected = self.model[uid]
        return self.runner.run(
            self.storage.open(uid, password=expected.password, origin=expected.origin)
        )

    async def shades(self, document: Document) -> list[int]:
        """Read every page."""
        found = []
        for page in document.contents.pages:
            room = bytearray(FORM.size_bytes)
            await document.read(page, memoryview(room))
            found.append(room[0])
        return found


TestDocuments = Documents.TestCase
TestDocuments.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None
)
