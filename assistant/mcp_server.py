"""The tools that other assistants are given by the Model Context Protocol: find, read, check, ask and match.

The tools speak to the system by its HTTP contract, through whatever the caller hands in: a running service, or the same
API in this process.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from importlib.metadata import version
from typing import Annotated, Any, Protocol, TypeVar
from urllib.parse import quote

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field

from assistant.answer_model import Answer, CiteReport, Mode, Turn
from assistant.export.plain import source_line, with_sources
from assistant.model import EnterpriseProfile, PolicyMatch
from assistant.reading.pages import ProvisionPage
from assistant.reading.searched import Searched
from assistant.service import PRODUCT
from kb.errors import RegkbError
from kb.model import NOT_STATED, Frozen, Kind, Sector

TITLE = "生物医药法规知识库"
INSTRUCTIONS = (
    "中国药品、医疗器械、化妆品法规。引用法规时：先用 search 或 ask 找到条款，用 get_provision 读原文，"
    "写完后用 verify_citations 核对文中的每一处引用。每个条款都注明在 as_of 那一天的效力；不写 as_of 就是今天。"
    "quote 与 text 是逐字原文，不要改写后再当作原文引用；没有依据时如实说没有依据。回答应带上 label 的提示。"
)
READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
Day = Annotated[date | None, Field(description="按哪一天的有效文本（YYYY-MM-DD），不写就是今天")]
LONGEST_TEXT = 300_000
Told = TypeVar("Told", bound=Frozen)


class Fetch(Protocol):
    """One request to the HTTP contract, answered with its JSON. Raises RegkbError with the sentence of the system."""

    def __call__(
        self, method: str, path: str, *, params: dict[str, Any] | None = None, json: dict[str, Any] | None = None
    ) -> Awaitable[dict[str, Any]]: ...


class Matches(Frozen):
    """The JSON of `/api/match`."""

    matches: tuple[PolicyMatch, ...]


def tool_server(fetch: Fetch) -> MCPServer[Any]:
    """A server with the five tools; each failure of the system is told to the caller in its own sentence."""
    server: MCPServer[Any] = MCPServer(
        PRODUCT, title=TITLE, instructions=INSTRUCTIONS, version=version(PRODUCT), log_level="WARNING"
    )

    async def told(method: str, path: str, **parts: dict[str, Any]) -> dict[str, Any]:
        try:
            return await fetch(method, path, **parts)
        except RegkbError as error:
            raise ToolError(str(error)) from error

    async def search(
        query: Annotated[
            str, Field(min_length=1, max_length=500, description="要找的内容，或“《药品管理法》第三十二条”")
        ],
        k: Annotated[int, Field(ge=1, le=20, description="最多几条")] = 6,
        as_of: Day = None,
        kind: Annotated[list[Kind] | None, Field(description="只在这些种类的文件中找")] = None,
        sector: Annotated[list[Sector] | None, Field(description="只在这些领域中找")] = None,
    ) -> Annotated[CallToolResult, Searched]:
        asked = _given(q=query, k=k, as_of=as_of, kind=kind, sector=sector)
        return _result(Searched.model_validate(await told("GET", "/api/search", params=asked)), _passages)

    async def get_provision(
        address: Annotated[
            str, Field(min_length=1, max_length=400, description="条款地址，如 药品管理法@2019-08-26/第三十二条")
        ],
        as_of: Day = None,
    ) -> Annotated[CallToolResult, ProvisionPage]:
        page = await told("GET", f"/api/provisions/{quote(address, safe='')}", params=_given(as_of=as_of))
        return _result(ProvisionPage.model_validate(page), _provision)

    async def verify_citations(
        text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT, description="写有法规引用的文字")],
        as_of: Day = None,
    ) -> Annotated[CallToolResult, CiteReport]:
        report = await told("POST", "/api/cite", json=_given(text=text, as_of=as_of))
        return _result(CiteReport.model_validate(report), _verdicts)

    async def ask(
        question: Annotated[str, Field(min_length=1, max_length=2000, description="问题")],
        as_of: Day = None,
        history: Annotated[
            list[Turn] | None, Field(max_length=50, description="这次对话中先前的问与答，由早到晚")
        ] = None,
        profile: Annotated[EnterpriseProfile | None, Field(description="企业画像，未写的就是未知")] = None,
        mode: Annotated[Mode | None, Field(description="extractive 只摘原文；不写则用已配置的大模型")] = None,
    ) -> Annotated[CallToolResult, Answer]:
        turns = [turn.model_dump(mode="json") for turn in history or ()]
        body = _given(question=question, as_of=as_of, history=turns, profile=_plain(profile), mode=mode)
        return _result(Answer.model_validate(await told("POST", "/api/ask", json=body)), with_sources)

    async def match(
        profile: Annotated[EnterpriseProfile, Field(description="企业画像，未写的就是未知，不当作“没有”")],
        as_of: Day = None,
    ) -> Annotated[CallToolResult, Matches]:
        body = _given(profile=_plain(profile), as_of=as_of)
        return _result(Matches.model_validate(await told("POST", "/api/match", json=body)), _matches)

    tools: tuple[tuple[Callable[..., Awaitable[CallToolResult]], str, str], ...] = (
        (search, "检索条款", "按意思与字面检索法规条款，返回逐字原文、地址与当日效力。"),
        (get_provision, "读一个条款", "按地址读一个条款的原文、前后条款、所引条款与各版本。"),
        (verify_citations, "核对引用", "找出一段文字中的法规引用，逐处核对：是否存在、原文是否一致、当日是否有效。"),
        (ask, "提问", "得到逐字引用的回答；没有依据时如实拒答。"),
        (match, "匹配政策", "按企业画像逐条判断政策措施的条件：满足、不满足、待补充。"),
    )
    for tool, title, description in tools:
        server.add_tool(tool, title=title, description=description, annotations=READ_ONLY)
    return server


def _given(**values: Any) -> dict[str, Any]:
    """Only what is known, as JSON has it."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
        if value is not None
    }


def _plain(profile: EnterpriseProfile | None) -> dict[str, Any] | None:
    return profile.model_dump(mode="json", exclude_defaults=True) if profile else None


def _result(told: Told, words: Callable[[Told], str]) -> CallToolResult:
    """For people and models the words, for programs the object."""
    text = TextContent(type="text", text=words(told))
    return CallToolResult(content=[text], structured_content=told.model_dump(mode="json"))


def _passages(found: Searched) -> str:
    blocks = [
        f"{at}. {p.label}（{p.force}，{p.effective_on or NOT_STATED}施行）\n地址：{p.address}\n{p.text}"
        for at, p in enumerate(found.passages, start=1)
    ]
    return "\n\n".join([*blocks, *found.notes]) or "没有找到相关条款。"


def _provision(page: ProvisionPage) -> str:
    head = f"{page.label}（{page.force}，{page.effective_on or NOT_STATED}施行）"
    return "\n".join(line for line in (head, page.notice, page.text) if line)


def _verdicts(report: CiteReport) -> str:
    lines = [f"{place.raw}：{place.verdict}，{place.detail}" for place in report.citations]
    return "\n".join(lines) or "没有认出法规引用。"


def _matches(found: Matches) -> str:
    blocks = []
    for one in found.matches:
        lines = [f"{one.title}（{one.level}）：{one.support}"]
        lines += [f"- {condition.text}：{condition.verdict}" for condition in one.conditions]
        lines += [f"待补充：{'、'.join(one.missing)}"] if one.missing else []
        lines += [source_line(one.citation)] if one.citation else []
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) or "没有相关的政策措施。"
