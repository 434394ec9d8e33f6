"""Answers as files: whatever the text, a file opens, says whose words it holds, and carries the label inside."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pypdfium2
import pytest
import yaml
from docx import Document as WordDocument
from lxml import etree

from assistant.answer_model import LABEL, Answer, Cell, Reckoning, Table, TableRow
from assistant.api.export import disposition
from assistant.export import Exchange, Facts, Format, exported, save_answer
from assistant.export.markdown import escaped
from assistant.export.pdf import MISSING, printable
from kb.errors import BadInput
from kb.model import Citation, Force, Source

FORMATS: tuple[Format, ...] = ("docx", "md", "pdf")
QUOTE = "持有人可以自行生产样例品，也可以委托他人生产。"
AT = datetime(2026, 11, 21, 1, 30, tzinfo=UTC)
PROVIDER = re.compile(r"regkb \d+\.\d+")
HOSTILE = (
    "控制\x00\x07字符\x1b[31m",
    "反\u202e转\u2066方向\u200f",
    "半个\ud83d字符",
    "笑脸😀与生僻字𬙂",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script> & <b>粗</b>",
    "[链接](https://evil.example) ![图](https://evil.example/a.png)",
    "| 竖线 | `代码` ~~~ $a$ \\",
    "# 标题\n- 列\n> 引\n1. 一\n    缩进\n---",
    "长" * 10_000,
    "a" * 10_000,
    "行\r\n尾\u2028又一行\x85",
    "",
)


def citation(key: str = "1", **fields: Any) -> Citation:
    values: dict[str, Any] = {
        "key": key, "address": "样例品法@2020-01-01/第三十二条", "document_id": "样例品法@2020-01-01",
        "title": "样例品法", "label": "《样例品法》第三十二条", "article": "第三十二条", "quote": QUOTE, "start": 0,
        "end": len(QUOTE), "force": Force.IN_FORCE, "effective_on": date(2020, 3, 1),
        "source": Source(name="国家法律法规数据库", url="https://law.example/detail?id=1&page=2"),
    }  # fmt: skip
    return Citation(**(values | fields))


def answer(text: str = "可以委托。[1]", **fields: Any) -> Answer:
    values: dict[str, Any] = {
        "answer_id": "7d1c", "outcome": "answered", "text": text, "citations": (citation(),),
        "as_of": date(2026, 11, 21), "index_version": "v1", "notes": ("专门的规定优先。",),
        "table": Table(
            columns=("药品", "化妆品"),
            rows=(TableRow(name="委托生产", cells=(Cell(text="可以", keys=("1",)), Cell(text="没有找到"))),),
        ),
        "reckonings": (
            Reckoning(
                rule="届满六个月前提出", keys=("1",), steps=("有效期到2027年6月30日",), start=date(2027, 6, 30),
                end=date(2026, 12, 30),
            ),
        ),
    }  # fmt: skip
    return Answer(**(values | fields))


def facts(document_id: str) -> Facts:
    assert document_id == "样例品法@2020-01-01"
    return Facts("主席令第一号", "样例委员会")


def file_of(form: Format, *exchanges: Exchange, title: str = "委托生产") -> bytes:
    return exported(title, exchanges or [Exchange("可以委托生产吗", AT, answer())], form, facts)


def words(form: Format, data: bytes) -> str:
    """All text of a file as a program reads it out, footers included; blanks and line ends taken out."""
    if form == "docx":
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = [name for name in package.namelist() if re.match(r"word/(document|footer\d*)\.xml$", name)]
            roots = [etree.fromstring(package.read(name)) for name in names]
        text = "".join("".join(root.itertext()) for root in roots)
    elif form == "pdf":
        file = pypdfium2.PdfDocument(data)
        text = "".join(page.get_textpage().get_text_range() for page in file)
    else:
        text = re.sub(r"\\(?=[^\w\s])", "", data.decode())
    return re.sub(r"[\s\ufffe]", "", text)


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_holds_the_answer_and_every_citation_in_full(form: Format) -> None:
    """A lawyer files it: alone it must say what was asked, when, by which law and in whose words."""
    text = words(form, file_of(form))
    for expected in (
        "可以委托生产吗", "2026-11-2109:30", "2026年11月21日的有效文本", "可以委托。[1]", "药品", "没有找到",
        "届满六个月前提出[1]", "2026年12月30日", "专门的规定优先。", "引用附录", "[1]《样例品法》第三十二条", QUOTE,
        "文号：主席令第一号", "发布机关：样例委员会", "效力：现行有效", "施行日期：2020年3月1日",
        "样例品法@2020-01-01/第三十二条", "国家法律法规数据库", "https://law.example/detail?id=1&page=2",
    ):  # fmt: skip
        assert expected in text, expected


@pytest.mark.parametrize("form", FORMATS)
def test_the_label_is_at_the_head_and_in_the_footer(form: Format) -> None:
    """人工智能生成合成内容标识办法第四条: the mark that people see stays in a file that is downloaded."""
    text = words(form, file_of(form))
    assert text.count(LABEL) >= 2
    assert text.index(LABEL) < text.index("可以委托。[1]") or form == "docx"  # in a package the footer may come first


def aigc(form: Format, data: bytes) -> dict[str, str]:
    """The implicit label as a program finds it."""
    if form == "docx":
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            root = etree.fromstring(package.read("docProps/custom.xml"))
            assert b"docProps/custom.xml" in package.read("_rels/.rels")
        values = {entry.get("name"): "".join(entry.itertext()) for entry in root}
        return dict(json.loads(values["AIGC"]))
    if form == "md":
        return dict(json.loads(front(data)["AIGC"]))
    found = re.search(rb"/AIGC \((.*?[^\\])\)", data, re.DOTALL)
    assert found
    raw = found.group(1).replace(b"\\(", b"(").replace(b"\\)", b")")
    raw = re.sub(rb"\\(\d{3})", lambda m: bytes([int(m.group(1), 8)]), raw)
    return dict(json.loads(raw.decode("utf-16") if raw.startswith(b"\xfe\xff") else raw.decode()))


def front(data: bytes) -> dict[str, str]:
    return dict(yaml.safe_load(data.decode().split("---\n")[1]))


@pytest.mark.parametrize("form", FORMATS)
def test_the_metadata_say_what_made_it(form: Format) -> None:
    """Article 5 and GB 45438-2025: attribute, provider and content number, in the file's own metadata."""
    two = [Exchange("甲", AT, answer()), Exchange("乙", AT, answer(answer_id="9f2e"))]
    data = file_of(form, *two)
    said = aigc(form, data)
    assert said["Label"] == "1"
    assert PROVIDER.match(said["ContentProducer"])
    assert said["ProduceID"] == "7d1c,9f2e"
    if form == "docx":
        core = WordDocument(io.BytesIO(data)).core_properties
        assert (core.title, core.comments, core.identifier) == ("委托生产", LABEL, "7d1c,9f2e")
    elif form == "pdf":
        info = pypdfium2.PdfDocument(data).get_metadata_dict()
        assert (info["Title"], info["Subject"], info["Keywords"]) == ("委托生产", LABEL, "7d1c,9f2e")
    else:
        assert front(data)["label"] == LABEL


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_breaks_a_file(form: Format, text: str) -> None:
    """Question, answer, cells, notes and names come from people and files; each must be shown and do nothing."""
    spoilt = answer(
        text + "[1]",
        citations=(citation(label=text, title=text, quote=text, notice=text, source=Source(name=text, url=text)),),
        notes=(text,),
        table=Table(
            columns=(text, "乙"), rows=(TableRow(name=text, cells=(Cell(text=text, keys=("1",)), Cell(text="x"))),)
        ),
        reckonings=(Reckoning(rule=text, keys=(), steps=(text,)),),
    )  # fmt: skip
    data = exported(text, [Exchange(text, AT, spoilt)], form)
    assert LABEL in words(form, data)
    if form == "docx":
        WordDocument(io.BytesIO(data))
    elif form == "pdf":
        file = pypdfium2.PdfDocument(data)
        file[0].render(scale=0.2)
    else:
        body = data.decode().split("---\n", 2)[2]
        assert "<script" not in body.replace("\\<script", "")
        assert not re.search(r"(?<!\\)\]\(https://evil", body)
    assert "\u202e" not in words(form, data)


