"""What the registry reads at once for many instruments is what it reads one by one, and follows every write."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from factories import document, provision

from kb.model import Document, Relation, State
from kb.registry import MANY, Registry, open_registry
from kb.registry_reader import ENDING
from kb.settings import Settings

DAY = date(2026, 11, 21)
TEXT = "第一条 样例。"


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Registry]:
    made = open_registry(Settings(home=tmp_path))
    yield made
    made.close()


def write(registry: Registry, held: Document, *relations: Relation) -> None:
    registry.write(
        held, TEXT, held.id, 1, provisions=[provision("第一条", text=TEXT)], chunks=[], relations=relations,
        repairs=[], notes=[], original=None,
    )  # fmt: skip


def ending(title: str, kind: str = "repeals", **fields: object) -> Relation:
    return Relation.model_validate(
        {"kind": kind, "path": ("第一条",), "title": title, "evidence": f"《{title}》同时废止", **fields}
    )


def filled(registry: Registry) -> list[str]:
    """More instruments than are asked for one by one; each year's text ends that of the year before."""
    names = [f"样例办法第{number}号" for number in range(MANY + 5)]
    for at, name in enumerate(names):
        before = names[at - 1]
        write(
            registry, document(name, version=f"20{at:02}-01-01"), ending(before), ending(before, "amends"),
            ending(names[0], doubt="两份文件同名"), ending(before, "cites"),
        )  # fmt: skip
    write(registry, document("撤回的办法", state=State.WITHDRAWN), ending(names[3]))
    return names


def asked(registry: Registry, names: list[str]) -> list[object]:
    return [registry.relations_to(name, kind) for name in names for kind in (*ENDING, "cites")]


def test_read_at_once_is_read_one_by_one(registry: Registry) -> None:
    """Opening a home reads all repeals at once; a single one left out would bring a dead text back to life."""
    names = filled(registry)
    registry.review("样例办法第7号@2007-01-01", "repeals", ("第一条",), names[0], True, DAY)
    one_by_one = asked(registry, names)
    grounds = [registry.endings.grounds(registry, name) for name in names]
    registry.read_ending_relations()
    assert asked(registry, names) == one_by_one
    assert [registry.endings.grounds(registry, name) for name in names] == grounds
    assert sum(map(len, registry._ending[1].values())) > len(names)


def test_settling_many_is_settling_each(registry: Registry) -> None:
    names = filled(registry)
    each = [changed for name in names for changed in registry.unsettled([name])]
    together = registry.unsettled(names)
    assert sorted(together, key=lambda d: d.id) == sorted(each, key=lambda d: d.id)
    assert sum(changed.repealed_on is not None for changed in together) > MANY


def test_what_was_read_at_once_ends_with_the_next_write(registry: Registry) -> None:
    """A repeal that comes in, is refused, or goes with its text must show at the very next question."""
    names = filled(registry)
    registry.unsettled(names)
    write(registry, document("新来的办法", version="2026-01-01"), ending(names[2]))
    assert "新来的办法@2026-01-01" in {cited.document_id for cited in registry.relations_to(names[2], "repeals")}
    registry.unsettled(names)
    registry.set_state("新来的办法@2026-01-01", State.WITHDRAWN, 1)
    assert "新来的办法@2026-01-01" not in {cited.document_id for cited in registry.relations_to(names[2], "repeals")}
    registry.unsettled(names)
    registry.review("样例办法第3号@2003-01-01", "repeals", ("第一条",), names[2], False, DAY)
    assert registry.relations_to(names[2], "repeals") == []


def test_versions_follow_every_write(registry: Registry) -> None:
    """They are looked up in a map by instrument: it must be made anew with each snapshot."""
    write(registry, document(version="2020-07-01"))
    assert [d.version for d in registry.versions("药品样例管理办法")] == ["2020-07-01"]
    write(registry, document(version="2015-07-01"))
    write(registry, document(version="2024-07-01", state=State.DRAFT))
    assert [d.version for d in registry.versions("药品样例管理办法")] == ["2015-07-01", "2020-07-01"]
    every = registry.versions("药品样例管理办法", published=False)
    assert [d.version for d in every] == ["2015-07-01", "2020-07-01", "2024-07-01"]
    assert registry.versions("没有的办法") == []
