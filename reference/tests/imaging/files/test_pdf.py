"""PDF files: sound to every reader, and PDF/A by its rules.

No validator of PDF/A is at hand. `RULES` lists what ISO 19005-2 asks of level b for
files that hold pictures only, with its clause, and what part 1 asks beyond; part 3
differs from part 2 in attachments alone, and there are none.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdf
import pypdfium2
import pytest
from PIL import ImageCms

from scanwright.errors import InvalidParameter
from scanwright.imaging.files.pages import PageIn
from scanwright.imaging.files.pdf import PAGES_PER_NODE
from scanwright.imaging.raster import Raster
from scanwright.protocol.save_checks import check_options
from scanwright.protocol.saving import (
    FileType,
    PdfCompression,
    PdfMetadata,
    PdfPageType,
    PdfStandard,
    SaveOptions,
)

FULL = PdfMetadata(
    title="Grüße",
    author="A. W.",
    subject="S & T",
    keywords="k",
    creator="c",
    created="D:20260102030405Z",
    modified="D:20260102030406Z",
)
Rule = Callable[[pikepdf.Pdf, bytes, int], bool]


def streams(pdf: pikepdf.Pdf) -> list[pikepdf.Stream]:
    """All streams of a file."""
    return [thing for thing in pdf.objects if isinstance(thing, pikepdf.Stream)]


def images(pdf: pikepdf.Pdf) -> list[pikepdf.Stream]:
    """All pictures of a file."""
    return [s for s in streams(pdf) if s.get("/Subtype") == "/Image"]


def profile(pdf: pikepdf.Pdf) -> bytes:
    """The profile of the output intent."""
    return pdf.Root.OutputIntents[0].DestOutputProfile.read_bytes()


def packet(pdf: pikepdf.Pdf) -> str:
    """The XMP, which has to be UTF-8."""
    return pdf.Root.Metadata.read_bytes().decode()


def every_item(pdf: pikepdf.Pdf) -> list[object]:
    """Every value in every object."""
    found: list[object] = []

    def visit(value: object) -> None:
        found.append(value)
        if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
            for key, item in value.items():
                found.append(pikepdf.Name(key))
                if not getattr(item, "is_indirect", False):
                    visit(item)
        elif isinstance(value, pikepdf.Array):
            for item in value:
                if not getattr(item, "is_indirect", False):
                    visit(item)

    for thing in pdf.objects:
        visit(thing)
    return found


def in_step(pdf: pikepdf.Pdf) -> bool:
    """Whether Info and XMP have the same texts, as pikepdf reads them."""
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        return bool(
            xmp["dc:title"] == str(pdf.docinfo.Title)
            and xmp["dc:creator"] == [str(pdf.docinfo.Author)]
            and xmp["dc:description"] == str(pdf.docinfo.Subject)
            and xmp["pdf:Keywords"] == str(pdf.docinfo.Keywords)
            and xmp["xmp:CreatorTool"] == str(pdf.docinfo.Creator)
            and xmp["pdf:Producer"] == str(pdf.docinfo.Producer)
            and xmp["xmp:CreateDate"] == "2026-01-02T03:04:05Z"
            and xmp["xmp:ModifyDate"] == "2026-01-02T03:04:06Z"
        )


def claims(pdf: pikepdf.Pdf, part: int) -> bool:
    """Whether the packet claims level B of this part."""
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        return (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == (str(part), "B")


def sound_picture(image: pikepdf.Stream) -> bool:
    """Whether a picture has only what is allowed."""
    return (
        image.ColorSpace in ("/DeviceRGB", "/DeviceGray")
        and int(image.BitsPerComponent) in (1, 2, 4, 8)
        and not image.keys() & {"/Alternates", "/OPI", "/SMask", "/Intent"}
        and not image.get("/Interpolate", False)
    )


RULES: dict[str, Rule] = {
    "6.1.2 header at byte 0, then a comment that is no text": lambda _, data, __: (
        re.match(rb"%PDF-1\.[0-7]\n%[\x80-\xff]{4}\n", data) is not None
    ),
    "6.1.3 trailer has an ID of two strings": lambda pdf, _, __: (
        len(pdf.trailer.ID) == 2
    ),
    "6.1.3 nothing is encrypted": lambda pdf, _, __: "/Encrypt" not in pdf.trailer,
    "6.1.3 nothing after the end but a line end": lambda _, data, __: (
        data.endswith(b"%%EOF\n") and data.count(b"%%EOF") == 1
    ),
    "6.1.4 xref and its first line: one line end apart": lambda _, data, __: (
        re.search(rb"\nxref\n0 \d+\n0000000000 65535 f\r\n", data) is not None
    ),
    "6.1.6 strings have an even number of digits": lambda _, data, __: all(
        len(text) % 2 == 0 for text in re.findall(rb"<([0-9a-f]+)>", data)
    ),
    "6.1.7.1 lengths are right, streams lie between line ends": lambda pdf, data, _: (
        all(
            b"\nstream\n" + s.read_raw_bytes() + b"\nendstream\n" in data
            and len(s.read_raw_bytes()) == int(s.Length)
            for s in streams(pdf)
        )
    ),
    "6.1.7.1 no stream lies in another file": lambda pdf, _, __: (
        not any(s.keys() & {"/F", "/FFilter", "/FDecodeParms"} for s in streams(pdf))
    ),
    "6.1.7.2 no LZW, no Crypt": lambda pdf, _, __: (
        not any(str(s.get("/Filter")) in {"/LZWDecode", "/Crypt"} for s in streams(pdf))
    ),
    "6.1.9 objects begin and end at lines": lambda pdf, data, _: (
        len(re.findall(rb"(?:^|\n)\d+ 0 obj\n", data))
        == len(re.findall(rb"\nendobj\n", data))
        == len(pdf.objects)
    ),
    "6.1.13 names have at most 127 bytes": lambda pdf, _, __: all(
        len(str(i)) <= 128 for i in every_item(pdf) if isinstance(i, pikepdf.Name)
    ),
    "6.1.13 strings have at most 32,767 bytes": lambda pdf, _, __: all(
        len(bytes(i)) <= 32_767
        for i in every_item(pdf)
        if isinstance(i, pikepdf.String)
    ),
    "6.1.13 pages measure 3 to 14,400": lambda pdf, _, __: all(
        3 <= float(side) <= 14_400
        for page in pdf.pages
        for side in list(page.mediabox)[2:]
    ),
    "6.2.2 content has known operators only": lambda pdf, _, __: all(
        [str(i.operator) for i in pikepdf.parse_content_stream(page)]
        == ["q", "cm", "Do", "Q"]
        for page in pdf.pages
    ),
    "6.2.3 one output intent with an RGB profile": lambda pdf, _, __: (
        len(pdf.Root.OutputIntents) == 1
        and pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        and int(pdf.Root.OutputIntents[0].DestOutputProfile.N) == 3
        and profile(pdf)[12:20] == b"mntrRGB "
        and ImageCms.getProfileName(BytesIO(profile(pdf))) != ""
    ),
    "6.2.3 the profile is of version 2, or 4 after part 1": lambda pdf, _, part: (
        profile(pdf)[8] <= (2 if part == 1 else 4)
    ),
    "6.2.4.3 and 6.2.8 pictures have device colours": lambda pdf, _, __: (
        bool(images(pdf)) and all(map(sound_picture, images(pdf)))
    ),
    "6.2.8.3 JPEG 2000 is in JP2 form, in part 1 there is none": (
        lambda pdf, _, part: all(
            part > 1 and i.read_raw_bytes()[4:8] == b"jP  "
            for i in images(pdf)
            if i.Filter == "/JPXDecode"
        )
    ),
    "6.2.10 no transparency group": lambda pdf, _, __: (
        not any("/Group" in page for page in pdf.pages)
    ),
    "6.3 to 6.5 no annotations, forms, actions": lambda pdf, _, __: (
        not (
            pdf.Root.keys() & {"/AcroForm", "/OpenAction", "/AA", "/Names"}
            or any(page.obj.keys() & {"/Annots", "/AA"} for page in pdf.pages)
        )
    ),
    "6.6.2 metadata are XMP and not compressed": lambda pdf, _, __: (
        pdf.Root.Metadata.Type == "/Metadata"
        and pdf.Root.Metadata.Subtype == "/XML"
        and "/Filter" not in pdf.Root.Metadata
    ),
    "6.6.2 the packet's head has neither bytes nor encoding": lambda pdf, _, __: (
        re.match(
            r'<\?xpacket begin="\ufeff?" id="W5M0MpCehiHzreSzNTczkc9d"\?>', packet(pdf)
        )
        is not None
    ),
    "6.6.3 Info and XMP are in step": lambda pdf, _, __: in_step(pdf),
    "6.6.4 part and level are claimed": lambda pdf, _, part: claims(pdf, part),
    "6.8 no attachments, 6.9 no layers": lambda pdf, _, __: (
        not (pdf.Root.keys() & {"/AF", "/OCProperties", "/Collection"})
    ),
    "part 1: version 1.4 and no compressed objects": lambda _, data, part: (
        part > 1 or (data.startswith(b"%PDF-1.4") and b"/ObjStm" not in data)
    ),
    "part 1: arrays have at most 8,191 items": lambda pdf, _, __: all(
        len(i) <= 8191 for i in every_item(pdf) if isinstance(i, pikepdf.Array)
    ),
}


@pytest.fixture(scope="session", params=list(PdfStandard))
def archived(
    request: pytest.FixtureRequest,
    saved: Callable[..., bytes],
    noise: Callable[..., Raster],
) -> list[tuple[int, bytes]]:
    """A part of PDF/A, and files of every compression that it takes."""
    standard: PdfStandard = request.param
    part = list(PdfStandard).index(standard) + 1
    pages = [noise(1), noise(4), noise(8, colour=True)]
    files = []
    for kind in PdfCompression:
        options = SaveOptions(
            FileType.PDF,
            pdf_compression=kind,
            pdf_standard=standard,
            pdf_metadata=FULL,
        )
        try:
            check_options(options)
        except InvalidParameter:
            continue
        files.append((part, saved(options, *pages)))
    assert len(files) == (4 if part == 1 else 5)
    return files


@pytest.mark.parametrize("rule", RULES)
def test_archives_keep_the_rules(archived: list[tuple[int, bytes]], rule: str) -> None:
    """Every rule of ISO 19005 that concerns pictures is kept."""
    for part, data in archived:
        with pikepdf.open(BytesIO(data)) as pdf:
            assert RULES[rule](pdf, data, part)


def test_rules_find_what_is_no_archive(
    saved: Callable[..., bytes], noise: Callable[..., Raster]
) -> None:
    """An ordinary PDF breaks some of them: the rules can fail."""
    lzw = SaveOptions(FileType.PDF, pdf_compression=PdfCompression.LZW)
    data = saved(lzw, noise(8))
    with pikepdf.open(BytesIO(data)) as pdf:
        assert not RULES["6.1.7.2 no LZW, no Crypt"](pdf, data, 2)
        assert "/OutputIntents" not in pdf.Root
        assert "pdfaid:part" not in packet(pdf)


@pytest.mark.parametrize("password", ["", "geheim"])
@pytest.mark.parametrize("version", ["1.1", "1.3", "1.4", "1.7"])
def test_qpdf_finds_no_fault(
    saved: Callable[..., bytes],
    noise: Callable[..., Raster],
    tmp_path: Path,
    version: str,
    password: str,
) -> None:
    """Neither errors nor warnings, with and without encryption."""
    options = SaveOptions(FileType.PDF, pdf_version=version, password=password)
    file = tmp_path / "x.pdf"
    file.write_bytes(saved(options, noise(1), noise(8, colour=True)))
    check = subprocess.run(
        ["qpdf", "--check", f"--password={password}", file],
        capture_output=True,
        text=True,
        check=False,
    )
    assert check.returncode == 0, check.stdout + check.stderr
    wished = "1.7 extension level 8" if password else version
    assert f"PDF Version: {wished}\n" in check.stdout


def test_metadata_begin_with_1_4(
    saved: Callable[..., bytes], noise: Callable[..., Raster]
) -> None:
    """Older versions know Info alone."""
    for version in ("1.3", "1.4"):
        options = SaveOptions(FileType.PDF, pdf_version=version, pdf_metadata=FULL)
        with pikepdf.open(BytesIO(saved(options, noise(1)))) as pdf:
            assert ("/Metadata" in pdf.Root) is (version == "1.4")
            assert str(pdf.docinfo.Title) == "Grüße"


def test_many_pages_are_a_tree(
    saved: Callable[..., bytes], noise: Callable[..., Raster]
) -> None:
    """Every page is found, in its order, by two readers."""
    count = PAGES_PER_NODE * 2 + 3
    pages = [
        PageIn(noise(1, size=(8, 8)), resolution_dpi=(72, 72 + n)) for n in range(count)
    ]
    data = saved(SaveOptions(FileType.PDF), *pages)
    heights = [max(8 * 72 / (72 + n), 3) for n in range(count)]
    reader = pypdf.PdfReader(BytesIO(data))
    seen = [float(page.mediabox.height) for page in reader.pages]
    assert seen == pytest.approx(heights, abs=0.001)
    with pypdfium2.PdfDocument(data) as document:
        assert len(document) == count


def test_nodes_of_the_tree_know_each_other(
    saved: Callable[..., bytes], noise: Callable[..., Raster]
) -> None:
    """Each page and node names its parent, which counts it."""
    pages = [noise(1, size=(8, 8))] * (PAGES_PER_NODE + 1)
    with pikepdf.open(BytesIO(saved(SaveOptions(FileType.PDF), *pages))) as pdf:
        root = pdf.Root.Pages
        assert "/Parent" not in root
        nodes = list(root.Kids)
        assert [int(node.Count) for node in nodes] == [PAGES_PER_NODE, 1]
        for node in nodes:
            assert node.Parent.objgen == root.objgen
            assert all(page.Parent.objgen == node.objgen for page in node.Kids)
            assert len(node.Kids) == int(node.Count)


def test_picture_lies_in_the_middle_of_its_paper(
    saved: Callable[..., bytes], noise: Callable[..., Raster]
) -> None:
    """On A4, lying, a square picture has white on its left and right."""
    options = SaveOptions(FileType.PDF, page_type=PdfPageType.A4_REVERSE)
    data = saved(options, noise(1, size=(100, 100), dpi=(100, 100)))
    with pypdfium2.PdfDocument(data) as document:
        assert document[0].get_size() == pytest.approx((841.89, 595.28), abs=0.01)
        (thing,) = document[0].get_objects()
        bounds = thing.get_bounds()
    assert bounds == pytest.approx((123.3, 0, 718.58, 595.28), abs=0.05)


def test_equal_pages_make_equal_files(
    saved: Callable[..., bytes], noise: Callable[..., Raster]
) -> None:
    """Without a password nothing is left to chance; another page changes the ID."""
    options = SaveOptions(FileType.PDF)
    assert saved(options, noise(1)) == saved(options, noise(1))
    ids = [
        bytes(pikepdf.open(BytesIO(saved(options, noise(1, seed=seed)))).trailer.ID[0])
        for seed in (1, 2)
    ]
    assert ids[0] != ids[1]
