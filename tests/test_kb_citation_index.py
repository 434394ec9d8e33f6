"""The index of places: a place it finds that is not there is a made-up citation called valid."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from cited_laws import DRUGS, open_laws, put
from sqlalchemy import event

from kb.citation_index import between, number_of
from kb.model import State
from kb.registry import Registry, open_registry
from kb.settings import Settings


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    made = open_laws(tmp_path_factory.mktemp("home"))
    yield made
    made.close()


@pytest.mark.parametrize(
    ("document", "path", "found", "why"),
    [
        ("药品管理法@2019-08-26", ("第三条", "第二款"), [("第三条", "第二款")], "as it is stored"),
        ("药品管理法@2019-08-26", ("第四条", "第一款"), [("第四条",)], "第一款 of an article with one paragraph"),
        ("药品管理法@2019-08-26", ("第四条", "第二款"), [], "it has no second one"),
        (
            "药品管理法@2019-08-26",
            ("第二条", "第一款", "第（二）项"),
            [("第二条", "第（二）项")],
            "items of a single paragraph",
        ),
        ("药品管理法@2019-08-26", ("第二条", "第（三）项"), [], "two items only"),
        (
            "药品管理法@2019-08-26",
            ("第三条", "第（二）项"),
            [("第三条", "第三款", "第（二）项")],
            "one paragraph has items",
        ),
        ("药品管理法@2019-08-26", ("第三条", "第一款", "第（一）项"), [], "the first paragraph has none"),
        ("药品管理法@2019-08-26", ("第二章",), [("第二章",)], "a chapter"),
        ("药品管理法@2019-08-26", ("第三章",), [], "no such chapter"),
        ("药品管理法@2019-08-26", (), [()], "the whole text"),
        ("刑法@2023-12-29", ("第一百二十条之一",), [("第一百二十条之一",)], "inserted article"),
        ("刑法@2023-12-29", ("第一百二十条之三",), [], "之三 was never inserted"),
        ("样例注册办法@2020-01-01", ("第九条",), [("附件1", "第九条")], "stands in one attachment only"),
        ("样例注册办法@2020-01-01", ("第一条",), [("第一条",)], "the text goes before its attachment"),
        ("关于样例工作的通知@2020-01-01", ("第二条", "第（一）项"), [("二", "（一）")], "entries of a notice"),
        ("关于样例工作的通知@2020-01-01", ("第三条",), [], "the notice has two entries"),
        ("没有这部法@2020-01-01", ("第一条",), [], "not held"),
    ],
)
def test_a_place_is_found_where_it_stands_and_nowhere_else(
    registry: Registry, document: str, path: tuple[str, ...], found: list[tuple[str, ...]], why: str
) -> None:
    assert registry.citable.paths(document).find(path) == found, why


def test_the_paragraphs_of_an_inserted_article_are_no_articles(tmp_path: Path) -> None:
    """They were counted and named as such in the sentence about a place that is not there."""
    with closing(open_registry(Settings(home=tmp_path))) as registry:
        held = put(registry, "样例法", "2020-01-01", "第一条　甲。\n第一条之一　乙。\n丙。\n第二条　丁。\n")
        assert registry.citable.paths(held.id).articles == ["第一条", "第一条之一", "第二条"]


@pytest.mark.parametrize(
    ("first", "last", "members"),
    [
        (("第三条",), ("第五条",), [("第三条",), ("第四条",), ("第五条",)]),
        (("第九条",), ("第十一条",), [("第九条",), ("第十条",), ("第十一条",)]),
        (("第三条", "第（一）项"), ("第三条", "第（二）项"), [("第三条", "第（一）项"), ("第三条", "第（二）项")]),
        (("第五条之一",), ("第五条之三",), [("第五条之一",), ("第五条之二",), ("第五条之三",)]),
        (("第五条之一",), ("第七条",), [("第五条之一",), ("第六条",), ("第七条",)]),
        (("第五条",), ("第三条",), None),
        (("第五条",), ("第五条",), None),
        (("第三条", "第一款"), ("第四条", "第二款"), None),
    ],
)
def test_the_members_of_a_range_are_its_numbers_in_order(
    first: tuple[str, ...], last: tuple[str, ...], members: list[tuple[str, ...]] | None
) -> None:
    found = between(first, last)
    assert (list(found) if found else None) == members


def test_numbers_are_read_from_segments() -> None:
    read = [number_of(s) for s in ("第一百二十条之一", "第（三）项", "第12目", "第十二章", "七", "附件1")]
    assert read == [(120, 1), (3, 0), (12, 0), (12, 0), None, None]


def test_withdrawn_texts_have_no_places_and_changed_ones_their_new_ones(tmp_path: Path) -> None:
    """A citation of a withdrawn text must not stay valid from memory."""
    registry = open_laws(tmp_path)
    paths = registry.citable.paths
    assert not paths("药品管理法@2019-08-26").find(("第六条",))
    put(registry, "中华人民共和国药品管理法", "2019-08-26", DRUGS + "第六条　新增的样例条文。\n")
    assert paths("药品管理法@2019-08-26").find(("第六条",))
    registry.set_state("刑法@2023-12-29", State.WITHDRAWN, 1)
    assert not paths("刑法@2023-12-29").find(("第一百二十条",))
    registry.close()


def test_a_write_asks_again_for_the_changed_document_only(tmp_path: Path) -> None:
    """Reading all paths again after every write would stop a check for as long as a load runs."""
    registry = open_laws(tmp_path)
    registry.citable.paths("刑法@2023-12-29")
    put(registry, "中华人民共和国药品管理法", "2019-08-26", DRUGS + "第六条　新增的样例条文。\n")
    asked: list[str] = []
    event.listen(registry._engine, "before_cursor_execute", lambda *call: asked.append(str(call[2:4])))
    registry.citable.paths("刑法@2023-12-29")
    registry.close()
    assert [words for words in asked if "provisions" in words and "药品管理法@2019-08-26" in words]
    assert not [words for words in asked if "刑法@2023-12-29" in words]
