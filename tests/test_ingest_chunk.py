"""Chunks: verbatim slices, one for each article or entry, with nothing of the text left out of the index."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from ingest.chunk import LIMIT, chunks
from ingest.structure.text import structure
from kb.model import Chunk

LONG = "样例应当符合规定的质量要求并保存记录以备查验" * 6


def made(text: str) -> tuple[Chunk, ...]:
    return chunks("样例办法", text, structure(text))


def indexed(text: str) -> None:
    """Every character that is not blank is in a chunk or in the trail of one."""
    found = made(text)
    assert len({(c.path, c.part) for c in found}) == len(found)
    rest = bytearray(b"\x01" * len(text))
    for chunk in found:
        assert chunk.index_text.endswith(text[chunk.start : chunk.end])
        assert text[chunk.start : chunk.end].strip() == text[chunk.start : chunk.end] != ""
        rest[chunk.start : chunk.end] = bytes(chunk.end - chunk.start)
    everything = re.sub(r"\s", "", "".join(c.index_text for c in found))
    for gap in re.finditer(rb"\x01+", bytes(rest)):
        assert re.sub(r"\s", "", text[gap.start() : gap.end()]) in everything


def test_one_chunk_an_article_under_its_headings() -> None:
    text = "样例办法\n第一章 总则\n第一条　为了规范，制定本办法。\n第二条　适用本办法。\n（一）甲；\n（二）乙。"
    found = [c for c in made(text) if c.path != ("序言",)]
    assert [(c.path, text[c.start : c.end]) for c in found] == [
        (("第一条",), "第一条　为了规范，制定本办法。"),
        (("第二条",), "第二条　适用本办法。\n（一）甲；\n（二）乙。"),
    ]
    assert found[0].index_text == "样例办法\n第一章 总则\n第一条　为了规范，制定本办法。"
    indexed(text)


def test_a_long_article_is_split_by_items_and_each_part_keeps_the_lead_sentence() -> None:
    text = "第一条　有下列情形之一的，处以罚款：\n" + "\n".join(f"（{n}）{LONG}；" for n in "一二三四五六")
    found = made(text)
    assert len(found) > 1
    assert {c.path for c in found} == {("第一条",)}
    assert [c.part for c in found] == list(range(len(found)))
    assert all("有下列情形之一的，处以罚款：" in c.index_text for c in found)
    assert all(c.end - c.start <= LIMIT for c in found)
    indexed(text)


def test_a_table_repeats_its_header() -> None:
    text = "一、目录\n| 序号 | 名称 |\n" + "\n".join(f"| {n} | {LONG[:60]} |" for n in range(1, 21))
    found = [c for c in made(text) if "表1" in c.path]
    assert len(found) > 1
    assert all("| 序号 | 名称 |" in c.index_text for c in found)
    indexed(text)


def test_short_entries_are_indexed_together() -> None:
    text = "一、材料\n（一）申请表；\n（二）证明；\n（三）说明。\n二、程序\n" + LONG
    assert [c.path for c in made(text)] == [("一",), ("二",)]
    indexed(text)


def test_a_short_notice_is_found_at_its_own_places() -> None:
    """Indexed together they would all be found as the preface, which holds none of their words."""
    text = "样例通知\n各单位：\n一、旧系统自六月一日起停用。\n二、新系统同时启用。"
    assert [c.path for c in made(text)] == [("序言",), ("一",), ("二",)]


def test_long_entries_are_found_one_by_one() -> None:
    text = "一、措施\n1.先做。" + LONG + "\n2.后做。" + LONG
    assert [c.path for c in made(text)] == [("一", "1"), ("一", "2")]


LINES = st.sampled_from(
    [
        "",
        "目录",
        "①甲；②乙。",
        "特此通知。",
        "第一章 总则",
        "第一条　甲。",
        "第二条　乙：",
        "（一）丙；",
        "1.丁",
        "一、标题",
        "（一）小标题",
        "附件1",
        "| a | b |",
        "| 1 | 2 |",
        LONG,
        LONG * 4,
    ]
)


@given(st.lists(LINES | st.text(max_size=8), max_size=25).map("\n".join))
def test_no_character_is_left_out_of_the_index(text: str) -> None:
    indexed(text)
