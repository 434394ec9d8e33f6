"""Word files made by hand, part by part, for what no library writes: lists, revisions, damage, harm."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

from ingest.incoming import Incoming
from ingest.readers.raw import RawText
from ingest.readers.word.document import read_docx

SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def word(body: str, *, background: str = "", **parts: str) -> bytes:
    """A Word package around body XML; `parts` are the inner XML of styles, numbering, footnotes, comments, header …"""
    roots = {"header": "hdr", "footer": "ftr"}
    links = "".join(
        f'<Relationship Id="r{name}" Type="{OFFICE}/{name}" Target="{name}.xml"/>' for name in parts
    )  # fmt: skip
    files = {
        "[Content_Types].xml": content_types(parts),
        "_rels/.rels": relations(f'<Relationship Id="r" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'),
        "word/_rels/document.xml.rels": relations(links),
        "word/document.xml": f"<w:document {SPACES}>{background}<w:body>{body}</w:body></w:document>",
    }
    for name, inner in parts.items():
        root = roots.get(name, name)
        files[f"word/{name}.xml"] = f"<w:{root} {SPACES}>{inner}</w:{root}>"
    return packed(files)


def content_types(parts: Iterable[str]) -> str:
    """What other word processors want to be told: the type of each part."""
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    typed = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{kind}.{name}+xml"/>' for name in parts
    )  # fmt: skip
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{kind}.document.main+xml"/>{typed}</Types>'
    )


def relations(links: str) -> str:
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>'
    )


def packed(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, words in files.items():
            archive.writestr(name, words)
    return out.getvalue()


def paragraph(words: str = "", properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{run(words) if words else ''}</w:p>"


def run(words: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def raw(body: str, **parts: str) -> RawText:
    return read_docx(Incoming("办法.docx", word(body, **parts)))


def lines(body: str, **parts: str) -> list[str]:
    return raw(body, **parts).text.split("\n")


def cell(words: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(words)}</w:tc>"


def row(*words: str) -> str:
    return f"<w:tr>{''.join(cell(word) for word in words)}</w:tr>"


VAST = '<w:gridSpan w:val="999999999"/>'
WIDE, DOWN, ON = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def level(at: int, number_format: str, text: str, extra: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{number_format}"/>{extra}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )  # fmt: skip


def lists(*levels: str, more: str = "") -> str:
    return (
        f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{more}'
    )  # fmt: skip


def item(words: str, at: int = 0, number: int = 1) -> str:
    return paragraph(words, f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{number}"/></w:numPr>')
