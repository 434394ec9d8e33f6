"""Everything the service needs at hand, opened once: the knowledge base and the content we wrote."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Lock
from typing import Any, Protocol, TypeVar

from assistant.extracts.authorities import Authority, load_authorities
from assistant.extracts.stored_quotes import StoredQuoter
from assistant.generation.llm import Model, open_model
from assistant.guidance.match import load_measures
from assistant.guidance.navigate import load_items, load_paths
from assistant.guidance.templates import Template, load_templates
from assistant.model import Measure, RegulatoryPath, ServiceItem
from assistant.question.followup_model import Completer
from assistant.question.known_errors import NOTHING_KNOWN, KnownErrors, load_known_errors
from assistant.question.rewrite import Rewriter, open_rewriter
from kb.catalogue import CatalogueEntry, load_catalogue
from kb.errors import Unavailable
from kb.knowledge import KnowledgeBase
from kb.model import Kind, Passage
from kb.search import Filters, search
from kb.settings import Settings

PRODUCT = "regkb"
STAFF_ONLY = "此操作需要工作人员令牌。令牌在首次启动时打印，也保存在数据目录的 staff_token 文件中。"
TOKEN_FILE = "staff_token"  # noqa: S105 - the name of a file, not a secret


class Closeable(Protocol):
    def close(self) -> None: ...


Part = TypeVar("Part", bound=Closeable)


class Parts:
    """Things a service needs only sometimes: each made at its first use, one of a kind, all closed with the service."""

    def __init__(self) -> None:
        self._made: dict[type[Any], Any] = {}
        self._making = Lock()

    def get(self, kind: type[Part], make: Callable[[], Part]) -> Part:
        with self._making:
            if kind not in self._made:
                self._made[kind] = make()
            part: Part = self._made[kind]
            return part

    def close(self) -> None:
        """Closed outside the lock: what is being closed may wait for a thread that asks for another part."""
        while made := self._taken():
            made.close()

    def _taken(self) -> Closeable | None:
        with self._making:
            return self._made.popitem()[1] if self._made else None


@dataclass(frozen=True)
class Service:
    """`knowledge` is None when the index or encoder cannot be used; `trouble` then says why and what to do. `model` is
    there where the settings name a language model, and `completer` with it, which makes follow-ups whole; `rewriter`
    where they ask it for other words of a question."""

    settings: Settings
    knowledge_or_none: KnowledgeBase | None
    trouble: str | None
    items: Sequence[ServiceItem]
    paths: Sequence[RegulatoryPath]
    measures: Sequence[Measure]
    catalogue: Sequence[CatalogueEntry]
    templates: Sequence[Template]
    staff_token: str
    today: Callable[[], date]
    known_errors: KnownErrors = NOTHING_KNOWN
    authorities: Sequence[Authority] = ()
    rewriter: Rewriter | None = None
    model: Model | None = None
    completer: Completer | None = None
    parts: Parts = field(default_factory=Parts)

    @classmethod
    def open(cls, settings: Settings, today: Callable[[], date] = date.today) -> Service:
        knowledge, trouble = None, None
        try:
            knowledge = KnowledgeBase.open(settings, today)
        except Unavailable as error:
            trouble = str(error)
        data = settings.data
        catalogue = knowledge.registry.catalogue if knowledge else load_catalogue(data / "catalogue.yaml")
        model = open_model(settings)
        return cls(
            settings=settings, knowledge_or_none=knowledge, trouble=trouble, items=load_items(data / "services.yaml"),
            paths=load_paths(data / "paths.yaml"), measures=load_measures(data / "measures.yaml"),
            catalogue=catalogue, known_errors=load_known_errors(data / "premises.yaml"),
            authorities=load_authorities(data / "authorities.yaml"),
            templates=load_templates(data / "templates"),
            staff_token=staff_token(settings.home), today=today,
            rewriter=open_rewriter(model, settings.query_model), model=model,
            completer=Completer(model) if model else None,
        )  # fmt: skip

    @property
    def knowledge(self) -> KnowledgeBase:
        if self.knowledge_or_none is None:
            raise Unavailable(self.trouble or "知识库没有打开。")
        return self.knowledge_or_none

    @property
    def quoter(self) -> StoredQuoter:
        return StoredQuoter(self.knowledge)

    def search(self, query: str, as_of: date, kinds: tuple[Kind, ...]) -> Sequence[Passage]:
        return search(self.knowledge, query, as_of=as_of, filters=Filters(kinds=kinds))

    def may_write(self, authorization: str) -> bool:
        """Whether an Authorization header carries the staff token; an empty one never does."""
        token = authorization.removeprefix("Bearer ").strip()
        return bool(token) and secrets.compare_digest(token.encode(), self.staff_token.encode())

    def close(self) -> None:
        self.parts.close()
        if self.knowledge_or_none:
            self.knowledge_or_none.close()


def home_mark(settings: Settings) -> str:
    """A mark of the data folder, by which a client knows that the service on the port is its own; not its path."""
    return hashlib.sha256(str(settings.home.resolve()).encode()).hexdigest()[:16]


def staff_token(home: Path) -> str:
    """The token of the staff, made at first start and kept readable by its owner alone. There is no default."""
    place = home / TOKEN_FILE
    token = place.read_text(encoding="utf-8").strip() if place.exists() else ""
    if token:
        return token
    home.mkdir(parents=True, exist_ok=True)
    partial = home / f".{TOKEN_FILE}.{os.getpid()}"
    partial.touch(mode=0o600)
    partial.write_text(secrets.token_urlsafe(32), encoding="utf-8")
    partial.replace(place)  # whole or not at all: an empty token would make everybody staff
    return place.read_text(encoding="utf-8").strip()
