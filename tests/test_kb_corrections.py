"""Staff may correct what a text says of itself; the text's own words stay in view, whatever is corrected how often."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from factories import document
from test_kb_knowledge import FIRST, opened, put

from kb.model import CORRECTED, Conflict, Relation
from kb.search import search

STATED = {"effective_on": "本办法自2020年7月1日起施行"}


def shown(conflicts: tuple[Conflict, ...]) -> list[tuple[str, str, str, str]]:
    return [(c.field, c.kept, c.kept_from, c.other) for c in conflicts]


def test_a_correction_against_the_text_is_shown_and_survives_every_reading(tmp_path: Path) -> None:
    knowledge = opened(tmp_path)
    put(knowledge, FIRST, document(evidence=STATED))
    knowledge.edit(document().id, {"effective_on": "2020-09-01"})
    expected = [("effective_on", "2020-09-01", CORRECTED, "2020-07-01")]
    assert shown(knowledge.registry.document(document().id).conflicts) == expected
    assert put(knowledge, FIRST, document(evidence=STATED)) == "unchanged"
    assert put(knowledge, FIRST + "第三条 新增。\n", document(evidence=STATED)) == "changed"
    assert shown(knowledge.registry.document(document().id).conflicts) == expected
    knowledge.close()
    again = opened(tmp_path)
    assert shown(again.registry.document(document().id).conflicts) == expected
    again.close()


@pytest.mark.parametrize(
    ("values", "expected", "why"),
    [
        ([{"effective_on": "2020-09-01"}, {"effective_on": "2020-07-01"}], [], "back to what the text says"),
        (
            [{"effective_on": "2020-09-01"}, {"effective_on": "2021-01-01"}],
            [("effective_on", "2021-01-01", CORRECTED, "2020-07-01")],
            "the second correction stands against the text, not against the first",
        ),
        ([{"issuer": "某局"}], [], "no day and no number"),
        ([{"published_on": "2020-06-01"}], [], "the text does not say it"),
    ],
)
def test_corrections_one_after_another(
    tmp_path: Path, values: list[dict[str, object]], expected: list[tuple[str, str, str, str]], why: str
) -> None:
    knowledge = opened(tmp_path)
    put(knowledge, FIRST, document(evidence=STATED))
    for value in values:
        knowledge.edit(document().id, value)
    assert shown(knowledge.registry.document(document().id).conflicts) == expected, why
    knowledge.close()


def test_an_amending_text_marks_its_places_when_it_comes_and_frees_them_when_it_goes(tmp_path: Path) -> None:
    """Through the whole replace: the notice comes and goes with the order, and reading twice adds nothing."""
    knowledge = opened(tmp_path)
    put(knowledge, FIRST)
    order = document("关于修改药品样例管理办法的决定", version="2024-05-01")
    change = Relation(
        kind="amends",
        path=("第一条",),
        title="药品样例管理办法",
        article="第二条",
        target=("第二条",),
        evidence="修改为",
    )
    put(knowledge, "第一条 将药品样例管理办法第二条修改。\n", order, (change,))
    held = knowledge.registry.document(document().id)
    assert [(a.on, a.places, a.source) for a in held.amendments] == [(date(2024, 5, 1), (("第二条",),), order.id)]
    assert put(knowledge, FIRST) == "unchanged"
    version = knowledge.index_version
    assert put(knowledge, "第一条 将药品样例管理办法第二条修改。\n", order, (change,)) == "unchanged"
    assert knowledge.index_version == version
    passages = {p.article: p for p in search(knowledge, "样例药品 疫苗 委托生产", as_of=date(2026, 11, 21))}
    assert passages["第二条"].notice is not None
    assert passages["第二条"].replaced_by == order.id
    knowledge.withdraw(order.id)
    assert knowledge.registry.document(document().id).amendments == ()
    knowledge.close()
