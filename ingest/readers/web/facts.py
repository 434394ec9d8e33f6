"""The box that sites of the government put above a document: 索引号, 发文机关, 发文字号, 成文日期 and the like.

It is the document's record and no text of it. Sites write it as a table, a list, pairs of `dt` and `dd`, or one line;
a label is known by its words, however they are spaced out (索　引　号).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Literal

from ingest.document_number import normalise
from ingest.readers.raw import BLANK
from kb.dates import parse

FACTS = "网页信息栏"
"""The step under which a box is left out."""

Field = Literal["title", "number", "issuer", "issued_on", "published_on", "effective_on"]

_BOX_ONLY: dict[str, Field | None] = {
    "索引号": None, "信息索引": None, "信息索引号": None, "主题分类": None, "公文种类": None, "公开类别": None,
    "公开方式": None, "公开范围": None, "组配分类": None, "体裁分类": None, "发文机关": "issuer", "发布机构": "issuer",
    "发文单位": "issuer", "制发机关": "issuer", "发布机关": "issuer", "公开主体": "issuer", "发文字号": "number",
    "公文文号": "number", "发文文号": "number", "公文字号": "number", "发文号": "number",
    "成文日期": "issued_on", "生成日期": "issued_on",
}  # fmt: skip
"""Labels that hardly stand anywhere else → the field they give, if any."""
_COMMON: dict[str, Field | None] = {
    "名称": "title", "标题": "title", "信息名称": "title", "文件名称": "title", "文号": "number", "文件编号": "number",
    "发文日期": "issued_on", "印发日期": "issued_on", "发布日期": "published_on", "发布时间": "published_on",
    "公开日期": "published_on", "生效日期": "effective_on", "实施日期": "effective_on", "施行日期": "effective_on",
    "分类": None, "信息分类": None, "主题词": None, "关键词": None, "有效性": None, "时效性": None, "效力状态": None,
    "废止日期": None, "失效日期": None, "内容概述": None, "来源": None, "信息来源": None, "责任部门": None,
}  # fmt: skip
"""Labels that count only beside one of the others."""
FIELD_OF = _BOX_ONLY | _COMMON
_GAP = r"[ \t\u3000\xa0]{0,6}"
_ANY = "|".join(_GAP.join(label) for label in sorted(FIELD_OF, key=len, reverse=True))
LABEL = re.compile(rf"({_ANY}){_GAP}(?:[:：]|$)")
CELL = re.compile(rf"({_ANY}){_GAP}[:：]?{_GAP}")
ISSUER = re.compile(
    r"(?=.{4,60}$)[\u4e00-\u9fa5、， ]+(?:局|委员会|管委会|部|院|政府|办公厅|厅|中心|委|总署|(?:政府|管委会)办公室)"
)
"""A site may name a section of the body there (政策法规处): that is no issuer."""
COMPACT = re.compile(r"(?<!\d)((?:19|20)\d{2})([01]\d)([0-3]\d)(?!\d)")
LONGEST_LINE, LONGEST_VALUE = 600, 200
FEWEST = 2  # labels in a box


def box_in(lines: Sequence[str]) -> list[int]:
    """Places of the lines that make a box of facts; [] without one. Runs without a label of their own are no box."""
    found: list[int] = []
    at = 0
    while at < len(lines):
        end = at
        labels: list[str] = []
        while end < len(lines) and (inside := _labels(lines[end])):
            labels += inside
            # a label alone is followed by the line with its value
            alone = _is_alone(lines[end]) and end + 1 < len(lines) and len(lines[end + 1]) <= LONGEST_VALUE
            end += 2 if alone and not _labels(lines[end + 1]) else 1
        if len(labels) >= FEWEST and any(label in _BOX_ONLY for label in labels):
            found += range(at, end)
        at = max(end, at + 1)
    return found


def record_in(words: str) -> dict[str, str]:
    """What a box says, by the keys of a source's record; dates as ISO. What it leaves blank or muddled is not there."""
    record: dict[str, str] = {}
    for label, value in _pairs(words.split("\n")):
        field = FIELD_OF[label]
        if field and field not in record and (understood := _understood(field, value)):
            record[field] = understood
    return record


def day_in(words: str) -> date | None:
    """The first day in a date line or a value of a box; some sites print it as 20260127."""
    return parse(words) or parse(COMPACT.sub(r"\1-\2-\3", words))


def _understood(field: Field, value: str) -> str | None:
    if field == "title":
        return value if len(value) >= 6 and "…" not in value and "..." not in value else None
    if field == "number":
        return value if normalise(value) else None
    if field == "issuer":
        return re.sub(r"[， ]+", "、", value) if ISSUER.fullmatch(value) else None
    on = day_in(value)
    return on.isoformat() if on else None


def _pairs(lines: Sequence[str]) -> list[tuple[str, str]]:
    """`(label, value)` in the order of the box."""
    pairs: list[tuple[str, str]] = []
    waiting = ""
    for line in lines:
        for label, value in _split(line):
            if label:
                pairs.append((label, value))
                waiting = "" if value else label
            elif waiting:
                pairs.append((waiting, value))
                waiting = ""
    return [(label, " ".join(value.split())[:LONGEST_VALUE]) for label, value in pairs if value.strip()]


def _split(line: str) -> list[tuple[str, str]]:
    """Labels and values of one line; a value that follows no label in it comes with the label ''."""
    if line.startswith("|"):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        parts: list[tuple[str, str]] = []
        for cell in cells:
            whole, begun = CELL.fullmatch(cell), LABEL.match(cell)
            if whole:
                parts.append((_bare(whole[1]), ""))
            elif begun:
                parts.append((_bare(begun[1]), cell[begun.end() :].strip()))
            elif cell:
                parts.append(("", cell))
        return parts
    if alone := CELL.fullmatch(line):
        return [(_bare(alone[1]), "")]
    labels = list(LABEL.finditer(line))
    if not labels or labels[0].start():
        return [("", line)]
    ends = [label.start() for label in labels[1:]] + [len(line)]
    return [(_bare(label[1]), line[label.end() : end].strip(BLANK)) for label, end in zip(labels, ends, strict=True)]


def _labels(line: str) -> list[str]:
    """The labels of a line that begins with one."""
    if len(line) > LONGEST_LINE:
        return []
    parts = _split(line)
    if not parts or not parts[0][0]:
        return []
    # names of columns and nothing beside them: the header of a list of documents
    header = len(parts) > 1 and all(label and not value for label, value in parts) and not re.search("[:：]", line)
    return [] if header else [label for label, _ in parts if label]


def _is_alone(line: str) -> bool:
    return CELL.fullmatch(line) is not None


def _bare(label: str) -> str:
    return "".join(label.split())
