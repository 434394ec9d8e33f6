"""Plain sets of questions as cases, so that anyone can score regkb on their own.

One JSON object a line: `{"question": "…", "gold": [{"title": "药品管理法", "article": "第三十二条"}]}`. `law` may stand
for `title`, an article may be written 第32条, `version` picks one, without `article` any place of the text will do, and
`id` and `as_of` are read when given. All else in a row is left alone: it is somebody else's data.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from eval.cases import Case, Gold
from kb.errors import BadInput
from kb.numerals import NUMERAL, ordinal, to_chinese

ARTICLE = re.compile(rf"第?({NUMERAL})条(?:之({NUMERAL}))?")


def read_plain(path: Path) -> tuple[Case, ...]:
    """Every question as a case that is to be answered. Raises BadInput naming the file and the line that is wrong."""
    cases: dict[str, Case] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"读不到题集 {path}：{error}") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            case = _case(json.loads(line), path.name, number)
        except (ValueError, KeyError, TypeError) as error:
            raise BadInput(f"{path.name} 第 {number} 行有误：{_words(error)}") from error
        if case.id in cases:
            raise BadInput(f"{path.name} 第 {number} 行的编号 {case.id} 与前面重复。")
        cases[case.id] = case
    return tuple(cases.values())


def _case(row: Mapping[str, Any], name: str, number: int) -> Case:
    golds = [_gold(place) for place in row["gold"]]
    return Case(
        id=_identity(row, number), question=row["question"], as_of=row.get("as_of"), gold=tuple(dict.fromkeys(golds)),
        tags=("general",), source=f"{name} 第 {number} 行",
    )  # fmt: skip


def _identity(row: Mapping[str, Any], number: int) -> str:
    given = re.sub(r"[^a-z0-9]+", "-", str(row.get("id", "")).lower()).strip("-")
    return given or f"row-{number}"


def _gold(place: Mapping[str, Any]) -> Gold:
    title = place["title"] if "title" in place else place["law"]
    article = place.get("article")
    return Gold(title=title, article=_article(article) if article else None, version=place.get("version"))


def _article(words: str) -> str:
    """The label as statutes print it. Raises ValueError for what is no article."""
    read = ARTICLE.fullmatch(words.strip())
    if not read:
        raise ValueError(f"“{words}”不是条号，应写作“第三十二条”")
    after = f"之{to_chinese(ordinal(read[2]))}" if read[2] else ""
    return f"第{to_chinese(ordinal(read[1]))}条{after}"


def _words(error: Exception) -> str:
    match error:
        case ValidationError():
            wrong = error.errors(include_url=False)[0]
            return f"{wrong['loc']} {wrong['msg']}"
        case json.JSONDecodeError():
            return "不是 JSON"
        case KeyError():
            return f"缺少 {error.args[0]}"
        case TypeError():
            return "应是一个对象，question 是文字，gold 是列表"
    return str(error)
