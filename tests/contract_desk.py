"""A person's own records as the service of `contract_server` keeps them: conversations, ratings, handed-over questions.

Kept in a dictionary, one path for each conversation; a question with the parent of another one begins a branch.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

TURNS = "/api/conversations/{id}/turns"
"""How a question is written down in `World.sent`, whichever conversation it was asked in."""
NOBODY = (401, {"error": "NotAllowed", "detail": "缺少访问者标识。"})
LOST = (404, {"error": "NotFound", "detail": "没有这个对话，或它已被删除。"})
TIME = "2026-11-21T08:00:00Z"

Reply = tuple[int, Any]


class Desk:
    """The conversations of everybody: id → {visitor, title, turns}."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}
        self.rated: list[dict[str, Any]] = []
        self.handed_over: list[dict[str, Any]] = []
        self.stopped: list[str] = []

    def reply(self, method: str, path: str, query: dict[str, str], body: Any, visitor: str) -> Reply:
        if not visitor:
            return NOBODY
        if path == "/api/ratings":
            self.rated.append(body)
            return 204, None
        if path == "/api/unanswered":
            if not body.get("consent"):
                return 422, {"error": "BadInput", "detail": "请先同意。"}
            self.handed_over.append(body)
            return 201, {"id": "u1", "words": "已转给工作人员。"}
        if path == "/api/conversations":
            if method == "POST":
                return 201, self.head(self.begin(visitor))
            own = [one for one, kept in self.kept.items() if kept["visitor"] == visitor]
            found = [self.head(one) for one in reversed(own) if query.get("q", "") in self.kept[one]["title"]]
            at = int(query.get("offset", 0))
            return 200, {"total": len(found), "conversations": found[at : at + int(query.get("limit", 20))]}
        identity, _, rest = path.removeprefix("/api/conversations/").partition("/")
        kept = self.kept.get(identity)
        if kept is None or kept["visitor"] != visitor:
            return LOST
        if rest.endswith("/stop"):
            self.stopped.append(rest.split("/")[1])
            return 202, None
        if method == "PATCH":
            kept["title"] = body["title"]
        if method == "DELETE":
            del self.kept[identity]
            return 204, None
        return 200, self.page(identity, query) if method == "GET" else self.head(identity)

    def begin(self, visitor: str, turns: int = 0, answer: Any = None) -> str:
        """A conversation, with so many answered turns in it."""
        identity = str(UUID(int=len(self.kept) + 1))
        self.kept[identity] = {"visitor": visitor, "title": "", "turns": []}
        for at in range(turns):
            last = self.kept[identity]["turns"][-1]["id"] if at else None
            self.put(identity, {"question": f"第 {at + 1} 问", "parent": last}, answer)
        return identity

    def put(self, identity: str, body: dict[str, Any], answer: Any, failure: str | None = None) -> dict[str, Any]:
        kept = self.kept[identity]
        kept["title"] = kept["title"] or body["question"][:30]
        turn = {
            "id": f"{identity}-{len(kept['turns'])}", "parent": body.get("parent"), "question": body["question"],
            "as_of": body.get("as_of"), "asked_at": TIME, "state": "failed" if failure else "done",
            "failure": failure, "answer": answer, "rating": None,
        }  # fmt: skip
        kept["turns"].append(turn)
        return turn

    def head(self, identity: str) -> dict[str, Any]:
        kept = self.kept[identity]
        return {
            "id": identity, "title": kept["title"], "created_at": TIME, "updated_at": TIME,
            "turns": len(kept["turns"]),
        }  # fmt: skip

    def page(self, identity: str, query: dict[str, str]) -> dict[str, Any]:
        turns = {turn["id"]: turn for turn in self.kept[identity]["turns"]}
        leaf = query.get("leaf") or next(reversed(turns), None)
        path: list[dict[str, Any]] = []
        while leaf:
            path.insert(0, turns[leaf])
            leaf = turns[leaf]["parent"]
        if "before" in query:
            path = path[: [turn["id"] for turn in path].index(query["before"])]
        shown = path[-int(query.get("limit", 30)) :]
        after = {turn["id"]: [one["id"] for one in turns.values() if one["parent"] == turn["parent"]] for turn in shown}
        told = [turn | {"siblings": after[turn["id"]]} for turn in shown]
        return self.head(identity) | {"earlier": len(path) - len(shown), "turns": told}
