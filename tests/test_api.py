"""The contract of the HTTP API, driven over the starter knowledge base as a client would."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from urllib.parse import unquote
from uuid import uuid4

import httpx
import pytest
from docx import Document as WordDocument

from assistant.service import Service
from kb.model import Citation, Passage
from ui.access import InProcess

TODAY = date(2026, 11, 21)


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    with httpx.Client(base_url="http://regkb", transport=InProcess(service)) as made:
        yield made


@pytest.fixture
def staff(service: Service) -> dict[str, str]:
    return {"Authorization": f"Bearer {service.staff_token}"}


def asked(client: httpx.Client, question: str, as_of: date = TODAY) -> dict[str, object]:
    response = client.post("/api/ask", json={"question": question, "as_of": as_of.isoformat()})
    assert response.status_code == 200, response.text
    body: dict[str, object] = response.json()
    return body


def labels(body: dict[str, object]) -> list[str]:
    citations = body["citations"]
    assert isinstance(citations, list)
    return [c["label"] for c in citations]


@pytest.mark.parametrize(
    ("question", "label", "why"),
    [
        ("药品上市许可持有人可以委托生产吗", "《药品管理法》第三十二条", "yes-no with exceptions"),
        ("临床试验申请多少个工作日内没回复算同意", "《药品管理法》第十九条", "a deadline in lay words"),
        ("疫苗可以委托生产吗", "《疫苗管理法》第二十二条", "the special law, not the general one"),
        ("药品管理法第一百二十三条", "《药品管理法》第一百二十三条", "a place named in so many words"),
        ("生产假药罚多少", "《药品管理法》第一百一十六条", "the general penalty before the aggravated ones"),
        ("公司注册资本多久缴足", "《公司法》第四十七条", "a founder's question outside drug law"),
    ],
)
def test_a_founder_gets_the_right_article_first(client: httpx.Client, question: str, label: str, why: str) -> None:
    body = asked(client, question)
    assert body["outcome"] == "answered"
    assert labels(body)[0].startswith(label), why


def test_the_version_in_force_on_the_date_asked_is_named(client: httpx.Client) -> None:
    """The version of 2027 is loaded, published and must not be passed off as today's."""
    body = asked(client, "商标法现在执行哪个版本")
    assert [c["document_id"] for c in body["citations"]] == ["商标法@2019-04-23"]  # type: ignore[attr-defined]
    assert "2027年1月1日起施行" in str(body["text"])
    assert "尚未施行" in str(body["text"])
    later = asked(client, "商标法现在执行哪个版本", date(2027, 1, 2))
    assert [c["document_id"] for c in later["citations"]] == ["商标法@2026-06-26"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("question", ["明天广州天气", "帮我写首诗"])
def test_what_is_not_ours_is_refused_with_a_way_forward(client: httpx.Client, question: str) -> None:
    body = asked(client, question)
    assert body["outcome"] == "refused"
    assert "知识库没有依据" in str(body["text"])
    assert body["citations"] == []
    assert body["next_steps"]


def test_an_article_that_does_not_exist_is_said_so(client: httpx.Client) -> None:
    body = asked(client, "药品管理法第三百条怎么规定")
    assert body["outcome"] == "refused"
    assert "没有第三百条" in str(body["text"])


def test_a_law_that_is_not_loaded_is_not_answered_from_another(client: httpx.Client) -> None:
    body = asked(client, "《药品管理法实施条例》第五条是什么")
    assert body["outcome"] == "refused"
    assert "没有收录《药品管理法实施条例》" in str(body["text"])


def test_every_quote_is_a_slice_of_the_provision_at_its_address(client: httpx.Client) -> None:
    for question in ("什么样的药算假药", "开药店需要什么条件", "药品广告谁来审批"):
        for found in asked(client, question)["citations"]:  # type: ignore[attr-defined]
            citation = Citation.model_validate(found)
            page = client.get(f"/api/provisions/{citation.address}", params={"as_of": TODAY.isoformat()}).json()
            assert page["text"][citation.start : citation.end] == citation.quote


def test_the_same_question_gives_the_same_answer(client: httpx.Client) -> None:
    first, second = asked(client, "药品召回谁负责"), asked(client, "药品召回谁负责")
    assert {k: v for k, v in first.items() if k != "seconds"} == {k: v for k, v in second.items() if k != "seconds"}


def test_the_stream_ends_with_the_same_answer(client: httpx.Client) -> None:
    question = {"question": "疫苗可以委托生产吗", "as_of": TODAY.isoformat()}
    response = client.post("/api/ask", json=question, headers={"Accept": "text/event-stream"})
    events = [block.split("\n", 1) for block in response.text.strip().split("\n\n")]
    read = [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in events]
    done = read[-1]
    assert done[0] == "done"
    assert "".join(data["text"] for name, data in read if name == "token") == done[1]["text"]
    assert [data["key"] for name, data in read if name == "citation"] == [c["key"] for c in done[1]["citations"]]


def test_search_gives_passages_with_their_force(client: httpx.Client) -> None:
    body = client.get("/api/search", params={"q": "药品委托生产", "k": 5, "as_of": TODAY.isoformat()}).json()
    passages = [Passage.model_validate(p) for p in body["passages"]]
    assert len(passages) == 5
    fields = {"query", "as_of", "index_version", "passages", "cross_references", "understood", "notes", "context"}
    assert fields == set(body)
    assert all(str(p.force) == "现行有效" for p in passages if p.kind == "法律")


def test_search_filters_by_kind_and_document(client: httpx.Client) -> None:
    by_kind = client.get("/api/search", params={"q": "委托生产", "kind": "办事指南"}).json()["passages"]
    assert {p["kind"] for p in by_kind} == {"办事指南"}
    only = client.get("/api/search", params={"q": "委托生产", "document": "疫苗管理法@2019-06-29"}).json()["passages"]
    assert {p["document_id"] for p in only} == {"疫苗管理法@2019-06-29"}


def test_before_it_took_effect_a_law_is_not_found(client: httpx.Client) -> None:
    before = {"q": "疫苗责任强制保险", "as_of": "2019-06-30"}
    assert "疫苗管理法@2019-06-29" not in {
        p["document_id"] for p in client.get("/api/search", params=before).json()["passages"]
    }


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("依据《药品管理法》第三十二条", "valid"),
        ("依据《药品管理法》第三百条", "not_found"),
        ("依据《药品管理法》第三十二条第九款", "not_found"),
        ("依据药品管理法实施条例第五条", "unknown_document"),
        ("依据《医疗保障法》第一条", "not_in_force"),
        (
            "《药品管理法》第三十二条规定：“药品上市许可持有人可以自行生产药品，也可以委托药品生产企业销售”",
            "quote_mismatch",
        ),
        ("《药品管理法》第三十二条规定：“药品上市许可持有人可以自行生产药品”", "valid"),
        ("依据第五条", "ambiguous"),
    ],
)
def test_citations_in_a_text_are_judged(client: httpx.Client, text: str, verdict: str) -> None:
    body = client.post("/api/cite", json={"text": text, "as_of": TODAY.isoformat()}).json()
    assert [c["verdict"] for c in body["citations"]] == [verdict]
    for found in body["citations"]:
        assert text[found["span"][0] : found["span"][1]] == found["raw"]


