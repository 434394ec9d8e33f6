"""A server that speaks the HTTP contract over a handful of invented texts, so that pages can be drawn without an index.

It stands for the service only in tests of layout, escaping and error manners; journeys run against the real one.
The law in it is made up, and its title carries a script tag on purpose.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from contract_desk import LOST, TURNS, Desk

TYPO, MEANT = "药品管里法", "药品管理法"
HOSTILE = "<script>document.title='被改'</script>"
TEXT = f"示例机构可以委托他人生产示例品。{HOSTILE}\n委托前应当核对受托方的条件。\n（一）有场地；\n（二）有人员。"
QUOTE = "可以委托他人生产"
START = TEXT.index(QUOTE)
ADDRESS = "示例品条例@2020-01-01/第二条"
DOCUMENT = "示例品条例@2020-01-01"
PLACE = f"{ADDRESS}~{START}-{START + len(QUOTE)}"
"""The quoted words as the address of a page names them."""
NEWER = "示例品条例@2025-01-01/第三条"
NOTICE = f"示例品条例已于2025年1月1日被新的示例品条例取代{HOSTILE}。"
CITED = {
    "第二条": ("valid", "与库中条文一致。", None),
    "第九十条": ("not_found", f"示例品条例共 2 条，没有第九十条{HOSTILE}。", None),
    "第八条": ("not_in_force", NOTICE, NEWER),
}
"""What the checker of citations finds in a text, with verdict, detail and successor."""
TOKEN = "工作人员令牌".encode().hex()

Reply = tuple[int, Any]
Route = Callable[[dict[str, str], Any, dict[str, str]], Reply]


def citation(key: str = "1") -> dict[str, Any]:
    return {
        "key": key,
        "address": ADDRESS,
        "document_id": DOCUMENT,
        "title": f"示例品条例{HOSTILE}",
        "label": f"《示例品条例{HOSTILE}》第二条",
        "article": "第二条",
        "quote": QUOTE,
        "start": START,
        "end": START + len(QUOTE),
        "force": "现行有效",
        "effective_on": "2020-01-01",
        "source": {"name": "示例", "url": None, "sha256": None, "licence": None},
    }


def passage(kind: str = "行政法规", force: str = "现行有效") -> dict[str, Any]:
    return {
        "address": ADDRESS,
        "document_id": DOCUMENT,
        "title": f"示例品条例{HOSTILE}",
        "label": f"《示例品条例{HOSTILE}》第二条",
        "article": "第二条",
        "path": ["第二条"],
        "text": TEXT,
        "kind": kind,
        "force": force,
        "effective_on": "2020-01-01",
        "repealed_on": None,
        "score": 0.9,
        "found_by": ["dense", "lexical"],
        "notice": None if force == "现行有效" else NOTICE,
        "replaced_by": NEWER if force == "已废止" else None,
    }


def cross_reference() -> dict[str, Any]:
    """What the words of the invented article refer to."""
    named = {"address": f"{DOCUMENT}/第一条", "label": f"《示例品条例{HOSTILE}》第一条", "article": "第一条"}
    return {"by": ADDRESS, "words": f"依照本条例第一条{HOSTILE}", "passage": passage() | named}


def answer(**changed: Any) -> dict[str, Any]:
    return {
        "answer_id": "a1",
        "outcome": "answered",
        "text": f"可以委托他人生产[1]，但[9]要核对条件。{HOSTILE}",
        "citations": [citation()],
        "clarify": None,
        "next_steps": ["核对受托方的条件"],
        "suggestions": ["受托方要有什么条件"],
        "reason": None,
        "as_of": "2026-11-21",
        "mode": "extractive",
        "index_version": "7",
        "nearest": [],
        "seconds": {"retrieve": 0.1},
        "cross_references": [cross_reference()],
        "notes": [f"行政法规高于部门规章{HOSTILE}。"],
        **changed,
    }


REFUSAL = answer(
    outcome="refused",
    text="检索了 1 部文件，没有与天气有关的内容。",
    reason="没有足够相关的条款",
    citations=[],
    nearest=[passage()],
    next_steps=["换一种说法", "到文件库查看是否已经收录"],
    suggestions=[],
    cross_references=[],
    notes=[],
)

QUESTION_BACK = answer(
    outcome="clarify",
    text="",
    citations=[],
    clarify={"question": "要变更的是哪一类产品？", "options": ["药品", "医疗器械"]},
    cross_references=[],
    notes=[],
    next_steps=[],
    suggestions=[],
)

PROVISION = {
    **{name: passage()[name] for name in passage() if name not in ("score", "found_by")},
    "number": None,
    "issuer": "示例机关",
    "source": {"name": "示例", "url": "https://example.org/law", "sha256": None, "licence": None},
    "start": 10,
    "end": 10 + len(TEXT),
    "previous": {"address": f"{DOCUMENT}/第一条", "label": "《示例品条例》第一条"},
    "next": None,
    "before": [{"address": f"{DOCUMENT}/第一条", "label": "《示例品条例》第一条", "text": "为示例，制定本条例。"}],
    "after": [],
    "trail": ["第一章　总则"],
    "cites": [{"label": "第九条", "address": None, "title": "未收录的示例法"}],
    "cited_by": [{"label": "第三条", "address": f"{DOCUMENT}/第三条", "title": "示例品条例"}],
    "versions": [
        {
            "id": DOCUMENT, "version": "2020-01-01", "effective_on": "2020-01-01", "repealed_on": None,
            "force": "现行有效", "address": ADDRESS, "reason": "自2020年1月1日起施行。",
        },
        {
            "id": "示例品条例@2025-01-01", "version": "2025-01-01", "effective_on": "2025-01-01", "repealed_on": None,
            "force": "尚未施行", "address": NEWER, "reason": f"自2025年1月1日起施行{HOSTILE}。",
        },
        {
            "id": "示例品条例@2010-01-01", "version": "2010-01-01", "effective_on": "2010-01-01",
            "repealed_on": "2020-01-01", "force": "已废止", "address": None, "reason": "已被2020年版取代。",
        },
    ],
    "reason": f"依据：自2020年1月1日起施行{HOSTILE}",
    "cross_references": [cross_reference()],
}  # fmt: skip

REPEALED = PROVISION | {
    "force": "已废止", "notice": NOTICE, "replaced_by": NEWER, "article": "第八条", "cross_references": [],
}  # fmt: skip

ROW = {
    "id": DOCUMENT,
    "version": "2020-01-01",
    "title": f"示例品条例{HOSTILE}",
    "kind": "行政法规",
    "level": "行政法规",
    "number": None,
    "issuer": "示例机关",
    "region": None,
    "sectors": ["药品"],
    "topics": ["示例主题"],
    "stages": ["生产"],
    "issued_on": None,
    "published_on": "2019-12-01",
    "effective_on": "2020-01-01",
    "expires_on": "2029-12-31",
    "repealed_on": None,
    "force": "现行有效",
    "state": "published",
    "source": {"name": "示例"},
    "counts": {"条": 2},
    "evidence": {"effective_on": "自2020年1月1日起施行"},
}


def entry(path: str, text: str, heading: str | None = None, children: list[Any] | None = None) -> dict[str, Any]:
    return {
        "address": f"{DOCUMENT}/{path}",
        "label": path,
        "heading": heading,
        "text": text,
        "page": None,
        "children": children or [],
    }


PAGE = {
    **ROW,
    "provisions": [entry("第一章", "总则", "总则", [entry("第一条", "为示例，制定本条例。"), entry("第二条", TEXT)])],
    "repairs": [
        {"step": "网页页眉页脚", "before": f"首页 > 示例{HOSTILE}", "after": "", "at": 0, "certain": True},
        {"step": "全角空格", "before": "第 二 条", "after": "第二条", "at": 3, "certain": False},
        {"step": "识别存疑", "before": "场地", "after": "场地", "at": 9, "certain": False},
    ],
    "notes": [f"第 3 页识别可信度较低{HOSTILE}"],
    "original": f"示例{HOSTILE}.docx",
    "missing": ["number"],
    "versions": PROVISION["versions"],
    "relations": [],
}

REPORT = {
    "path": "示例.docx", "outcome": "added", "document_id": DOCUMENT, "title": f"示例品条例{HOSTILE}",
    "kind": "行政法规",
    "counts": {"条": 2}, "repairs": 3, "warnings": [f"第 3 页识别可信度低{HOSTILE}"], "reason": None,
}  # fmt: skip

FAILED = REPORT | {
    "path": f"包.zip/坏{HOSTILE}.pdf", "outcome": "failed", "document_id": None, "title": None, "kind": None,
    "counts": {}, "repairs": 0, "warnings": [], "reason": f"不是完整的 PDF 文件{HOSTILE}。",
}  # fmt: skip

COVERAGE = {
    "documents": 1,
    "provisions": 2,
    "as_of": "2026-11-21",
    "newest_text": "2026-11-21",
    "index_version": "7",
    "by_kind": {"行政法规": 1},
    "not_loaded": ["部门规章"],
    "catalogue": {"known": 3, "loaded": 1},
}

ITEM = {
    "id": "X1",
    "name": f"示例预审{HOSTILE}",
    "why": "正在准备示例申请",
    "stage": "申报前",
    "channel": "线下",
    "fee": None,
    "materials": None,
    "steps": ["提交资料", "当面沟通"],
    "time_limit": None,
    "basis": [citation()],
}

MATCHES = [
    {
        "id": f"M{at}",
        "title": f"示例措施{at}{HOSTILE}",
        "level": level,
        "conditions": [{"text": "注册在示例地区", "field": "region", "verdict": verdict, "citation": citation()}],
        "missing": ["注册地"] if verdict == "unknown" else [],
        "support": "服务",
        "amount": None,
        "window": None,
        "region": "示例地区",
        "citation": citation(),
    }
    for at, (level, verdict) in enumerate([("match", "met"), ("potential", "unknown"), ("no", "unmet")])
]


def cited_in(text: str) -> list[dict[str, Any]]:
    """The places of `CITED` that a text names, in its order."""
    found = [
        {
            "raw": raw, "span": [at, at + len(raw)], "address": ADDRESS if verdict == "valid" else None,
            "label": None, "verdict": verdict, "detail": detail, "force": None, "replaced_by": replaced_by,
            "quote": None,
        }
        for raw, (verdict, detail, replaced_by) in CITED.items()
        for at in [text.find(raw)]
        if at >= 0
    ]  # fmt: skip
    return sorted(found, key=lambda place: place["span"])


OLDER = "示例品条例@2010-01-01"
HISTORY = {
    "reason": f"自2020年1月1日起施行{HOSTILE}",
    "timeline": [
        {
            "on": "2010-01-01", "kind": "version", "words": "2010 年版施行", "document_id": OLDER,
            "title": "示例品条例", "evidence": None, "current": False,
        },
        {
            "on": "2020-01-01", "kind": "repealed", "words": f"旧版同时废止{HOSTILE}", "document_id": DOCUMENT,
            "title": "示例品条例", "evidence": f"旧版同时废止{HOSTILE}", "current": True,
        },
        {
            "on": "2024-05-01", "kind": "amended", "words": "第二条被修改", "document_id": "修改决定@2024-05-01",
            "title": f"修改决定{HOSTILE}", "evidence": "将第二条修改为", "current": True,
        },
    ],
    "conflicts": [
        {
            "field": "effective_on", "kept": "2020-01-01", "kept_from": "原文：自2020年1月1日起施行",
            "other": "2019-11-05", "other_from": f"来源记录{HOSTILE}",
        }
    ],
    "amendments": [
        {
            "on": "2024-05-01", "places": [["第二条"], ["第二条", "第二款"]], "by": f"《修改决定{HOSTILE}》",
            "source": "修改决定@2024-05-01", "evidence": f"将第二条修改为{HOSTILE}",
        }
    ],
    "relations": [
        {
            "kind": "implements", "address": f"{DOCUMENT}/第一条", "title": f"示例法{HOSTILE}", "article": None,
            "number": None, "evidence": "根据示例法", "doubt": None, "target": [], "document_id": None,
        },
        {
            "kind": "cites", "address": f"{DOCUMENT}/第二条", "title": f"示例品条例{HOSTILE}", "article": "第一条",
            "number": None, "evidence": "本条例第一条", "doubt": None, "target": ["第一条"], "document_id": DOCUMENT,
        },
        {
            "kind": "repeals", "address": f"{DOCUMENT}/第二条", "title": "旧办法", "article": None, "number": None,
            "evidence": f"旧办法同时废止{HOSTILE}", "doubt": "两份文件同名", "target": [], "document_id": "旧办法@2001",
        },
    ],
    "incoming": [
        {
            "kind": "cites", "address": f"细则@2021/第{at}条", "title": f"示例细则{at % 20}", "article": f"第{at}条",
            "number": None, "evidence": "依照条例", "doubt": None, "target": [], "document_id": f"细则@{at % 20}",
        }
        for at in range(40)
    ],
}  # fmt: skip
"""What the page of a document holds about time and other texts."""


def compared_change(how: str, old: str | None, new: str | None, marks: list[tuple[str, str]]) -> dict[str, Any]:
    """One row of a comparison, from the numbers of both sides and the runs of its words."""

    def side(number: str | None, document: str, own: str) -> dict[str, Any] | None:
        words = "".join(text for op, text in marks if op in ("same", own))
        return number and {"address": f"{document}/{number}", "label": f"《示例品条例》{number}", "text": words}

    return {
        "how": how, "likeness": 0.9, "old": side(old, OLDER, "removed"), "new": side(new, DOCUMENT, "added"),
        "marks": [{"op": op, "text": text} for op, text in marks],
    }  # fmt: skip


COMPARISON = {
    "old": {"id": OLDER, "title": "示例品条例", "version": "2010-01-01", "effective_on": None, "force": "已废止"},
    "new": {"id": DOCUMENT, "title": "示例品条例", "version": "2020-01-01", "effective_on": None, "force": "现行有效"},
    "counts": {"same": 1, "renumbered": 1, "changed": 1, "added": 1, "removed": 1},
    "changes": [
        compared_change("same", "第一条", "第一条", [("same", f"为示例，制定本条例{HOSTILE}。")]),
        compared_change("changed", "第二条", "第三条", [
            ("same", "应当在"), ("removed", "十五"), ("added", f"三十{HOSTILE}"), ("same", "日内报告。\n"),
            ("same", "（一）有场地。"),
        ]),
        compared_change("renumbered", "第四条", "第五条", [("same", "由示例机关解释。")]),
        compared_change("added", None, "第六条", [("added", "新增一条。")]),
        compared_change("removed", "第七条", None, [("removed", "删去一条。")]),
    ],
}  # fmt: skip

WAITING = [
    {
        "document_id": DOCUMENT, "document_title": f"示例品条例{HOSTILE}", "kind": kind, "address": ADDRESS,
        "title": f"旧办法{at}{HOSTILE}", "article": None, "number": None, "evidence": f"旧办法同时废止{HOSTILE}",
        "doubt": f"有两份同名文件{HOSTILE}",
    }
    for at, kind in enumerate(("repeals", "amends", "implements", "cites"))
]  # fmt: skip


class World:
    """The contract's answers over the invented texts. `sent` keeps what was asked, for tests of what pages send."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, Any]] = []
        self.state = "draft"
        self.waiting = list(WAITING)
        self.desk = Desk()

    def reply(self, method: str, path: str, query: dict[str, str], body: Any, headers: dict[str, str]) -> Reply:
        self.sent.append((method, path, query if method == "GET" else body))
        if path.startswith(("/api/conversations", "/api/ratings", "/api/unanswered")):
            return self.desk.reply(method, path, query, body, headers.get("x-regkb-visitor", ""))
        if method in ("PATCH", "DELETE") or (method, path) == ("POST", "/api/documents"):
            if headers.get("authorization") != f"Bearer {TOKEN}":
                return 401, {"error": "NotAllowed", "detail": "工作人员令牌不对，请核对后再试。"}
            self.state = {"PATCH": (body or {}).get("state", self.state), "DELETE": "withdrawn"}.get(method, "draft")
            return 200, {**PAGE, "state": self.state, "reports": [REPORT, FAILED]}
        if path.endswith(("/comparison", "/original")):
            return 200, f"<!doctype html><pre>{HOSTILE}</pre>".encode()
        if path.startswith("/api/provisions/"):
            if path.endswith("第八条"):
                return 200, REPEALED
            known = path.endswith(("第二条", "第一条", NEWER))
            return (200, PROVISION) if known else (404, {"error": "NotFound", "detail": "本库里没有这一条。"})
        if path.startswith("/api/documents/"):
            return 200, {**PAGE, **HISTORY, "state": self.state}
        if path.startswith("/api/relations"):
            if headers.get("authorization") != f"Bearer {TOKEN}":
                return 401, {"error": "NotAllowed", "detail": "工作人员令牌不对，请核对后再试。"}
            if method == "POST":
                self.waiting = [one for one in self.waiting if one["title"] != body["title"]]
            return 200, {"relations": self.waiting}
        if path == "/api/search":
            day = query.get("as_of", "2026-11-21")
            passages = [passage(force="现行有效" if day >= "2020" else "尚未施行"), passage("部门规章", "已废止")]
            passages = [one for one in passages if query.get("kind") in (None, one["kind"])]
            mended = TYPO in query["q"] and "exact_words" not in query
            corrections = [{"said": TYPO, "meant": MEANT, "why": "pinyin"}] if mended else []
            notes = [f"已把“{TYPO}”按“{MEANT}”检索。"] * mended + [f"读作：{HOSTILE}"]
            found = {
                "passages": passages, "cross_references": [cross_reference()], "notes": notes,
                "understood": {"question": query["q"], "corrections": corrections, "expansions": [], "parts": []},
            }  # fmt: skip
            return 200, {"query": query["q"], "as_of": day, "index_version": "7", **found, "context": None}
        if path == "/api/cite":
            return 200, {"citations": cited_in(body["text"])}
        if path == "/api/navigate":
            question = {"question": "是哪一类产品？", "options": ["药品", "医疗器械"]}
            return 200, {"items": [ITEM] if "预审" in body["need"] else [], "clarify": question}
        return {
            "/api/compare": (200, COMPARISON),
            "/api/match": (200, {"matches": MATCHES}),
            "/api/documents": (200, {"total": 1, "documents": [{**ROW, "state": self.state}]}),
            "/api/coverage": (200, COVERAGE),
            "/api/templates": (200, [{"id": "t1", "title": "示例资料目录", "sectors": ["药品"], "stage": None}]),
        }.get(path, (404, {"error": "NotFound", "detail": "没有这个地址。"}))

    def events(self, body: Any) -> list[tuple[str, Any]]:
        """The event stream of a question: 天气 is refused, 变更怎么办 asked back, 断 breaks off, 停 fails."""
        question = body["question"]
        if "停" in question:
            return [("error", {"error": "Unavailable", "detail": "索引正在重建，请稍候再试。"})]
        if "断" in question:
            return [("token", {"text": "可以"})]
        whole = REFUSAL if "天气" in question else QUESTION_BACK if question == "变更怎么办" else answer()
        return [("token", {"text": piece}) for piece in whole["text"][:8]] + [("done", whole)]

    def turn_events(self, path: str, body: Any, headers: dict[str, str]) -> list[tuple[str, Any]] | Reply:
        """The same in a conversation, where the turn is written down."""
        identity = path.split("/")[3]
        kept = self.desk.kept.get(identity)
        if kept is None or kept["visitor"] != headers.get("x-regkb-visitor"):
            return LOST
        self.sent.append(("POST", TURNS, body))
        events = self.events(body)
        name, last = events[-1]
        failure = last["detail"] if name == "error" else None if name == "done" else "中断"
        turn = self.desk.put(identity, body, last if name == "done" else None, failure)
        return [("turn", {"id": turn["id"], "parent": turn["parent"]}), *events]