def test_a_row_of_short_names_keeps_its_columns() -> None:
    """A table whose rows are shorter than its head is filled up, not refused."""
    ragged = Table(columns=("甲", "乙", "丙"), rows=(TableRow(name="一", cells=(Cell(text="只有一格"),)),))
    for form in FORMATS:
        assert "只有一格" in words(form, file_of(form, Exchange("问", AT, answer(table=ragged))))


def test_a_script_is_no_link() -> None:
    """The source of a citation that is no web page is named and cannot be pressed."""
    bad = answer(citations=(citation(source=Source(name="某处", url="javascript:alert(1)")),))
    data = file_of("docx", Exchange("问", AT, bad))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert all(b"javascript" not in package.read(name) for name in package.namelist())
    assert b"javascript" not in file_of("md", Exchange("问", AT, bad))
    assert b"javascript" not in file_of("pdf", Exchange("问", AT, bad))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("药品（㎎）①—“”…·Ⅲ㎡№℃％＜", "药品（㎎）①—“”…·Ⅲ㎡№℃％＜"),
        ("龘龖鿃㐂", "龘龖鿃㐂"),
        ("😀", MISSING),
        ("𬙂", MISSING),
        ("שלום", MISSING * 4),
        ("a\nb", "a\nb"),
    ],
)
def test_characters_that_the_font_lacks_are_marked(text: str, shown: str) -> None:
    """A character that silently vanishes changes what a text says."""
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("可以。[1][12]", "可以。[1][12]"),
        ("[1](x)", "\\[1\\](x)"),
        ("1. 一", "1\\. 一"),
        ("12) 二", "12\\) 二"),
        ("-- x", "\\-- x"),
        ("2026年", "2026年"),
        ("a*b_c", "a\\*b\\_c"),
    ],
)
def test_markdown_shows_words_as_they_are(text: str, shown: str) -> None:
    assert escaped(text) == shown