def test_the_reader_gets_a_provision_in_its_surroundings(client: httpx.Client) -> None:
    page = client.get("/api/provisions/药品管理法/第三十二条/第二款", params={"as_of": TODAY.isoformat()}).json()
    assert page["document_id"] == "药品管理法@2019-08-26"
    assert page["label"] == "《药品管理法》第三十二条第二款"
    assert page["previous"]["label"] == "《药品管理法》第三十一条"
    assert page["next"]["label"] == "《药品管理法》第三十三条"
    assert page["trail"] == ["第三章 药品上市许可持有人"]


def test_unknown_addresses_and_bad_requests_are_sentences(client: httpx.Client) -> None:
    missing = client.get("/api/provisions/不存在的法/第一条")
    assert (missing.status_code, missing.json()["error"]) == (404, "NotFound")
    bad = client.get("/api/search", params={"q": "药", "k": 0})
    assert (bad.status_code, bad.json()["error"]) == (422, "BadInput")


def test_documents_are_listed_with_force_and_evidence(client: httpx.Client) -> None:
    body = client.get("/api/documents", params={"q": "商标法", "as_of": TODAY.isoformat()}).json()
    assert {d["id"]: d["force"] for d in body["documents"]} == {
        "商标法@2019-04-23": "现行有效",
        "商标法@2026-06-26": "尚未施行",
    }
    page = client.get("/api/documents/药品管理法").json()
    assert page["counts"]["条"] == 155
    assert page["versions"][0]["id"] == "药品管理法@2019-08-26"


