"""Real seeds and rules, where they lie beside the checkout: the second acceptance line, end to end.

A newcomer's clone has no `../shared`; then these are skipped. A few files stand for the corpus here; the whole of it is
prepared in `test_ingest_corpus.py`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from assistant.model import EnterpriseProfile
from assistant.service import Service
from eval.run import evaluate
from ingest.limits import Limits
from ingest.pipeline import ingest_paths
from ingest.prepare import Here
from kb.knowledge import KnowledgeBase
from kb.model import State
from kb.settings import Settings
from ui.access import InProcess
from ui.evaluated import HttpApi

SHARED = Path(__file__).parents[2] / "shared"
TODAY = date(2026, 11, 21)
FILES = (
    "seeds/guangzhou_platform_guide.txt",
    "seeds/hainan_measures_scraped.txt",
    "corpus_docx/药品注册管理办法.docx",
    "corpus_docx/药品生产监督管理办法.docx",
    "corpus_docx/医疗器械注册与备案管理办法.docx",
    "corpus_docx/医疗器械监督管理条例.docx",
)
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="没有 ../shared（真实文本），略过真实语料测试")


@pytest.fixture(scope="module")
def client(starter_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    home = tmp_path_factory.mktemp("corpus") / "home"
    shutil.copytree(starter_settings.home, home)
    settings = Settings(home=home, embed_threads=1)
    knowledge = KnowledgeBase.open(settings)
    report = ingest_paths(
        knowledge, [SHARED / name for name in FILES], parser=Here(), limits=Limits(), state=State.PUBLISHED,
        progress=lambda *_: None,
    )  # fmt: skip
    knowledge.close()
    assert [f for f in report.files if f.outcome in ("failed", "skipped")] == []
    with httpx.Client(base_url="http://regkb", transport=InProcess(Service.open(settings))) as made:
        yield made


def asked(client: httpx.Client, question: str) -> dict[str, object]:
    body: dict[str, object] = client.post("/api/ask", json={"question": question, "as_of": TODAY.isoformat()}).json()
    return body


@pytest.mark.parametrize(
    ("question", "title", "words"),
    [
        ("药品注册证书有效期届满前多久申请再注册", "药品注册管理办法", "届满前六个月"),
        ("技术服务平台固定人员不少于多少人", "广州市黄埔区生物医药聚集区监管技术服务平台建设指南", "不少于10人"),
        ("海南支持概念验证中心吗", "若干措施", "概念验证"),
        ("药品上市许可持有人可以委托生产吗", "中华人民共和国药品管理法", "也可以委托药品生产企业生产"),
        ("临床试验申请多少个工作日内没回复算同意", "中华人民共和国药品管理法", "六十个工作日"),
        ("生产假药罚多少", "中华人民共和国药品管理法", "十五倍以上三十倍以下"),
    ],
)
def test_the_rule_that_answers_is_quoted(client: httpx.Client, question: str, title: str, words: str) -> None:
    body = asked(client, question)
    assert body["outcome"] == "answered"
    first = body["citations"][0]  # type: ignore[index]
    assert title in first["title"]
    assert words in str(body["text"])


def test_the_hainan_text_is_clean_simplified(client: httpx.Client) -> None:
    """The scraped copy is traditional with pinyin in brackets; what is quoted must not be."""
    for citation in asked(client, "海南支持概念验证中心吗")["citations"]:  # type: ignore[attr-defined]
        assert not set("醫藥關於監術臺產") & set(citation["quote"])
        assert "(jiān)" not in citation["quote"]


def matched(client: httpx.Client, profile: EnterpriseProfile) -> dict[str, dict[str, object]]:
    body = {"profile": profile.model_dump(mode="json"), "as_of": TODAY.isoformat()}
    return {m["id"]: m for m in client.post("/api/match", json=body).json()["matches"]}


def test_a_guangzhou_start_up_is_matched_to_the_pre_review_and_to_nothing_in_hainan(client: httpx.Client) -> None:
    profile = EnterpriseProfile.model_validate(
        {
            "name": "样例生物",
            "region": "广州市黄埔区",
            "kinds": ["研发"],
            "sectors": ["药品"],
            "stage": "初创",
            "products": [{"name": "样例新药", "phase": "准备IND"}],
        }
    )
    found = matched(client, profile)
    assert found["G07"]["level"] == "match"
    assert {m["level"] for i, m in found.items() if i.startswith("H")} <= {"no"}


def test_a_hainan_platform_is_matched_with_the_words_of_the_conditions(client: httpx.Client) -> None:
    profile = EnterpriseProfile.model_validate(
        {"name": "样例中试", "region": "海南省海口市", "kinds": ["研发服务平台"], "sectors": ["药品"]}
    )
    found = matched(client, profile)
    taken = [m for i, m in found.items() if i.startswith("H") and m["level"] == "match"]
    assert taken
    for measure in taken:
        assert measure["amount"] is None
        quoted = [c["citation"]["quote"] for c in measure["conditions"] if c["citation"]]  # type: ignore[attr-defined]
        assert quoted


def test_steps_of_a_class_two_device_carry_their_grounds(client: httpx.Client) -> None:
    items = client.post("/api/navigate", json={"need": "二类医疗器械首次注册要走哪些步骤"}).json()["items"]
    ids = [item["id"] for item in items]
    assert [i for i in ids if i in ("G10", "G11", "G12", "G13")] == ["G10", "G11", "G12", "G13"]
    assert all(item["basis"] for item in items if item["id"] in ("G10", "G12", "G13"))


def test_every_quote_over_the_real_rules_is_verbatim(client: httpx.Client) -> None:
    """As for the starter base, with seeds and rules loaded: outlines, tables and repaired text are quoted, too."""
    suite = Settings().data / "eval" / "core.jsonl"
    run = evaluate(suite, HttpApi(client), seed=7)
    scored = {case.id: case.scores["Quote exactness"] for case in run.cases if "Quote exactness" in case.scores}
    assert len(scored) > 80
    assert {name: score.why for name, score in scored.items() if score.value < 1} == {}
