"""What a document says of itself in labelled lines above its title: 索引号：… 发文机关：… 成文日期：… 生效日期：….

Government pages print them as a table, firms in the head of a procedure, package inserts as 核准日期. They are words of
the document, so they stand above the record of a source; a clause of the text stands above them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

HEAD = 25  # lines in which such labels stand
LONGEST = 300
_GAP = r"[ \t\u3000\xa0]{0,4}"
FIELDS = {
    "标题": "title", "名称": "title", "发文机关": "issuer", "发文机构": "issuer", "发布机构": "issuer",
    "发布机关": "issuer", "制定机关": "issuer", "发文字号": "number", "文号": "number", "文件编号": "number",
    "文件编码": "number",
    "成文日期": "issued_on", "发文日期": "issued_on", "颁发日期": "issued_on", "发布日期": "published_on",
    "发布时间": "published_on", "公布日期": "published_on", "生效日期": "effective_on", "施行日期": "effective_on",
    "实施日期": "effective_on",
}  # fmt: skip
OTHERS = (
    "索引号", "主题分类", "主题词", "公开类别", "公开方式", "公开形式", "信息类别", "有效性", "时效性", "版本号",
    "版本", "制定部门", "起草部门", "颁发部门", "核准日期", "修改日期", "修订日期", "失效日期", "废止日期", "浏览次数",
    "来源", "字体",
)  # fmt: skip
_NAMES = "|".join(_GAP.join(name) for name in sorted([*FIELDS, *OTHERS], key=len, reverse=True))
LABEL = re.compile(rf"(?:^|(?<=[\s|]))(?P<label>{_NAMES}){_GAP}(?:[:：]|\|(?=.))[ \t\u3000\xa0|]*")
Labelled = dict[str, tuple[str, str]]
"""Field of a description → its value and the words it was read from."""


def split_labels(lines: Sequence[str]) -> tuple[list[str], Labelled]:
    """The lines without those that only carry labels, and what these say; the first of each field counts."""
    kept: list[str] = []
    found: Labelled = {}
    waiting: str | None = None  # a label whose value stands on the next line
    for at, line in enumerate(lines):
        marks = list(LABEL.finditer(line)) if at < HEAD and len(line) <= LONGEST else []
        if not marks or line[: marks[0].start()].strip(" \t\u3000\xa0|"):
            if waiting:
                _put(found, waiting, line, line)
            else:
                kept.append(line)
            waiting = None
            continue
        if not found and all(mark["label"].replace(" ", "") == "名称" for mark in marks):
            kept.append(line)  # the head of any table
            continue
        ends = [mark.start() for mark in marks[1:]] + [len(line)]
        for mark, end in zip(marks, ends, strict=True):
            label = re.sub(r"\s", "", mark["label"])
            value = line[mark.end() : end].strip(" \t\u3000\xa0|")
            _put(found, label, value, line[mark.start() : end].strip(" \t\u3000\xa0|"))
            waiting = None if value else label
    return (kept, found) if kept else (list(lines), {})


def _put(found: Labelled, label: str, value: str, words: str) -> None:
    if value and (field := FIELDS.get(label)):
        found.setdefault(field, (value, words))
