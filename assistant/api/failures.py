"""Every failure as `{"error", "detail"}`: the detail is a Chinese sentence that a person can act on.

The framework says in English what is wrong with a request; the table below says it in the reader's words.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic_core import PydanticSerializationError
from sqlalchemy.exc import SQLAlchemyError

from kb.errors import RegkbError

log = logging.getLogger(__name__)
DATABASE = "登记库暂时无法读写，请稍后再试。"
HALVES = "文字中有不完整的字符，无法读取。请重新输入后再试。"
"""JSON can hold halves of characters, which can be stored and sent nowhere."""
UNEXPECTED = "服务内部出错，已记入日志。请稍后再试或联系工作人员。"
MOST_PROBLEMS = 10

Context = Mapping[str, Any]
DATE, MOMENT = "应是日期，写作 2026-01-31", "应是时间，写作 2026-01-31T08:00:00"
_SAID: dict[str, str | Callable[[Context], str]] = {
    "missing": "没有给出",
    "extra_forbidden": "不是这个接口的字段",
    "string_type": "应是文字",
    "string_unicode": "有不完整的字符",
    "string_too_long": lambda c: f"最多 {c['max_length']} 个字",
    "string_too_short": lambda c: "不能为空" if c["min_length"] == 1 else f"至少 {c['min_length']} 个字",
    "string_pattern_mismatch": "写法不对",
    "too_long": lambda c: f"最多 {c['max_length']} 项",
    "too_short": lambda c: f"至少 {c['min_length']} 项",
    "literal_error": lambda c: f"只能是 {_listed(c['expected'])}",
    "enum": lambda c: f"只能是 {_listed(c['expected'])}",
    "bool_type": "应是 true 或 false",
    "bool_parsing": "应是 true 或 false",
    "int_type": "应是整数",
    "int_parsing": "应是整数",
    "int_parsing_size": "数字太大",
    "int_from_float": "应是整数",
    "float_type": "应是数字",
    "float_parsing": "应是数字",
    "finite_number": "应是有限的数字",
    "greater_than": lambda c: f"应大于 {c['gt']}",
    "greater_than_equal": lambda c: f"不能小于 {c['ge']}",
    "less_than": lambda c: f"应小于 {c['lt']}",
    "less_than_equal": lambda c: f"不能大于 {c['le']}",
    "list_type": "应是列表",
    "tuple_type": "应是列表",
    "set_type": "应是列表",
    "dict_type": "应是 JSON 对象",
    "model_type": "应是 JSON 对象",
    "model_attributes_type": "应是 JSON 对象",
    "json_invalid": "不是有效的 JSON",
    "uuid_type": "应是 UUID",
    "uuid_parsing": "应是 UUID",
    "url_parsing": "应是网址",
    "none_required": "应是 null",
}
_KINDS: tuple[tuple[str, str], ...] = (("datetime_", MOMENT), ("date_", DATE), ("time_", "应是时刻"))
"""Families of problems that need the same words."""


def failure(error: Exception) -> dict[str, str]:
    """What is told of a failure; one that nobody foresaw goes to the log and tells nothing of itself."""
    if isinstance(error, RegkbError):
        return {"error": type(error).__name__, "detail": str(error)}
    if isinstance(error, UnicodeEncodeError | PydanticSerializationError):
        return {"error": "BadInput", "detail": HALVES}
    log.error("unexpected", exc_info=error)
    if isinstance(error, SQLAlchemyError):
        return {"error": "Unavailable", "detail": DATABASE}
    return {"error": "InternalError", "detail": UNEXPECTED}


def problems(found: Sequence[Mapping[str, Any]]) -> str:
    """One sentence on what is wrong with a request, from pydantic's list."""
    said = "；".join(dict.fromkeys(_problem(one) for one in found[:MOST_PROBLEMS]))
    return f"请求有误：{said}{f'；等 {len(found)} 处' if len(found) > MOST_PROBLEMS else ''}。"


def _problem(one: Mapping[str, Any]) -> str:
    kind, context = str(one["type"]), one.get("ctx") or {}
    if isinstance(one.get("input"), str):  # where words may also be null, their length is that of a list
        kind = {"too_long": "string_too_long", "too_short": "string_too_short"}.get(kind, kind)
    if kind == "value_error":  # a validator of ours, whose words are a sentence
        said = str(context.get("error", "")).rstrip("。") or "内容不符合要求"
    else:
        known = _SAID.get(kind) or next((words for begin, words in _KINDS if kind.startswith(begin)), "内容不符合要求")
        said = known if isinstance(known, str) else known(context)
    where = "" if kind == "json_invalid" else ".".join(str(part) for part in one["loc"][1:])
    return f"{where or '请求体'} {said}"


def _listed(expected: str) -> str:
    """`'a', 'b' or 'c'` as pydantic says it, in Chinese."""
    return expected.replace(" or ", "、").replace(", ", "、").replace("'", "")
