"""What a PDF says of itself, twice and alike: as Info dictionary and as XMP.

PDF/A wants the two in step (ISO 19005-1, 6.7.3); here both come from one table.
"""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import escape

from scanwright.imaging.files.pdf_objects import Value, text_string
from scanwright.protocol.saving import PdfMetadata, PdfStandard

__all__ = ["PRODUCER", "info", "xmp"]

PRODUCER: Final = "Scanwright"
INFO_NAMES: Final = {
    "Title": "title",
    "Author": "author",
    "Subject": "subject",
    "Keywords": "keywords",
    "Creator": "creator",
    "Producer": "producer",
    "CreationDate": "created",
    "ModDate": "modified",
}
PROPERTIES: Final = {
    "title": '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li>'
    "</rdf:Alt></dc:title>",
    "author": "<dc:creator><rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq></dc:creator>",
    "subject": '<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{}</rdf:li>'
    "</rdf:Alt></dc:description>",
    "keywords": "<pdf:Keywords>{}</pdf:Keywords>",
    "creator": "<xmp:CreatorTool>{}</xmp:CreatorTool>",
    "producer": "<pdf:Producer>{}</pdf:Producer>",
    "created": "<xmp:CreateDate>{}</xmp:CreateDate>",
    "modified": "<xmp:ModifyDate>{}</xmp:ModifyDate>",
}
DATES: Final = frozenset({"created", "modified"})
PARTS: Final = {PdfStandard.A1B: 1, PdfStandard.A2B: 2, PdfStandard.A3B: 3}
PACKET: Final = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
{}
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""
DATE: Final = re.compile(
    r"D:(?P<year>\d{4})(?P<month>\d\d)?(?P<day>\d\d)?(?P<hour>\d\d)?(?P<minute>\d\d)?"
    r"(?P<second>\d\d)?(?:(?P<utc>Z)|(?P<sign>[+-])(?P<zh>\d\d)'?(?P<zm>\d\d)?)?.*"
)


def info(metadata: PdfMetadata) -> dict[str, Value]:
    """Return the Info dictionary; what is empty is left out."""
    texts = {name: _text(metadata, key) for name, key in INFO_NAMES.items()}
    return {name: text_string(text) for name, text in texts.items() if text}


def xmp(metadata: PdfMetadata, standard: PdfStandard | None) -> bytes:
    """Return the packet, which claims conformance to `standard`."""
    lines = []
    if standard is not None:
        lines.append(f"<pdfaid:part>{PARTS[standard]}</pdfaid:part>")
        lines.append("<pdfaid:conformance>B</pdfaid:conformance>")
    for key, form in PROPERTIES.items():
        text = _text(metadata, key)
        if text:
            text = _iso_date(text) if key in DATES else text
            lines.append(form.format(escape(text)))
    return PACKET.format("\n".join(lines)).encode()


def _text(metadata: PdfMetadata, key: str) -> str:
    text: str = getattr(metadata, key)
    return text or (PRODUCER if key == "producer" else "")


def _iso_date(text: str) -> str:
    """Return `D:20260102030405+01'00'` as `2026-01-02T03:04:05+01:00`."""
    match = DATE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text} is no date of a PDF")
    part = match.groupdict()
    date = "-".join(filter(None, (part["year"], part["month"], part["day"])))
    if not part["hour"]:
        return date
    # XMP has no hours without minutes.
    time = f"{part['hour']}:{part['minute'] or '00'}"
    time += f":{part['second']}" if part["second"] else ""
    zone = "Z" if part["utc"] else ""
    if part["sign"]:
        zone = f"{part['sign']}{part['zh']}:{part['zm'] or '00'}"
    return f"{date}T{time}{zone}"
