"""An answer that can be read by itself: quotes that lean on another provision bring its words along, verbatim."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from factories import HashEncoder

from assistant.answer import Content, work_out
from assistant.answer_model import Answer, Question
from assistant.extracts.reliance import rests_on
from ingest.incoming import Incoming
from ingest.pipeline import ingest_file
from ingest.prepare import Here
from kb import lookup
from kb.crossreferences import Named
from kb.knowledge import KnowledgeBase
from kb.model import Provision, Rung, Source, State
from kb.registry import open_registry
from kb.settings import Settings
from kb.store import open_store

DAY = date(2026, 11, 21)
EGRETS = """样例白鹭饲养管理办法
（2020年1月10日样例总局令第8号公布）
第一条 本办法自2020年3月1日起施行。
第二条 饲养白鹭应当向样例机关领取巢箱证书，巢箱证书的有效期为四年。
除前款规定外，科研机构饲养白鹭应当另行登记。
第三条 白鹭运输应当使用封闭车厢，并随车携带巢箱证书。
第四条 倒卖巢箱证书的，依照本办法第九条处罚。
第五条 违反本办法第三条规定的，责令改正，处五千元罚款。
第六条 白鹭死亡的，应当在三日内报告样例机关，并按照本办法第七条的要求保存记录。
第七条 饲养记录应当保存五年，写明日期、数量和经手人。
第九条 处二万元以上五万元以下的罚款，并收回巢箱证书。
"""


LOCAL = """海南省样例白鹭饲养条例
（2021年1月10日海南省人民代表大会常务委员会通过）
第一条 本条例自2021年3月1日起施行。
第二条 本省饲养白鹭领取的巢箱证书，有效期为六年。
"""


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    settings = Settings(home=tmp_path_factory.mktemp("egrets"))
    made = KnowledgeBase(open_registry(settings), open_store(settings), HashEncoder(), settings.originals)
    for text in (EGRETS, LOCAL):
        (report,) = ingest_file(
            made, Incoming("样例.txt", text.encode()), parser=Here(), source=Source(name="测试"), given={},
            state=State.PUBLISHED, progress=lambda *_: None,
        )  # fmt: skip
        assert report.outcome == "added"
    yield made
    made.close()


def asked(knowledge: KnowledgeBase, question: str) -> Answer:
    made = work_out(knowledge, Question(question=question), today=DAY, content=Content()).answer
    for citation in made.citations:
        document, provision = lookup.locate(knowledge.registry, citation.address, DAY)
        stored = lookup.quotable(knowledge.registry.reading(document.id), provision)
        assert stored[citation.start : citation.end] == citation.quote
    return made


@pytest.mark.parametrize(
    ("question", "quoted", "referred", "why"),
    [
        ("样例白鹭饲养管理办法第四条", ["第四条", "第九条"], [], "the sanction stands elsewhere"),
        ("样例白鹭饲养管理办法第五条", ["第五条", "第三条"], [], "the condition is a number alone"),
        ("样例白鹭饲养管理办法第二条第二款", ["第二条第二款", "第二条第一款"], [], "前款 is needed to read it"),
        ("样例白鹭饲养管理办法第二条", ["第二条"], [], "前款 stands there already"),
        ("样例白鹭饲养管理办法第六条", ["第六条"], ["第七条"], "it can be read without, and may be read on"),
        ("样例白鹭饲养管理办法第三条", ["第三条"], [], "it refers to nothing"),
        ("倒卖白鹭巢箱证书怎么处罚", ["第四条", "第九条"], [], "also where nobody names the article"),
    ],
)
def test_what_a_quote_leans_on_is_quoted_or_named(
    knowledge: KnowledgeBase, question: str, quoted: list[str], referred: list[str], why: str
) -> None:
    made = asked(knowledge, question)
    assert made.outcome == "answered", made.text
    title = "《样例白鹭饲养管理办法》"
    assert [c.label.removeprefix(title) for c in made.citations][: len(quoted)] == quoted, why
    assert [r.passage.label.removeprefix(title) for r in made.cross_references] == referred, why


def test_the_text_labels_what_was_brought_and_numbers_it(knowledge: KnowledgeBase) -> None:
    made = asked(knowledge, "样例白鹭饲养管理办法第四条")
    first, label, second = made.text.split("\n\n")[1:4]
    assert "[1]" in first
    assert label == "其中所引条文："
    assert second.startswith("“处二万元以上五万元以下的罚款，并收回巢箱证书。”[2]")
    assert [c.key for c in made.citations] == ["1", "2"]
    assert made.text.startswith("按2026年11月21日现行文本")


def test_two_texts_that_differ_are_both_shown_and_their_order_is_explained(knowledge: KnowledgeBase) -> None:
    made = asked(knowledge, "《样例白鹭饲养管理办法》第二条第一款和《海南省样例白鹭饲养条例》第二条")
    assert ["四年" in c.quote or "六年" in c.quote for c in made.citations] == [True, True]
    (note,) = made.notes
    assert "[1] 4年与[2] 6年" in note
    assert "只在海南省适用" in note


@pytest.mark.parametrize(
    ("quote", "words", "needed", "why"),
    [
        ("前款规定以外的药品，可以介绍。", "前款", True, "its subject is in the paragraph before"),
        ("到期后，前款规定的人员不得任职。", "前款", True, "not only where it opens the sentence"),
        ("违反前条规定，情节严重的，吊销证书。", "前条", True, "neighbours are never told by their matter"),
        ("违反本法第三条规定的，处罚款。", "本法第三条", True, "a condition by number alone"),
        ("违反本法第三条规定，未登记即开工的，处罚款。", "本法第三条", False, "the condition is told in words"),
        ("有上述行为的，依照本法第九条的规定处罚。", "本法第九条", True, "the sanction stands elsewhere"),
        ("有上述行为的，依照《样例法》第九条给予行政处罚。", "《样例法》第九条", True, "in another law, too"),
        ("责令改正；拒不改正的，依照本法第九条处罚。", "本法第九条", False, "it has a sanction of its own"),
        ("按照本法第七条的要求保存记录。", "本法第七条", False, "a rule that can be read by itself"),
        ("符合本法第七条条件的，发给证书。", "本法第七条", False, "what is wanted is said: the certificate"),
    ],
)
def test_which_quotes_cannot_stand_alone(
    knowledge: KnowledgeBase, quote: str, words: str, needed: bool, why: str
) -> None:
    held = knowledge.registry.document("样例白鹭饲养管理办法@2020-01-10")
    place = Provision(path=("第一条",), rung=Rung.ARTICLE, start=0, body=0, end=1)
    named = Named(by="", words=words, at=quote.index(words), leans=True, document=held, provision=place)
    assert rests_on(quote, named) is needed, why
