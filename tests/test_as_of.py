"""As of any date, end to end: the same question on another day is answered from what applied on that day.

Own instruments with two versions to come, a repeal and a partial amendment stand beside the national laws, and are
asked for through the API and through the command line.
"""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from factories import HashEncoder
from live import _free_ports

from assistant.api import create_app
from assistant.extracts.stored_quotes import StoredQuoter
from assistant.guidance.match import match
from assistant.model import EnterpriseProfile, Measure
from assistant.service import Service
from ingest.incoming import Incoming
from ingest.limits import Limits
from ingest.pipeline import ingest_file, ingest_paths
from ingest.prepare import Here
from kb.knowledge import KnowledgeBase
from kb.model import Source, State
from kb.registry import open_registry
from kb.settings import Settings
from kb.store import open_store
from ui import cli

TODAY = date(2026, 11, 21)
BEFORE, EARLY, LATER = date(2017, 1, 1), date(2020, 1, 1), date(2027, 6, 1)
HERONS = "样例苍鹭登记管理办法"
TEXTS = {
    "苍鹭2018": f"""{HERONS}
（2018年1月10日样例总局令第3号公布）
第一条 为了规范苍鹭登记，制定本办法。
第二条 苍鹭登记证书的有效期为三年。
第三条 本办法自2018年3月1日起施行。
""",
    "苍鹭2024": f"""{HERONS}
（2018年1月10日样例总局令第3号公布 2024年5月20日样例总局令第12号修订）
第一条 为了规范苍鹭登记，制定本办法。
第二条 苍鹭登记机关应当公开办理时限。
第三条 苍鹭登记证书的有效期为五年。
第四条 本办法自2024年7月1日起施行。
""",
    "苍鹭2027": f"""{HERONS}
（2018年1月10日样例总局令第3号公布 2024年5月20日样例总局令第12号修订 2026年10月8日样例总局令第20号修订）
第一条 为了规范苍鹭登记，制定本办法。
第二条 苍鹭登记机关应当公开办理时限。
第三条 苍鹭登记证书的有效期为十年。
第四条 本办法自2027年2月1日起施行。
""",
    "白鹭": """样例白鹭运输管理规定
（2015年4月2日样例总局令第2号公布）
第一条 为了规范白鹭运输，制定本规定。
第二条 白鹭运输应当使用封闭车厢。
第三条 本规定自2015年6月1日起施行。
""",
    "鹭类": """样例鹭类运输管理办法
（2021年11月3日样例总局令第9号公布）
第一条 为了规范鹭类运输，制定本办法。
第二条 鹭类运输应当随车携带检疫记录。
第三条 本办法自2022年1月1日起施行。《样例白鹭运输管理规定》（样例总局令第2号）同时废止。
""",
    "朱鹮": """样例朱鹮救护管理办法
（2019年2月1日样例总局令第5号公布）
第一条 为了规范朱鹮救护，制定本办法。
第二条 朱鹮救护机构应当在十日内提交救护报告。
第三条 朱鹮救护机构应当保存救护影像。
第四条 本办法自2019年4月1日起施行。
""",
    "决定": """样例总局关于修改《样例朱鹮救护管理办法》的决定
（2025年1月15日样例总局令第15号公布）
样例总局决定对《样例朱鹮救护管理办法》作如下修改：
将第二条修改为：“朱鹮救护机构应当在五日内提交救护报告。”
本决定自2025年3月1日起施行。
""",
}
Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def dated_settings(starter_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A starter home of this file's own with the texts above taken in as a user takes them in."""
    place = tmp_path_factory.mktemp("as-of")
    shutil.copytree(starter_settings.home, place / "home")
    folder = place / "texts"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    api, pages = _free_ports()
    settings = starter_settings.model_copy(update={"home": place / "home", "api_port": api, "ui_port": pages})
    knowledge = KnowledgeBase.open(settings)
    try:
        report = ingest_paths(
            knowledge, [folder], parser=Here(), limits=Limits(), state=State.PUBLISHED, progress=lambda *_: None
        )
    finally:
        knowledge.close()
    assert {file.outcome for file in report.files} == {"added"}, report
    return settings


@pytest.fixture(scope="module")
def client(dated_settings: Settings) -> Iterator[httpx.Client]:
    """A client of a service that runs over this home; the command line finds and uses it, too."""
    app = create_app(Service.open(dated_settings, today=lambda: TODAY))
    config = uvicorn.Config(app, host="127.0.0.1", port=dated_settings.api_port, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    with httpx.Client(base_url=dated_settings.api_url, timeout=60, trust_env=False) as made:
        yield made
    server.should_exit = True
    thread.join(timeout=30)


@pytest.fixture
def api(client: httpx.Client) -> Ask:
    def calls(method: str, path: str, **parts: Any) -> Any:
        response = client.request(method, path, **parts)
        assert response.status_code == 200, response.text
        return response.json()

    return calls


@pytest.fixture
def asked(api: Ask) -> Ask:
    def asks(question: str, day: date | None = None) -> Any:
        return api("POST", "/api/ask", json={"question": question} | ({"as_of": day.isoformat()} if day else {}))

    return asks


@pytest.fixture
def found(api: Ask) -> Ask:
    def finds(question: str, day: date | None = None) -> Any:
        return api("GET", "/api/search", params={"q": question} | ({"as_of": day.isoformat()} if day else {}))

    return finds


# two versions and one to come

VALIDITY = "苍鹭登记证书的有效期"


@pytest.mark.parametrize(
    ("day", "years", "others"),
    [
        (EARLY, "三年", ["五年", "十年"]),
        (date(2024, 6, 30), "三年", ["五年", "十年"]),  # the last day of the old version
        (date(2024, 7, 1), "五年", ["三年", "十年"]),  # the first of the new one
        (None, "五年", ["三年", "十年"]),  # today, where nothing is said
        (LATER, "十年", ["三年", "五年"]),
    ],
)
def test_each_day_has_its_version(asked: Ask, found: Ask, day: date | None, years: str, others: list[str]) -> None:
    body = found(VALIDITY, day)
    texts = [p["text"] for p in body["passages"] if p["title"] == HERONS and "有效期" in p["text"]]
    assert texts == [f"苍鹭登记证书的有效期为{years}。"]
    assert body["as_of"] == (day or TODAY).isoformat()
    answer = asked(f"{VALIDITY}是几年", day)
    when = day or TODAY
    assert answer["text"].startswith(f"按{when.year}年{when.month}月{when.day}日现行文本")
    assert answer["citations"][0]["quote"] == f"苍鹭登记证书的有效期为{years}。"
    assert answer["citations"][0]["notice"] is None
    assert not any(other in answer["text"] for other in others)


def test_before_the_first_version_it_is_not_found_and_shown_only_to_who_cites_it(asked: Ask, found: Ask) -> None:
    assert not any(p["title"] == HERONS for p in found(VALIDITY, BEFORE)["passages"])
    by_matter = asked(f"{VALIDITY}是几年", BEFORE)
    assert HERONS not in by_matter["text"]
    assert "2017年1月1日" in by_matter["text"]
    (citation,) = asked(f"{HERONS}第二条", BEFORE)["citations"]
    assert citation["force"] == "尚未施行"
    assert "2018年3月1日" in citation["notice"]


@pytest.mark.parametrize("question", ["明天广州天气", "《样例没有的法》第五条", "药品管理法第三百条怎么规定"])
def test_a_refusal_says_for_which_day(asked: Ask, question: str) -> None:
    answer = asked(question, EARLY)
    assert (answer["outcome"], "2020年1月1日" in answer["text"]) == ("refused", True)


def test_a_named_edition_is_given_whatever_the_day_with_the_way_to_what_applies(asked: Ask) -> None:
    answer = asked(f"《{HERONS}》（2018年版）第二条")
    (citation,) = answer["citations"]
    assert citation["quote"] == "苍鹭登记证书的有效期为三年。"
    assert citation["force"] == "已被修改"
    assert citation["replaced_by"] == f"{HERONS}@2024-05-20/第三条", "the article moved from 2 to 3"
    assert citation["notice"] in answer["notes"][0]
    assert "现行文本" not in answer["text"]


def test_a_version_to_come_is_shown_only_when_it_is_named(asked: Ask) -> None:
    answer = asked(f"《{HERONS}》（2026年修订）第三条")
    (citation,) = answer["citations"]
    assert (citation["force"], citation["quote"]) == ("尚未施行", "苍鹭登记证书的有效期为十年。")
    assert citation["replaced_by"] == f"{HERONS}@2024-05-20/第三条", "what applies until then"
    assert answer["notes"]


def test_questions_on_versions_state_the_day(asked: Ask) -> None:
    for day, version in ((TODAY, "2024-05-20"), (EARLY, "2018-01-10"), (LATER, "2026-10-08")):
        answer = asked(f"{HERONS}现在是哪个版本", day)
        assert f"按{day.year}年{day.month}月{day.day}日" in answer["text"]
        assert {c["document_id"] for c in answer["citations"]} == {f"{HERONS}@{version}"}


# a repeal by a text of another title


def test_a_repealed_text_is_not_found_by_its_matter(found: Ask) -> None:
    titles = [p["title"] for p in found("白鹭运输应当使用什么车厢")["passages"]]
    assert "样例白鹭运输管理规定" not in titles
    assert found("白鹭运输应当使用什么车厢", EARLY)["passages"][0]["title"] == "样例白鹭运输管理规定"


def test_a_repealed_text_that_is_cited_comes_with_its_end_and_its_successor(asked: Ask, found: Ask) -> None:
    question = "样例白鹭运输管理规定第二条"
    for quoted in (asked(question)["citations"][0], found(question)["passages"][0]):
        assert quoted["force"] == "已废止"
        assert "样例鹭类运输管理办法" in quoted["notice"]
        assert quoted["replaced_by"] == "样例鹭类运输管理办法@2021-11-03"
    answer = asked(question)
    assert "已废止" in answer["text"]
    assert "样例鹭类运输管理办法" in answer["notes"][0]
    then = asked(question, EARLY)
    assert (then["citations"][0]["force"], then["citations"][0]["notice"], then["notes"]) == ("现行有效", None, [])


# documents that are chosen


@pytest.mark.parametrize(
    ("question", "document", "quote"),
    [
        ("白鹭运输应当使用什么车厢", "样例白鹭运输管理规定@2015-04-02", "白鹭运输应当使用封闭车厢。"),
        (f"{HERONS}第二条", f"{HERONS}@2018-01-10", "苍鹭登记证书的有效期为三年。"),
        (f"{VALIDITY}是几年", f"{HERONS}@2026-10-08", "苍鹭登记证书的有效期为十年。"),
    ],
)
def test_who_chooses_a_document_asks_for_it(api: Ask, question: str, document: str, quote: str) -> None:
    """Whatever its force, which the answer then tells."""
    answer = api("POST", "/api/ask", json={"question": question, "documents": [document]})
    assert answer["citations"][0]["quote"] == quote
    assert answer["citations"][0]["notice"] in answer["notes"][0]
    found = api("GET", "/api/search", params={"q": question, "document": document})
    assert {p["document_id"] for p in found["passages"]} == {document}


def test_what_is_not_among_the_chosen_documents_is_not_said_to_be_missing(api: Ask) -> None:
    answer = api("POST", "/api/ask", json={"question": "疫苗管理法第六十八条", "documents": [f"{HERONS}@2024-05-20"]})
    assert answer["outcome"] == "refused"
    assert "没有第六十八条" not in answer["text"]


# single places changed by a later text


def test_a_partial_amendment_touches_its_place_only(asked: Ask) -> None:
    changed = asked("样例朱鹮救护管理办法第二条")["citations"][0]
    assert changed["force"] == "已被修改"
    assert "决定" in changed["notice"]
    assert asked("样例朱鹮救护管理办法第三条")["citations"][0]["force"] == "现行有效"
    assert asked("样例朱鹮救护管理办法第二条", EARLY)["citations"][0]["force"] == "现行有效"


# our own guides


def test_a_guide_tells_that_it_was_written_later(asked: Ask) -> None:
    question = "药物临床试验申请（IND）多少个工作日内没回复算同意"
    then = asked(question, date(2018, 1, 1))["text"]
    assert "非官方文本，20" in then
    assert "说的不是所问日期的法规" in then
    assert "说的不是" not in asked(question)["text"]


# national laws


@pytest.mark.parametrize(
    ("question", "day", "document"),
    [
        ("商标有效期满怎么续展", TODAY, "商标法@2019-04-23"),
        ("商标有效期满怎么续展", date(2027, 1, 2), "商标法@2026-06-26"),
        ("疫苗可以委托生产吗", TODAY, "疫苗管理法@2019-06-29"),
    ],
)
def test_a_law_is_quoted_in_the_version_of_the_day(asked: Ask, question: str, day: date, document: str) -> None:
    answer = asked(question, day)
    assert answer["citations"][0]["document_id"] == document
    assert answer["text"].startswith(f"按{day.year}年")


def test_before_the_vaccine_law_its_words_are_not_found(found: Ask) -> None:
    old = found("疫苗责任强制保险", date(2019, 6, 30))["passages"]
    assert "疫苗管理法" not in {p["title"].removeprefix("中华人民共和国") for p in old}


def test_what_a_law_refers_to_comes_along(found: Ask, asked: Ask) -> None:
    body = found("食品安全法第一百二十九条")
    words = {r["words"]: r["passage"]["label"] for r in body["cross_references"]}
    assert words["本法第一百二十四条"] == "《食品安全法》第一百二十四条"
    answer = asked("食品安全法第一百二十九条")
    articles = [c["article"] for c in answer["citations"]]
    assert articles == ["第一百二十九条", "第一百二十四条", "第一百二十六条"], "the sanctions stand there"
    assert "其中所引条文" in answer["text"]
    assert answer["cross_references"] == [], "what is quoted is not listed again"


# navigation and matching

FIRM = {
    "name": "样例平台", "region": "海南省", "stage": "成长", "kinds": ["研发服务平台"], "sectors": ["药品"],
    "founded": "2024-05-01",
}  # fmt: skip


def test_measures_that_were_not_issued_yet_do_not_match(api: Ask) -> None:
    def ids(day: date) -> set[str]:
        return {m["id"] for m in api("POST", "/api/match", json={"profile": FIRM, "as_of": day.isoformat()})["matches"]}

    assert ids(date(2026, 1, 22)) < ids(TODAY)


@pytest.mark.parametrize(("day", "said"), [(TODAY, False), (date(2015, 1, 1), True)])
def test_a_service_rests_on_what_applies_on_the_day(api: Ask, day: date, said: bool) -> None:
    """On a day before the drug law of 2019 its words are no ground, and the steps are said to be of another day."""
    items = api("POST", "/api/navigate", json={"need": "药品上市许可怎么申请", "as_of": day.isoformat()})["items"]
    assert items
    assert not {c["force"] for item in items for c in item["basis"]} & {"尚未施行", "已废止"}
    assert any(f"{day.year}年{day.month}月{day.day}日并不适用" in item["why"] for item in items) is said


SUPPORT = """样例园区扶持白鹭的若干措施
（2024年1月5日样例园区管委会发布）
第一条 对饲养白鹭的企业给予扶持。
第二条 本措施自2024年2月1日起施行，有效期至2025年12月31日。
"""


@pytest.mark.parametrize(
    ("day", "repealed", "matched", "why"),
    [
        (date(2025, 6, 1), None, True, "within its term"),
        (date(2026, 1, 1), None, False, "run out by its own words"),
        (date(2023, 6, 1), None, False, "not yet in force"),
        (date(2025, 6, 1), date(2025, 6, 2), True, "the day before it was withdrawn"),
        (date(2025, 6, 1), date(2025, 6, 1), False, "withdrawn on that day"),
    ],
)
def test_a_measure_matches_only_while_it_stands(
    tmp_path: Path, day: date, repealed: date | None, matched: bool, why: str
) -> None:
    settings = Settings(home=tmp_path)
    knowledge = KnowledgeBase(open_registry(settings), open_store(settings), HashEncoder(), settings.originals)
    try:
        ingest_file(
            knowledge, Incoming("措施.txt", SUPPORT.encode()), parser=Here(), source=Source(name="测试"), given={},
            state=State.PUBLISHED, progress=lambda *_: None,
        )  # fmt: skip
        measure = Measure.model_validate(
            {
                "id": "X1", "title": "扶持", "region": "样例园区", "addressee": "firm", "support": "扶持",
                "conditions": [], "reference": {"title": "样例园区扶持白鹭的若干措施", "path": ["第一条"]},
                "repealed_on": repealed,
            }
        )  # fmt: skip
        firm = EnterpriseProfile(name="样例")
        found = match(firm, measures=(measure,), quoter=StoredQuoter(knowledge), as_of=day)
    finally:
        knowledge.close()
    assert [m.id for m in found] == ["X1"] * matched, why


# the command line


@pytest.fixture
def run(
    client: httpx.Client, dated_settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """What `regkb WORDS` prints for people; with `fails` its sentence on what is wrong."""
    monkeypatch.setenv("REGKB_HOME", str(dated_settings.home))
    monkeypatch.setenv("REGKB_API_PORT", str(dated_settings.api_port))
    monkeypatch.setenv("COLUMNS", "200")

    def runs(*words: str, fails: bool = False) -> str:
        monkeypatch.setattr(sys, "argv", ["regkb", *words])
        capsys.readouterr()
        code: object = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = ended.code
        said = capsys.readouterr()
        assert bool(code) is fails, said.err
        return said.err if fails else said.out

    return runs


def test_search_on_the_command_line_follows_the_day_and_warns(run: Callable[..., str]) -> None:
    then = run("search", VALIDITY, "-k", "1", "--as-of", "2020-01-01")
    assert "三年" in then
    assert "按 2020-01-01 的文本" in then
    now = run("search", VALIDITY, "-k", "1", "--as-of", "2026-11-21")
    assert "五年" in now
    repealed = run("search", "样例白鹭运输管理规定第二条", "-k", "1", "--as-of", "2026-11-21")
    assert "已废止" in repealed
    assert "接替它的条文：样例鹭类运输管理办法@2021-11-03" in repealed


def test_ask_on_the_command_line_follows_the_day_and_warns(run: Callable[..., str]) -> None:
    then = run("ask", f"{VALIDITY}是几年", "--as-of", "2020-01-01")
    assert "按2020年1月1日现行文本" in then
    assert "三年" in then
    assert "十年" in run("ask", f"{VALIDITY}是几年", "--as-of", "2027-06-01")
    repealed = run("ask", "样例白鹭运输管理规定第二条", "--as-of", "2026-11-21")
    assert "说明" in repealed
    assert "样例鹭类运输管理办法" in repealed


def test_references_are_shown_on_the_command_line(run: Callable[..., str]) -> None:
    shown = run("search", "食品安全法第一百二十九条", "-k", "1", "--as-of", "2026-11-21")
    listed = shown.partition("所引条文")[2]
    assert "《食品安全法》第一百二十四条" in listed
    assert "“本法第一百二十四条”，见 食品安全法@2025-09-12/第一百二十九条" in listed


@pytest.mark.parametrize(
    ("days", "says", "why"),
    [
        (("2017-01-01", "2020-01-01"), "没有《样例苍鹭登记管理办法》在 2017-01-01 执行的版本", "before the first one"),
        (("2019-01-01", "2020-01-01"), "所存的同一版本", "between two changes"),
    ],
)
def test_a_comparison_by_days_names_what_is_not_held(
    run: Callable[..., str], days: tuple[str, str], says: str, why: str
) -> None:
    """The first version that is held must not pass for the one of a day before it."""
    assert says in " ".join(run("compare", HERONS, "--from", days[0], "--to", days[1], fails=True).split()), why
    assert "[-三-]{+五+}年" in run("compare", HERONS, "--from", "2020-01-01", "--to", "2025-01-01")