@contextmanager
def serving(world: Any) -> Iterator[str]:
    """Serve a world on a free port of this machine and give its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *arguments: object) -> None:
            """Nothing on the terminal."""

        def handle_any(self) -> None:
            parts = urlsplit(self.path)
            path, query = unquote(parts.path), {name: one[-1] for name, one in parse_qs(parts.query).items()}
            raw = self.rfile.read(int(self.headers.get("content-length") or 0))
            is_json = "json" in (self.headers.get("content-type") or "")
            body = json.loads(raw) if raw and is_json else None
            headers = {name.lower(): value for name, value in self.headers.items()}
            if path == "/api/ask" or path.endswith("/turns"):
                asked = path == "/api/ask"
                events = world.events(body) if asked else world.turn_events(path, body, headers)
                if isinstance(events, list):
                    self.write(200, "text/event-stream", "".join(frame(*one) for one in events).encode())
                    return
                status, reply = events
            else:
                status, reply = world.reply(self.command, path, query, body, headers)
            if isinstance(reply, bytes):
                self.write(status, "application/octet-stream", reply)
            else:
                self.write(status, "application/json", json.dumps(reply, ensure_ascii=False).encode())

        def write(self, status: int, kind: str, content: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_DELETE = handle_any  # noqa: N815 - names the standard library looks for

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def frame(name: str, data: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"
