"""The story of an instrument: a reader must see at one look what was in force when, and what ended it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from factories import document, provision

from assistant.reading.pages import version_rows
from assistant.reading.timeline import TimelineEvent, timeline
from kb.model import Document, Force, Relation
from kb.registry import Registry, open_registry
from kb.settings import Settings

TODAY = date(2026, 11, 21)
TEXT = "第一条　样例药品应当合格。\n"


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    made = open_registry(Settings(home=tmp_path))
    yield made
    made.close()


def hold(registry: Registry, held: Document, *relations: Relation) -> None:
    registry.write(
        held, TEXT, held.id, 1, provisions=[provision("第一条", text=TEXT.strip(), within=TEXT)], chunks=(),
        relations=relations, repairs=(), notes=(), original=None,
    )  # fmt: skip
    for changed in registry.unsettled({h.document.instrument for h in registry.held().values()}):
        registry.save(changed)


def story(registry: Registry, document_id: str) -> list[TimelineEvent]:
    return list(timeline(registry, registry.document(document_id), TODAY))


def test_versions_repeals_and_changes_stand_in_the_order_of_their_days(registry: Registry) -> None:
    hold(registry, document("样例规范", version="2015-03-01", issued_on=date(2014, 12, 29)))
    repeal = Relation(kind="repeals", path=("第一条",), title="样例规范", evidence="原规范同时废止")
    hold(registry, document("样例规范", version="2026-11-01"), repeal)
    change = Relation(
        kind="amends", path=("第一条",), title="样例规范", article="第一条", target=("第一条",), evidence="修改为"
    )
    hold(registry, document("关于修改样例规范的决定", version="2020-01-01"), change)
    told = [(str(e.on), e.kind, e.document_id, e.current) for e in story(registry, "样例规范@2015-03-01")]
    assert told == [
        ("2014-12-29", "issued", "样例规范@2015-03-01", False),
        ("2015-03-01", "version", "样例规范@2015-03-01", False),
        ("2015-03-01", "effective", "样例规范@2015-03-01", False),
        ("2020-01-01", "amended", "关于修改样例规范的决定@2020-01-01", False),
        ("2026-11-01", "version", "样例规范@2026-11-01", True),
        ("2026-11-01", "effective", "样例规范@2026-11-01", True),
        ("2026-11-01", "superseded", "样例规范@2026-11-01", False),
        ("2026-11-01", "repealed", "样例规范@2026-11-01", False),
    ]
    assert story(registry, "样例规范@2015-03-01") == story(registry, "样例规范@2026-11-01")
    assert next(e for e in story(registry, "样例规范@2015-03-01") if e.kind == "repealed").evidence == "原规范同时废止"


def test_evidence_is_told_without_the_marks_it_is_stored_with(registry: Registry) -> None:
    words = "由他文修改·关于修改样例规范的决定@2019-12-01｜将第一条修改为"
    hold(
        registry, document("样例规范", version="2020-01-01", evidence={"issued_on": words}, issued_on=date(2019, 12, 1))
    )
    told = [e.evidence for e in story(registry, "样例规范@2020-01-01") if e.kind == "issued"]
    assert told == ["《关于修改样例规范的决定》（2019-12-01 版）：将第一条修改为"]


def test_a_version_without_a_day_comes_last_and_says_so(registry: Registry) -> None:
    hold(registry, document("样例指南", version="2019-01-01", effective_on=None, valid_from=None))
    (only,) = story(registry, "样例指南@2019-01-01")
    assert (only.on, only.kind) == (None, "version")
    assert "原文未载明" in only.words


def test_a_draft_sees_its_own_story(registry: Registry) -> None:
    """Staff look at a document before it is published: its page must not be empty of itself."""
    hold(registry, document("样例指南", version="2019-01-01", state="draft"))
    assert [e.document_id for e in story(registry, "样例指南@2019-01-01")] == ["样例指南@2019-01-01"] * 2


def test_a_provision_is_judged_in_each_version_by_its_own_place(registry: Registry) -> None:
    """An order changes 第二条 of the version in force: the row of 第一条 does not call that article 已被修改."""
    hold(registry, document("样例规范", version="2015-03-01"))
    hold(registry, document("样例规范", version="2020-01-01"))
    change = Relation(
        kind="amends", path=("第一条",), title="样例规范", article="第二条", target=("第二条",), evidence="修改为"
    )
    hold(registry, document("关于修改样例规范的决定", version="2022-01-01"), change)
    held = registry.document("样例规范@2015-03-01")
    article, whole = (version_rows(registry, held, TODAY, path)[-1] for path in (("第一条",), ()))
    assert (article.address, article.force) == ("样例规范@2020-01-01/第一条", Force.IN_FORCE)
    assert "修改" not in article.reason
    assert (whole.address, whole.force) == (None, Force.AMENDED)