def test_upload_publish_withdraw(client: httpx.Client, staff: dict[str, str]) -> None:
    """A docx uploaded on the page is searchable after publishing and gone after withdrawal."""
    word = WordDocument()
    for line in (
        "样例生物园区器械共享管理办法",
        "第一条 园区企业可以预约共享离心设备蓝鲸一号。",
        "第二条 本办法自2026年1月1日起施行。",
    ):
        word.add_paragraph(line)
    data = io.BytesIO()
    word.save(data)
    files = {"file": ("园区办法.docx", data.getvalue())}
    assert client.post("/api/documents", files=files).status_code == 401

    taken = client.post("/api/documents", files=files, headers=staff)
    assert taken.status_code == 201, taken.text
    document = taken.json()
    assert (document["state"], document["effective_on"]) == ("draft", "2026-01-01")
    assert [entry["label"] for entry in document["provisions"] if entry["label"].startswith("第")] == [
        "第一条",
        "第二条",
    ]

    def found() -> bool:
        passages = client.get("/api/search", params={"q": "预约共享离心设备蓝鲸一号"}).json()["passages"]
        return document["id"] in {p["document_id"] for p in passages}

    path = f"/api/documents/{document['id']}"
    assert not found()
    assert client.get(path).status_code == 401, "a draft is for staff only"
    assert client.patch(path, json={"issuer": "样例园区管委会"}, headers=staff).json()["issuer"] == "样例园区管委会"
    assert client.patch(path, json={"state": "published"}, headers=staff).json()["state"] == "published"
    assert found()
    assert client.delete(path, headers=staff).status_code == 204
    assert not found()


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("空.txt", b"", "空"),  # an empty file must be named as such
        ("表.exe", b"MZ\x90\x00\x03", "exe"),  # a type we do not read
    ],
)
def test_a_bad_upload_is_refused_with_its_reason(
    client: httpx.Client, staff: dict[str, str], name: str, data: bytes, words: str
) -> None:
    response = client.post("/api/documents", files={"file": (name, data)}, headers=staff)
    assert response.status_code == 415
    assert words in response.json()["detail"]


@pytest.mark.parametrize("given", ["[]", "{", "[" * 100_000, '{"title": "\\ud800"}'])
def test_a_record_that_is_none_is_refused(client: httpx.Client, staff: dict[str, str], given: str) -> None:
    """What comes with a file is a stranger's too: nested without end, or half a character, it is no fault of ours."""
    files = {"file": ("记录.txt", "第一条 样例。".encode())}
    response = client.post("/api/documents", files=files, data={"given": given}, headers=staff)
    assert (response.status_code, "given" in response.json()["detail"]) == (422, True)


GUIDE = """样例白鹭平台收费指引
第一条 白鹭平台每次收费应当公示，公示编号为{number}。
第二条 本指引自2026年2月1日起施行，有效期至2028年1月31日。
"""


