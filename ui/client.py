"""The one way the pages reach the system: its HTTP contract, read into types, with failures as sentences.

Every method raises a subclass of `kb.errors.RegkbError`: the one the service named, or `Unavailable` when the service
cannot be reached, so a page can tell "no content" from "no service".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import cast
from urllib.parse import quote

from assistant.answer_model import Answer
from assistant.model import EnterpriseProfile, NavigationResult, PolicyMatch
from kb.model import CrossReference, Passage
from ui.client_desk import DeskClient
from ui.contract import (
    CiteReport,
    Coverage,
    DocumentList,
    DocumentPage,
    ProvisionPage,
    SearchResult,
    TakenIn,
    TemplateRow,
)
from ui.contract_history import Comparison, WaitingRelation
from ui.wire import given, profile_json

UPLOAD_SECONDS = 3600.0
"""A scan is recognised page by page, which takes seconds a page."""


class Client(DeskClient):
    """All calls of the service."""

    def search(
        self,
        query: str,
        *,
        k: int = 10,
        as_of: date | None = None,
        kind: str | None = None,
        sector: str | None = None,
        region: str | None = None,
        document: str | None = None,
        exact_words: bool = False,
    ) -> SearchResult:
        """Passages for a query, best first, of the texts valid on `as_of`: when None, on the day that the query names,
        else today. `exact_words` searches for the words as typed, without corrections."""
        asked = given(q=query, k=k, as_of=as_of, kind=kind, sector=sector, region=region, document=document)
        body = self._json("GET", "/api/search", params=asked | ({"exact_words": "true"} if exact_words else {}))
        body["passages"] = [Passage.model_validate(passage) for passage in body["passages"]]
        brought = body.get("cross_references", ())
        body["cross_references"] = [CrossReference.model_validate(one) for one in brought]
        return cast(SearchResult, body)

    def ask(
        self,
        question: str,
        *,
        as_of: date | None = None,
        history: list[dict[str, str]] | None = None,
        profile: EnterpriseProfile | None = None,
    ) -> Iterator[str | Answer]:
        """Yield the pieces of the answer's text as they are written and, last, the whole checked answer."""
        body = given(question=question, as_of=as_of, history=history, profile=profile_json(profile))
        for name, data in self._events("/api/ask", body, {}):
            if name == "token":
                yield data if isinstance(data, str) else str(data.get("text", ""))
            elif name == "done":
                yield Answer.model_validate(data)

    def provision(self, address: str, as_of: date | None = None) -> ProvisionPage:
        """One provision with its neighbours, references and versions."""
        return cast(ProvisionPage, self._json("GET", f"/api/provisions/{quote(address)}", params=given(as_of=as_of)))

    def navigate(
        self, need: str, profile: EnterpriseProfile | None = None, as_of: date | None = None
    ) -> NavigationResult:
        """The service items for a need in words, in the order in which they are done."""
        body = self._json("POST", "/api/navigate", json=given(need=need, profile=profile_json(profile), as_of=as_of))
        return NavigationResult.model_validate(body)

    def match(self, profile: EnterpriseProfile, as_of: date | None = None) -> list[PolicyMatch]:
        """Every measure with its conditions judged for this firm."""
        body = self._json("POST", "/api/match", json=given(profile=profile_json(profile), as_of=as_of))
        return [PolicyMatch.model_validate(match) for match in body["matches"]]

    def documents(
        self,
        *,
        query: str | None = None,
        kind: str | None = None,
        force: str | None = None,
        state: str | None = None,
        as_of: date | None = None,
        limit: int = 20,
        offset: int = 0,
    ) -> DocumentList:
        """One page of the documents that fit the filters, and how many fit in all; force is that on `as_of`."""
        filters = given(q=query, kind=kind, force=force, state=state, as_of=as_of, limit=limit, offset=offset)
        return cast(DocumentList, self._json("GET", "/api/documents", params=filters))

    def document(self, identity: str, as_of: date | None = None) -> DocumentPage:
        """A document with its whole text as an outline."""
        return cast(DocumentPage, self._json("GET", f"/api/documents/{quote(identity)}", params=given(as_of=as_of)))

    def compare(self, old: str, new: str) -> Comparison:
        """What became of each article from one version to another."""
        return cast(Comparison, self._json("GET", "/api/compare", params=given(old=old, new=new)))

    def cite(self, text: str, as_of: date | None = None) -> CiteReport:
        """Every citation in a text with its verdict."""
        return cast(CiteReport, self._json("POST", "/api/cite", json=given(text=text, as_of=as_of)))

    def waiting_relations(self) -> list[WaitingRelation]:
        """The relations read from texts that wait for a decision (staff)."""
        body = self._json("GET", "/api/relations", params={"waiting": "true"})
        return cast(list[WaitingRelation], body["relations"])

    def review(self, relation: WaitingRelation, *, accepted: bool) -> None:
        """Accept or refuse a waiting relation (staff); an accepted one takes effect at once."""
        named = {name: value for name, value in relation.items() if name in ("document_id", "kind", "address", "title")}
        self._json("POST", "/api/relations/review", json=named | {"accepted": accepted})

    def upload(self, name: str, content: bytes) -> TakenIn:
        """Hand a file in (staff). Its first document comes back as a draft, with a report of every file in it."""
        sent = {"file": (name, content)}
        return cast(TakenIn, self._json("POST", "/api/documents", files=sent, timeout=UPLOAD_SECONDS))

    def comparison(self, identity: str) -> str:
        """Original and repaired text of a document side by side, as an HTML page (staff)."""
        return self._send("GET", f"/api/documents/{quote(identity)}/comparison", timeout=UPLOAD_SECONDS).text

    def original(self, identity: str) -> bytes:
        """The file a document was read from (staff)."""
        return self._send("GET", f"/api/documents/{quote(identity)}/original").content

    def correct(self, identity: str, fields: Mapping[str, object]) -> DocumentPage:
        """Correct fields of a document, or set its state to `published` (staff)."""
        return cast(DocumentPage, self._json("PATCH", f"/api/documents/{quote(identity)}", json=dict(fields)))

    def withdraw(self, identity: str) -> None:
        """Take a document out of search (staff); its text is kept."""
        self._send("DELETE", f"/api/documents/{quote(identity)}")

    def coverage(self) -> Coverage:
        """What the knowledge base holds, and what it does not."""
        return cast(Coverage, self._json("GET", "/api/coverage"))

    def templates(self) -> list[TemplateRow]:
        """The dossier and report templates that can be downloaded."""
        return cast(list[TemplateRow], self._json("GET", "/api/templates"))

    def template(self, identity: str) -> bytes:
        """A template as a Word file."""
        return self._send("GET", f"/api/templates/{quote(identity)}").content
