"""Checking citations: a made-up quotation, edition or number that passes as valid is worse than no check at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from factories import HashEncoder, chunk, document, provision

from assistant.checking.cite import verify
from assistant.extracts.evidence import gather
from kb.knowledge import KnowledgeBase
from kb.named_places import named_places
from kb.registry import open_registry
from kb.settings import Settings
from kb.store_edge import EdgeStore

DAY = date(2026, 11, 21)
DRUGS = (
    "第一条 持有人可以自行生产样例药品，也可以委托药品生产企业生产。\n"
    "第二条 生产假药的，处货值金额十五倍以上三十倍以下的罚款；\n货值不足10万元的，按10万元计算。\n"
    "第三条 疫苗不得委托生产，国务院另有规定的除外。\n"
)
VACCINES = "第一条 疫苗应当按照批签发要求逐批检验。\n第二条 接种单位应当如实记录接种信息。\n"
RULE = "第一条 召回分为三级，企业应当按级通知。\n"


def put(knowledge: KnowledgeBase, title: str, version: str, text: str) -> None:
    held = document(title, version=version)
    heads = [at for at in range(len(text)) if text[at] == "第" and (at == 0 or text[at - 1] == "\n")]
    articles = [text[a:b].rstrip("\n") for a, b in zip(heads, [*heads[1:], len(text)], strict=True)]
    provisions = [provision(words.split()[0], text=words, within=text) for words in articles]
    chunks = [chunk(p.path[0], text=text[p.body : p.end], title=title, start=p.body) for p in provisions]
    knowledge.replace(held, text, provisions, chunks, (), [], [], (f"{title}{version}.txt", text.encode()))


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    made = KnowledgeBase(open_registry(settings), EdgeStore(settings.index), HashEncoder(), settings.originals)
    put(made, "药品管理法", "2013-12-28", "第一条 旧样例条文，生产应当取得许可。\n")
    put(made, "药品管理法", "2019-08-26", DRUGS)
    put(made, "疫苗管理法", "2019-06-29", VACCINES)
    put(made, "药品召回管理办法", "2022-10-24", RULE)
    yield made
    made.close()


def verdicts(knowledge: KnowledgeBase, text: str) -> list[str]:
    return [c.verdict for c in verify(knowledge.registry, text, as_of=DAY).citations]


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        ("《药品管理法》第一条规定：“持有人可以自行生产样例药品”", ["valid"], "behind, and right"),
        ("《药品管理法》第一条规定：“持有人必须自行生产样例药品”", ["quote_mismatch"], "behind, and made up"),
        (
            "“持有人不得委托任何企业生产”（《药品管理法》第一条）。",
            ["quote_mismatch"],
            "in brackets behind the quotation",
        ),
        (
            "“持有人可以委托一切企业。”（《药品管理法》第一条）",
            ["quote_mismatch"],
            "the full stop inside the quotation",
        ),
        (
            "依据《药品管理法》第一条，我公司认为持有人有很多义务，即「持有人须设三名负责人」。",
            ["quote_mismatch"],
            "far behind",
        ),
        ("『持有人须设三名负责人』见于《药品管理法》第一条。", ["quote_mismatch"], "before the citation"),
        ('《药品管理法》第一条写明"持有人须设三名负责人"。', ["quote_mismatch"], "straight quotation marks"),
        ("《药品管理法》第一条规定：\n“持有人须设三名负责人”", ["quote_mismatch"], "on the next line behind a colon"),
        (
            "《药品管理法》第一条：“持有人可以自行生产样例药品,也可以委托 药品生产企业生产。”",
            ["valid"],
            "width and spaces",
        ),
        ("《药品管理法》第一条：“持有人可以……委托药品生产企业生产”", ["valid"], "words left out are marked"),
        ("《药品管理法》第一条：“委托药品生产企业生产……持有人可以”", ["quote_mismatch"], "the parts in another order"),
        ("《药品管理法》第二条：“按１０万元计算”", ["valid"], "full-width digits are digits"),
        ("《药品管理法》第二条：“按20万元计算”", ["quote_mismatch"], "another number"),
        ("《药品管理法》第二条：“五倍以上三十倍以下的罚款”", ["quote_mismatch"], "十五倍 cut to 五倍"),
        ("《药品管理法》第二条：“0万元的，按10万元计算”", ["quote_mismatch"], "10万元 cut to 0万元"),
        ("《药品管理法》第三条：“得委托生产，国务院另有规定的除外”", ["quote_mismatch"], "不得 cut to 得"),
        ("按《药品管理法》第三条，“三重品种”企业可以享受优惠。", ["valid"], "a short term is no quotation"),
        ("《药品管理法》第三条规定“可以委托生产”。", ["quote_mismatch"], "short, but introduced as its words"),
        (
            "《药品管理法》第一条和第三条：“疫苗不得委托生产”",
            ["valid", "valid"],
            "either of two provisions may hold it",
        ),
        (
            "“持有人可以自行生产样例药品”（《药品管理法》第一条），“疫苗可以不检验就上市”（《疫苗管理法》第一条）",
            ["valid", "quote_mismatch"],
            "the mismatch is the nearest one's",
        ),
        ("《药品管理法》规定：“持有人须设三名负责人”", ["quote_mismatch"], "a whole text is cited"),
        ("《药品管理法》第一条值得一读。他说“今天的会议到此为止吧”。", ["valid"], "another sentence"),
        ("“依据《药品管理法》第一条，持有人应当备案”", ["valid"], "the citation stands inside the quotation"),
    ],
)
def test_quotations_are_compared_with_what_is_cited(
    knowledge: KnowledgeBase, text: str, expected: list[str], why: str
) -> None:
    assert verdicts(knowledge, text) == expected, why


@pytest.mark.parametrize(
    ("text", "compared"),
    [("依据《药品管理法》第一条", False), ("《药品管理法》第一条：“持有人可以自行生产样例药品”", True)],
)
def test_only_a_compared_quotation_is_called_faithful(knowledge: KnowledgeBase, text: str, compared: bool) -> None:
    detail = verify(knowledge.registry, text, as_of=DAY).citations[0].detail
    assert ("原文一致" in detail, "未核对引文" in detail) == (compared, not compared)


@pytest.mark.parametrize(
    ("text", "expected", "address"),
    [
        ("《药品管理法》（2019年修订）第三条", "valid", "药品管理法@2019-08-26/第三条"),
        ("《药品管理法》（2013年修正）第一条", "not_in_force", "药品管理法@2013-12-28/第一条"),
        ("《药品管理法》（2013年修正）第三条", "not_found", None),
        ("《药品管理法》（2015年修正）第三条", "unknown_document", None),
        ("药品管理法（2027）第三条", "unknown_document", None),
        ("美国药品管理法第三条", "unknown_document", None),
    ],
)
def test_the_edition_cited_is_the_one_checked(
    knowledge: KnowledgeBase, text: str, expected: str, address: str | None
) -> None:
    found = verify(knowledge.registry, text, as_of=DAY).citations[0]
    assert (found.verdict, found.address) == (expected, address)


def test_an_edition_that_is_not_held_is_told_with_those_that_are(knowledge: KnowledgeBase) -> None:
    detail = verify(knowledge.registry, "《药品管理法》（2015年修正）第三条", as_of=DAY).citations[0].detail
    assert all(version in detail for version in ("2015年修正", "2013-12-28", "2019-08-26"))


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        ("《药品管理法》第一条……该法第三条", ["valid", "valid"], "该法 is the law before"),
        ("《药品召回管理办法》第一条。该法第一条", ["valid", "ambiguous"], "该法 is no 办法"),
        ("《药品管理法》第一条。该办法第一条", ["valid", "ambiguous"], "该办法 is no 法"),
        ("《药品管理法》第三条，《药品召回管理办法》第一条，该法第三条", ["valid"] * 3, "the last one of its type"),
        ("《药品召回管理办法》第一条。上述规定第一条", ["valid", "valid"], "上述规定 is whatever stood before"),
        ("《药品管理法》第一条、第三条", ["valid", "valid"], "listed right after"),
        ("《药品管理法》第一条要求登记。合同里还要写明第三条", ["valid", "ambiguous"], "a bare number further on"),
        ("《药品管理法》第一条，本公司内部制度第三条", ["valid", "unknown_document"], "a house rule"),
    ],
)
def test_titles_are_inherited_only_by_words_that_stand_for_them(
    knowledge: KnowledgeBase, text: str, expected: list[str], why: str
) -> None:
    assert verdicts(knowledge, text) == expected, why


@pytest.mark.parametrize(
    ("question", "named", "missing", "why"),
    [
        ("药品管理法第三条和药品管理法第九百条", ["药品管理法@2019-08-26/第三条"], ["第九百条"], "one held, one not"),
        (
            "药品管理法第一条和疫苗管理法第二条",
            ["药品管理法@2019-08-26/第一条", "疫苗管理法@2019-06-29/第二条"],
            [],
            "both",
        ),
        ("药品管理法（2015年修正）第三条", [], ["第三条"], "the edition is not held"),
        ("药品管理法（2013年修正）第一条", ["药品管理法@2013-12-28/第一条"], [], "the edition is held"),
        ("美国药品管理法第三条", [], ["第三条"], "another country's law"),
        ("药品管理法新增了3条什么规定", [], [], "a number of articles"),
    ],
)
def test_places_a_question_names_are_held_or_missing(
    knowledge: KnowledgeBase, question: str, named: list[str], missing: list[str], why: str
) -> None:
    places = [f"{p.document.id}/{'/'.join(p.provision.path)}" for p in named_places(knowledge, question, DAY)]
    gathered = gather(knowledge, question, as_of=DAY)
    assert (places, [r.path[0] for r in gathered.missing]) == (named, missing), why


def test_a_question_on_another_country_is_not_answered_by_our_article(knowledge: KnowledgeBase) -> None:
    assert not gather(knowledge, "在美国，药品管理法第三条管用吗", as_of=DAY).sufficient
    assert gather(knowledge, "从美国进口，药品管理法第三条管用吗", as_of=DAY).sufficient