def packed(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def test_an_archive_comes_back_with_a_report_of_every_file(client: httpx.Client, staff: dict[str, str]) -> None:
    """A firm sends a folder as one zip; what could not be read must be said beside what could."""
    guide = GUIDE.format(number=uuid4().hex)  # new to a home that is kept between runs, too
    data = packed({"坏.pdf": b"%PDF-1.4 broken", "指引.txt": guide.encode()})
    taken = client.post("/api/documents", files={"file": ("资料.zip", data)}, headers=staff)
    assert taken.status_code == 201, taken.text
    body = taken.json()
    outcomes = {r["path"].rsplit("/", 1)[-1]: r["outcome"] for r in body["reports"]}
    assert outcomes.pop("坏.pdf") == "failed"
    assert list(outcomes) == ["指引.txt"]
    assert (body["title"], body["expires_on"]) == ("样例白鹭平台收费指引", "2028-01-31")
    assert body["report"]["outcome"] in ("added", "changed")
    again = client.post("/api/documents", files={"file": ("资料.zip", data)}, headers=staff)
    assert again.status_code == 200, "nothing new came in"


def test_an_archive_without_a_readable_file_is_refused_with_every_reason(
    client: httpx.Client, staff: dict[str, str]
) -> None:
    data = packed({"甲.pdf": b"%PDF-1.4 broken", "空.txt": b" "})
    refused = client.post("/api/documents", files={"file": ("资料.zip", data)}, headers=staff)
    assert (refused.status_code, refused.json()["error"]) == (415, "UnreadableFile")
    assert "甲.pdf" in refused.json()["detail"]
    assert "空.txt" in refused.json()["detail"]


@pytest.mark.parametrize("name", ["指引.txt", '恶"意\r\n名.txt', "../../指引.txt", "C:\\资料\\指引.txt"])
def test_staff_get_the_original_back_byte_for_byte(client: httpx.Client, staff: dict[str, str], name: str) -> None:
    """Under its own name, whatever that name tries to be: a path or a second header."""
    text = f"样例{len(name)}号苍鹭规定\n第一条 苍鹭{len(name)}号应当登记。\n".encode("gb18030")
    taken = client.post("/api/documents", files={"file": (name, text)}, headers=staff).json()
    path = f"/api/documents/{taken['id']}/original"
    assert client.get(path).status_code == 401
    back = client.get(path, headers=staff)
    assert (back.status_code, back.content) == (200, text)
    disposition = back.headers["content-disposition"]
    assert disposition.startswith("attachment; filename*=utf-8''")
    assert not set("/\\") & set(unquote(disposition))
    assert back.headers["x-content-type-options"] == "nosniff"


def test_the_comparison_is_a_page_that_can_do_nothing(client: httpx.Client, staff: dict[str, str]) -> None:
    text = "样例夜鹭规定\n第一条 <script>alert(1)</script>夜鹭应当登记。\n"
    taken = client.post("/api/documents", files={"file": ("夜鹭.txt", text.encode())}, headers=staff).json()
    path = f"/api/documents/{taken['id']}/comparison"
    assert client.get(path).status_code == 401
    page = client.get(path, headers=staff)
    assert page.status_code == 200, page.text
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "sandbox" in page.headers["content-security-policy"]
    assert "夜鹭应当登记" in re.sub(r"<[^>]+>", "", page.text)
    assert "<script" not in page.text


@pytest.mark.parametrize("what", ["comparison", "original"])
def test_a_law_from_a_database_has_no_original(client: httpx.Client, staff: dict[str, str], what: str) -> None:
    missing = client.get(f"/api/documents/药品管理法@2019-08-26/{what}", headers=staff)
    assert (missing.status_code, missing.json()["error"]) == (404, "NotFound")
    assert "没有保存原件" in missing.json()["detail"]
    assert client.get("/api/documents/药品管理法").json()["original"] is None


def test_a_lost_original_is_said_to_be_lost(client: httpx.Client, staff: dict[str, str], service: Service) -> None:
    """The registry names it and the disk has lost it: a matter for verify, not for the reader."""
    data = "样例海鸥规定\n第一条 海鸥应当登记。\n".encode()
    taken = client.post("/api/documents", files={"file": ("鸥.txt", data)}, headers=staff).json()
    place = service.knowledge.original(taken["source"]["sha256"])
    place.unlink()
    missing = client.get(f"/api/documents/{taken['id']}/original", headers=staff)
    place.write_bytes(data)
    assert missing.status_code == 404
    assert "regkb verify" in missing.json()["detail"]


def test_navigation_gives_the_steps_in_order(client: httpx.Client) -> None:
    body = client.post("/api/navigate", json={"need": "二类医疗器械首次注册要走哪些步骤"}).json()
    ids = [item["id"] for item in body["items"]]
    assert [i for i in ids if i in ("G10", "G11", "G12", "G13")] == ["G10", "G11", "G12", "G13"]


def test_templates_are_served_as_word_files(client: httpx.Client) -> None:
    listed = client.get("/api/templates").json()
    assert len(listed) >= 10
    data = client.get(f"/api/templates/{listed[0]['id']}").content
    assert len(WordDocument(io.BytesIO(data)).paragraphs) > 3


def test_coverage_says_what_is_held_and_what_is_not(client: httpx.Client) -> None:
    body = client.get("/api/coverage").json()
    assert body["documents"] > 50
    assert "部门规章" in body["not_loaded"]
    assert 0 < body["catalogue"]["loaded"] < body["catalogue"]["known"]


def test_health_and_readiness(client: httpx.Client) -> None:
    assert client.get("/healthz").json()["product"] == "regkb"
    assert client.get("/readyz").json()["status"] == "ok"
