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

HOSTILE = "<script>document.title='被改'</script>"
TEXT = f"示例机构可以委托他人生产示例品。{HOSTILE}\n委托前应当核对受托方的条件。\n（一）有场地；\n（二）有人员。"
QUOTE = "可以委托他人生产"
START = TEXT.index(QUOTE)
ADDRESS = "示例品条例@2020-01-01/第二条"
DOCUMENT = "示例品条例@2020-01-01"
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
    }


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
)

QUESTION_BACK = answer(
    outcome="clarify",
    text="",
    citations=[],
    clarify={"question": "要变更的是哪一类产品？", "options": ["药品", "医疗器械"]},
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
    "versions": [{"id": DOCUMENT, "version": "2020-01-01", "effective_on": "2020-01-01", "force": "现行有效"}],
}

ROW = {
    "id": DOCUMENT,
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


class World:
    """The contract's answers over the invented texts. `sent` keeps what was asked, for tests of what pages send."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, Any]] = []
        self.state = "draft"

    def reply(self, method: str, path: str, query: dict[str, str], body: Any, headers: dict[str, str]) -> Reply:
        self.sent.append((method, path, query if method == "GET" else body))
        if method in ("PATCH", "DELETE") or (method, path) == ("POST", "/api/documents"):
            if headers.get("authorization") != f"Bearer {TOKEN}":
                return 401, {"error": "NotAllowed", "detail": "工作人员令牌不对，请核对后再试。"}
            self.state = {"PATCH": (body or {}).get("state", self.state), "DELETE": "withdrawn"}.get(method, "draft")
            return 200, {**PAGE, "state": self.state, "reports": [REPORT, FAILED]}
        if path.endswith(("/comparison", "/original")):
            return 200, f"<!doctype html><pre>{HOSTILE}</pre>".encode()
        if path.startswith("/api/provisions/"):
            known = path.endswith(("第二条", "第一条"))
            return (200, PROVISION) if known else (404, {"error": "NotFound", "detail": "本库里没有这一条。"})
        if path.startswith("/api/documents/"):
            return 200, {**PAGE, "state": self.state}
        if path == "/api/search":
            passages = [passage(), passage("部门规章", "已废止")]
            passages = [one for one in passages if query.get("kind") in (None, one["kind"])]
            return 200, {"query": query["q"], "as_of": "2026-11-21", "index_version": "7", "passages": passages}
        if path == "/api/navigate":
            question = {"question": "是哪一类产品？", "options": ["药品", "医疗器械"]}
            return 200, {"items": [ITEM] if "预审" in body["need"] else [], "clarify": question}
        return {
            "/api/match": (200, {"matches": MATCHES}),
            "/api/documents": (200, {"total": 1, "documents": [{**ROW, "state": self.state}]}),
            "/api/coverage": (200, COVERAGE),
            "/api/templates": (200, [{"id": "t1", "title": "示例资料目录", "sectors": ["药品"], "stage": None}]),
        }.get(path, (404, {"error": "NotFound", "detail": "没有这个地址。"}))

    def events(self, body: Any) -> list[tuple[str, Any]]:
        """The event stream of a question: 天气 is refused, 变更怎么办 asked back, 断 breaks off, 停 fails."""
        self.sent.append(("POST", "/api/ask", body))
        question = body["question"]
        if "停" in question:
            return [("error", {"error": "Unavailable", "detail": "索引正在重建，请稍候再试。"})]
        if "断" in question:
            return [("token", {"text": "可以"})]
        whole = REFUSAL if "天气" in question else QUESTION_BACK if question == "变更怎么办" else answer()
        return [("token", {"text": piece}) for piece in whole["text"][:8]] + [("done", whole)]


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
            if path == "/api/ask":
                self.write(200, "text/event-stream", "".join(frame(*one) for one in world.events(body)).encode())
                return
            headers = {name.lower(): value for name, value in self.headers.items()}
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
