"""Who holds an old article must be one step from the one that applies, and never be sent to a wrong one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from factories import document, provision

from kb.address import instrument_name
from kb.catalogue import load_catalogue
from kb.lookup import passage
from kb.model import Document, Force, Relation
from kb.registry import Registry, open_registry
from kb.settings import Settings
from kb.succession import notice, successor
from kb.validity import force

TODAY = date(2026, 11, 21)
ARTICLES = (
    "第一条　持有人应当建立样例药品的质量保证体系，配备专门人员独立负责质量管理。",
    "第二条　样例药品的说明书应当经核准，标签应当注明通用名称与生产批号。",
    "第三条　销售样例药品应当向购买者说明用法用量，不得夸大疗效误导公众。",
)


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    made = open_registry(Settings(home=tmp_path))
    yield made
    made.close()


def hold(
    registry: Registry, held: Document, articles: Sequence[str] = ARTICLES, relations: Sequence[Relation] = ()
) -> Document:
    """Write a document of plain articles and settle everything."""
    text = "\n".join(articles) + "\n"
    provisions = [provision(article.split("　")[0], text=article, within=text) for article in articles]
    registry.write(
        held, text, held.id, 1, provisions=provisions, chunks=(), relations=relations, repairs=(), notes=(),
        original=None,
    )  # fmt: skip
    for changed in registry.unsettled({h.document.instrument for h in registry.held().values()}):
        registry.save(changed)
    return registry.document(held.id)


def test_an_article_that_moved_is_found_where_it_stands_now(registry: Registry) -> None:
    """A revision puts an article in front: the link of the old 第三条 leads to 第四条, not to the new 第三条."""
    hold(registry, document("样例办法", version="2019-12-01"))
    moved = ["第一条　为了加强样例药品的管理，制定本办法。"]
    moved += [f"第{n}条{a[3:]}" for n, a in zip("二三四", ARTICLES, strict=True)]
    hold(registry, document("样例办法", version="2024-05-01"), moved)
    old = registry.document("样例办法@2019-12-01")
    told, address = notice(registry, old, TODAY, ("第三条",))
    assert address == "样例办法@2024-05-01/第四条"
    assert told == "这是 2019-12-01 版的文字，自2024年5月1日起由本库所存的后一版本取代，现在执行的是 2024-05-01 版。"


def test_an_article_without_a_counterpart_gets_no_link(registry: Registry) -> None:
    hold(registry, document("样例办法", version="2019-12-01"))
    hold(registry, document("样例办法", version="2024-05-01"), ARTICLES[:2])
    old = registry.document("样例办法@2019-12-01")
    told, address = notice(registry, old, TODAY, ("第三条",))
    assert address is None
    assert told is not None
    assert "没有与这一处对应的条文" in told


def test_a_future_text_names_the_one_that_is_applied_now(registry: Registry) -> None:
    """商标法 of 2027: a public record calls it 现行有效; until then the version of 2019 is applied."""
    hold(registry, document("样例法", version="2019-04-23"))
    new = hold(registry, document("样例法", version="2026-06-26", effective_on=date(2027, 1, 1)))
    assert notice(registry, new, TODAY, ("第二条",)) == (
        "自2027年1月1日起施行，2026年11月21日尚未施行，现在执行的是 2019-04-23 版。",
        "样例法@2019-04-23/第二条",
    )
    assert notice(registry, new, date(2027, 1, 1), ("第二条",)) == (None, None)


def test_a_chain_of_repeals_ends_at_the_text_that_applies(registry: Registry) -> None:
    """甲 was repealed by 乙 and 乙 by 丙: whoever cites 甲 is sent to 丙."""
    first = hold(registry, document("甲办法", version="2007-01-01"))
    for title, version, old in (("乙办法", "2014-01-01", "甲办法"), ("丙办法", "2020-01-01", "乙办法")):
        clause = Relation(kind="repeals", path=("第一条",), title=old, evidence=f"《{old}》同时废止")
        hold(registry, document(title, version=version), relations=(clause,))
    first = registry.document(first.id)
    found = successor(registry, first, TODAY)
    assert found is not None
    assert (found.title, found.document_id, found.on) == ("丙办法", "丙办法@2020-01-01", date(2014, 1, 1))
    told, address = notice(registry, first, TODAY)
    assert address == "丙办法@2020-01-01"
    assert told is not None
    assert "见《乙办法》（2014-01-01 版）：“《甲办法》同时废止”，现在看《丙办法》" in told


def test_a_doubtful_clause_ends_nothing_until_staff_have_looked(registry: Registry) -> None:
    hold(registry, document("甲办法", version="2007-01-01"))
    clause = Relation(
        kind="repeals", path=("第一条",), title="甲办法", evidence="甲办法废止", doubt="题名可能指别的文件"
    )
    hold(registry, document("乙办法", version="2014-01-01"), relations=(clause,))
    assert registry.document("甲办法@2007-01-01").repealed_on is None


def test_a_change_of_one_place_is_told_there_and_nowhere_else(registry: Registry) -> None:
    hold(registry, document("样例条例", version="2019-12-01"))
    change = Relation(
        kind="amends", path=("第一条",), title="样例条例", article="第二条", target=("第二条",), evidence="第二条修改为"
    )
    decision = document("关于修改样例条例的决定", version="2024-05-01", number="国务院令第797号")
    hold(registry, decision, relations=(change,))
    held = registry.document("样例条例@2019-12-01")
    shown = [
        passage(registry, held, registry.reading(held.id).provisions[(name,)], TODAY, score=1.0, found_by=("exact",))
        for name in ("第一条", "第二条")
    ]
    assert [p.force for p in shown] == [Force.IN_FORCE, Force.AMENDED]
    assert (shown[0].notice, shown[0].replaced_by) == (None, None)
    assert shown[1].replaced_by == decision.id
    assert shown[1].notice == (
        "这是 2019-12-01 版的文字，第二条自2024年5月1日起被国务院令第797号修改：“第二条修改为”，"
        "现在看《关于修改样例条例的决定》。"
    )


def test_an_article_repealed_alone_leads_to_the_text_that_did_it(registry: Registry) -> None:
    hold(registry, document("样例条例", version="2019-12-01"))
    repeal = Relation(
        kind="repeals", path=("第三条",), title="样例条例", article="第二条", target=("第二条",),
        evidence="《样例条例》第二条同时废止。",
    )  # fmt: skip
    new = hold(registry, document("新样例办法", version="2024-05-01"), relations=(repeal,))
    old = registry.document("样例条例@2019-12-01")
    told, address = notice(registry, old, TODAY, ("第二条",))
    assert (force(old, TODAY, ("第二条",)), address) == (Force.REPEALED, new.id)
    assert told is not None
    assert "第二条自2024年5月1日起被《新样例办法》废止：“《样例条例》第二条同时废止”" in told
    assert force(old, TODAY, ("第三条",)) is Force.IN_FORCE


def test_an_outdated_edition_is_not_offered_as_what_applies_instead(registry: Registry) -> None:
    """两高 2017 年的解释 gave way to a text of which only the edition of 2014 is held."""
    entries = load_catalogue(Settings().data / "catalogue.yaml")
    newer = {e.title: e for e in entries if any(v.effective_on for v in e.versions)}
    ended = next(e for e in entries if e.repealed_on and e.replaced_by in newer and e.issued_on)
    by = newer[str(ended.replaced_by)]
    assert ended.issued_on is not None
    hold(registry, document(instrument_name(by.title), version=ended.issued_on.isoformat()))
    held = hold(registry, document(instrument_name(ended.title), version=ended.issued_on.isoformat()))
    found = successor(registry, held, TODAY)
    assert found is not None
    assert (found.title, found.address) == (ended.replaced_by, None)


def test_an_article_that_is_put_in_changes_no_words_that_stood(registry: Registry) -> None:
    """增加一条，作为第二条: the old 第二条 only moves on; calling it changed would be false."""
    hold(registry, document("样例条例", version="2019-12-01"))
    put_in = Relation(
        kind="amends", path=("第一条",), title="样例条例", article="第二条", target=("第二条",),
        evidence="增加一条，作为第二条",
    )  # fmt: skip
    changed = put_in.model_copy(update={"target": ("第三条",), "evidence": "将第三条修改为"})
    hold(registry, document("关于修改样例条例的决定", version="2024-05-01"), relations=(put_in, changed))
    held = registry.document("样例条例@2019-12-01")
    assert [a.places for a in held.amendments] == [(("第三条",),)]


def test_what_only_the_catalogue_knows_is_named_as_not_held(registry: Registry) -> None:
    """药品流通监督管理办法: its successor is in the catalogue and not loaded; no address may be made up for it."""
    entry = next(
        e for e in load_catalogue(Settings().data / "catalogue.yaml") if e.repealed_on and e.replaced_by and e.issued_on
    )
    assert entry.issued_on is not None
    held = hold(registry, document(entry.title.removeprefix("中华人民共和国"), version=entry.issued_on.isoformat()))
    told, address = notice(registry, held, TODAY)
    assert address is None
    assert told is not None
    assert str(entry.replaced_by) in told
    assert told.endswith("本库未收录。")
