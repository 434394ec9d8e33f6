"""What an exported file says, before it is put in any format: a head with the label, each question with its answer, and
the appendix of citations.

人工智能生成合成内容标识办法 asks for a label that people see (article 4) and for metadata that name the attribute, the
provider and a content number (article 5); GB 45438-2025 says how the metadata are spelled.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from importlib.metadata import version
from typing import NamedTuple

from assistant.answer_model import LABEL, Answer, Cell, Reckoning
from assistant.export.plain import clean
from assistant.service import PRODUCT
from kb.model import NOT_STATED, Citation

OUTCOMES = {
    "answered": "已回答", "partial": "部分回答", "clarify": "需要先确认", "refused": "没有依据",
    "unavailable": "暂时不可用",
}  # fmt: skip
MODES = {"extractive": "原文摘录", "generative": "大模型生成，逐句核对"}
APPENDIX = "引用附录"
CHINA = timezone(timedelta(hours=8))
"""One time for the whole country, without changes over the year."""
GENERATED = "1"
"""Label of GB 45438-2025 for content that is AI-generated."""


class Facts(NamedTuple):
    """What a citation does not say about its document; None where the text does not state it."""

    number: str | None = None
    issuer: str | None = None


FactsOf = Callable[[str], Facts]


class Exchange(NamedTuple):
    """One question with the answer that was given to it."""

    question: str
    asked_at: datetime
    answer: Answer


class Heading(NamedTuple):
    text: str
    level: int


class Paragraph(NamedTuple):
    text: str


class Fact(NamedTuple):
    """A line of small print."""

    text: str


class Quote(NamedTuple):
    """Verbatim words of a stored provision."""

    text: str


class Link(NamedTuple):
    name: str
    url: str


class Grid(NamedTuple):
    """A table; every row has as many cells as there are columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Paragraph | Fact | Quote | Link | Grid


class WrittenDocument(NamedTuple):
    """The blocks of a file in order, and what its metadata say. `label` stands at the head and on every page."""

    title: str
    label: str
    blocks: tuple[Block, ...]
    provider: str
    content_number: str
    asked_at: datetime

    @property
    def aigc(self) -> str:
        """The implicit label, as GB 45438-2025 spells it."""
        said = {"Label": GENERATED, "ContentProducer": self.provider, "ProduceID": self.content_number}
        return json.dumps(said, ensure_ascii=False)


def nothing_known(_document_id: str) -> Facts:
    return Facts()


def written(title: str, exchanges: Sequence[Exchange], facts_of: FactsOf) -> WrittenDocument:
    """The document of at least one exchange. All its text is free of characters that no file can hold."""
    blocks = [block for at, exchange in enumerate(exchanges, start=1) for block in _exchange(at, exchange)]
    blocks += _appendix(exchanges, facts_of)
    numbers = dict.fromkeys(exchange.answer.answer_id for exchange in exchanges if exchange.answer.answer_id)
    return WrittenDocument(
        title=clean(title).strip() or "问答记录", label=LABEL, blocks=tuple(map(_cleaned, blocks)),
        provider=f"{PRODUCT} {version(PRODUCT)}", content_number=",".join(numbers),
        asked_at=max(china_time(exchange.asked_at) for exchange in exchanges),
    )  # fmt: skip


def china_time(at: datetime) -> datetime:
    """A moment as the clocks of the reader show it; one without a zone is taken for such."""
    return at.astimezone(CHINA) if at.tzinfo else at.replace(tzinfo=CHINA)


def day(on: date | None) -> str:
    return f"{on.year}年{on.month}月{on.day}日" if on else NOT_STATED


