"""A real service over a few invented provisions, ready at once: real registry, index, search, desk and HTTP; with a
language model where a server stands for one."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
from scripted_model import Say, ScriptedModel, Step
from small_library import LAW, empty_library, put

from assistant.generation.llm import open_model
from assistant.service import Service
from kb.settings import Settings
from ui.access import InProcess

TODAY = date(2026, 11, 21)
TITLE = "白鹭制剂管理法"
TEXT = (
    "第一条 白鹭制剂的持有人应当在三十日内向省级药品监督管理部门报告制剂的不良反应。\n"
    "第二条 白鹭制剂的持有人可以自行生产制剂，也可以委托符合条件的企业生产。\n"
    "第三条 白鹭制剂的标签应当注明生产日期、有效期和贮藏条件。\n"
    "第四条 白鹭制剂的经营企业应当建立进货查验记录制度，记录保存不少于五年。\n"
)
QUESTION = "白鹭制剂的不良反应应当在多少日内报告"
ANOTHER = "白鹭制剂的标签应当注明什么"


def small_service(home: Path, model: ScriptedModel | None = None, **settings: Any) -> Service:
    """Open it, without any of the content of the product; the caller closes it."""
    home.mkdir(parents=True, exist_ok=True)
    if model:
        settings |= {"llm_url": model.url, "llm_model": "scripted"}
    chosen = Settings(home=home, **settings)
    knowledge = empty_library(home)
    if not knowledge.registry.held():
        put(knowledge, TITLE, TEXT, **LAW)
    return Service(
        settings=chosen, knowledge_or_none=knowledge, trouble=None, items=(), paths=(), measures=(), catalogue=(),
        templates=(), staff_token="secret", today=lambda: TODAY, model=open_model(chosen),
    )  # fmt: skip


def repeating(between: float = 0.0) -> Callable[[dict[str, Any]], Step]:
    """A model that says the first sentence of every provision it was given to read, with its key, so that all of it is
    grounded; `between` seconds lie between the pieces."""

    def step(body: dict[str, Any]) -> Step:
        lines = body["messages"][-1]["content"].splitlines()
        said = [
            f"{words.split(' ', 1)[-1].split('。')[0]}[{head[1:5]}]。"
            for head, words in pairwise(lines)
            if head.startswith("[") and head[5:6] == "]"
        ]
        return Say("\n".join(said), between=between, size=8)

    return step


def one_person(service: Service) -> httpx.Client:
    """Somebody who was not here before; the service outlives the client."""
    headers = {"X-Regkb-Visitor": secrets.token_urlsafe(24)}
    return httpx.Client(base_url="http://regkb", transport=InProcess(service), headers=headers)