def test_a_refusal_is_a_file_too() -> None:
    """Nothing cited is said in so many words; the way forward is part of it."""
    refused = Answer(
        answer_id="1a", outcome="refused", text="知识库没有依据。", as_of=date(2026, 11, 21), index_version="v",
        next_steps=("可以转人工。",),
    )  # fmt: skip
    for form in FORMATS:
        text = words(form, file_of(form, Exchange("明天天气", AT, refused)))
        assert "回答没有引用条款。" in text
        assert "可以转人工。" in text


def test_nothing_to_export_is_said() -> None:
    with pytest.raises(BadInput, match="没有可以导出的回答"):
        exported("空", [], "pdf")


@pytest.mark.parametrize("name", ["答.docx", "答.MD", "答.pdf"])
def test_one_answer_is_saved_by_the_end_of_its_name(tmp_path: Path, name: str) -> None:
    save_answer(answer(), "可以委托生产吗", tmp_path / name, asked_at=AT)
    form: Format = name.lower().rpartition(".")[2]  # type: ignore[assignment]  # the table above holds formats
    assert QUOTE in words(form, (tmp_path / name).read_bytes())


def test_another_end_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"\.docx、\.md、\.pdf"):
        save_answer(answer(), "问", tmp_path / "答.xls", asked_at=AT)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("药品可以委托生产吗", "药品可以委托生产吗.pdf"),
        ('a/b\\c:"d"\r\nX-Evil: 1', "abcdX-Evil 1.pdf"),
        ("..", "问答记录.pdf"),
        ("长" * 100, "长" * 60 + ".pdf"),
        ("\ud83d", "问答记录.pdf"),
    ],
)
def test_the_name_of_a_download_is_a_name_everywhere(title: str, name: str) -> None:
    """A title is a person's words: it must not end the header nor leave the folder of downloads."""
    header = disposition(title, "pdf")
    assert header.isascii()
    assert "\n" not in header
    assert unquote(header.rpartition("UTF-8''")[2]) == name