def _exchange(at: int, exchange: Exchange) -> Iterator[Block]:
    answer = exchange.answer
    yield Heading(f"{at}. {exchange.question}", 1)
    how = MODES[answer.mode] + (f"（{answer.model}）" if answer.model else "")
    asked = f"提问于 {china_time(exchange.asked_at):%Y-%m-%d %H:%M}（北京时间）"
    yield Fact(f"{asked}；按 {day(answer.as_of)}的有效文本；{OUTCOMES[answer.outcome]}；{how}")
    if answer.asked and answer.asked != exchange.question:
        yield Fact(f"按“{answer.asked}”作答")
    yield from map(Paragraph, paragraphs(answer.text))
    if table := answer.table:
        rows = tuple((row.name, *map(_cell, row.cells)) for row in table.rows)
        wide = max([len(table.columns) + 1, *map(len, rows)])
        yield Grid(_filled(("", *table.columns), wide), tuple(_filled(row, wide) for row in rows))
    for reckoning in answer.reckonings:
        yield from _reckoning(reckoning)
    for name, lines in (("说明", answer.remarks), ("下一步", answer.next_steps)):
        if lines:
            yield Heading(name, 3)
            yield from (Paragraph(f"· {line}") for line in lines)
    if answer.clarify and answer.clarify.options:
        yield Paragraph("可选：" + "、".join(answer.clarify.options))


def _reckoning(reckoning: Reckoning) -> Iterator[Block]:
    yield Heading("期限计算", 3)
    yield Paragraph(f"{reckoning.rule}{_keys(reckoning.keys)}")
    yield from (Paragraph(f"· {step}") for step in reckoning.steps)
    if reckoning.start or reckoning.end:
        yield Paragraph(f"起算：{day(reckoning.start)}；届满：{day(reckoning.end)}")


def _appendix(exchanges: Sequence[Exchange], facts_of: FactsOf) -> Iterator[Block]:
    yield Heading(APPENDIX, 1)
    cited = [(at, exchange) for at, exchange in enumerate(exchanges, start=1) if exchange.answer.citations]
    if not cited:
        yield Paragraph("回答没有引用条款。")
    for at, exchange in cited:
        if len(exchanges) > 1:
            yield Heading(f"第 {at} 问的引用", 2)
        for citation in exchange.answer.citations:
            yield from _citation(citation, facts_of(citation.document_id))


def _citation(citation: Citation, facts: Facts) -> Iterator[Block]:
    yield Heading(f"[{citation.key}] {citation.label}", 3)
    yield Quote(citation.quote)
    yield Fact(f"《{citation.title}》；文号：{facts.number or NOT_STATED}；发布机关：{facts.issuer or NOT_STATED}")
    yield Fact(f"效力：{citation.force}；施行日期：{day(citation.effective_on)}")
    if citation.notice:
        yield Fact(citation.notice)
    yield Fact(f"地址：{citation.address}")
    source = citation.source
    yield Link(source.name, source.url) if source.url and _is_web(source.url) else Fact(f"来源：{source.name}")


def paragraphs(text: str) -> list[str]:
    """The lines of an answer that hold words."""
    return [line.strip() for line in clean(text).split("\n") if line.strip()]


def _cell(cell: Cell) -> str:
    return f"{cell.text}{_keys(cell.keys)}"


def _keys(keys: Sequence[str]) -> str:
    return "".join(f"[{key}]" for key in keys)


def _filled(row: tuple[str, ...], wide: int) -> tuple[str, ...]:
    return row + ("",) * (wide - len(row))


def _is_web(url: str) -> bool:
    """A link that a file opens by a press must lead to a page, not to a program or a file of the reader."""
    return url.startswith(("https://", "http://")) and not any(c.isspace() or c in '<>"' for c in url)


def _cleaned(block: Block) -> Block:
    match block:
        case Heading(text, level):
            return Heading(clean(text), level)
        case Link(name, url):
            return Link(clean(name), clean(url))
        case Grid(columns, rows):
            return Grid(tuple(map(clean, columns)), tuple(tuple(map(clean, row)) for row in rows))
        case Paragraph() | Fact() | Quote():
            return type(block)(clean(block.text))
