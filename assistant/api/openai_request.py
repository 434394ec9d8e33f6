"""What a caller of the OpenAI chat API sends, and the question it is to us."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from assistant.answer_model import Mode, Question, Turn
from assistant.api.dependencies import whole_characters
from assistant.export.plain import without_sources
from assistant.model import EnterpriseProfile
from assistant.service import PRODUCT
from kb.errors import BadInput, NotFound

MODEL = PRODUCT
LONGEST_TURN, MOST_TURNS = 20_000, 50
SPOKEN = ("user", "assistant")
"""Other roles instruct a model; there is none here to be instructed."""


class Lenient(BaseModel):
    """What other programs send: fields that mean nothing to us are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Part(Lenient):
    type: str
    text: str = ""


class Message(Lenient):
    role: str
    content: str | tuple[Part, ...] | None = None

    @property
    def words(self) -> str:
        """Raises BadInput for anything but text."""
        if self.content is None or isinstance(self.content, str):
            return self.content or ""
        if other := next((part.type for part in self.content if part.type != "text"), None):
            raise BadInput(f"只能读文字，不能读 {other} 类的内容。请把要问的写成文字。")
        return "\n".join(part.text for part in self.content)


class Own(Lenient):
    """What a question to us may say and the OpenAI API has no place for."""

    as_of: date | None = None
    profile: EnterpriseProfile | None = None
    documents: tuple[str, ...] = ()
    mode: Mode | None = None


class StreamOptions(Lenient):
    include_usage: bool = False


class Form(Lenient):
    type: str = "text"


class ChatRequest(Lenient):
    """Tools that may be called are passed over, and so is `max_tokens`: an answer that is cut off loses its sources."""

    model: str = MODEL
    messages: tuple[Message, ...] = Field(min_length=1)
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: int | None = None
    response_format: Form | None = None
    tool_choice: str | dict[str, Any] | None = None
    modalities: tuple[str, ...] | None = None
    logprobs: bool | None = None
    as_of: date | None = None
    regkb: Own = Own()


def asked(request: ChatRequest) -> Question:
    """The last message as a question, those before it as its history. Raises BadInput or NotFound."""
    if request.model != MODEL:
        raise unknown_model(request.model)
    if beyond := _beyond(request):
        raise BadInput(beyond)
    spoken = [message for message in request.messages if message.role in SPOKEN]
    if not spoken or spoken[-1].role != "user" or not spoken[-1].words.strip():
        raise BadInput("最后一条消息应是用户的问题。")
    history = [
        Turn(role="user" if message.role == "user" else "assistant", content=_kept(message))
        for message in spoken[:-1]
        if message.words.strip()
    ]
    own = request.regkb
    for words in (spoken[-1].words, *(turn.content for turn in history)):
        whole_characters(words)
    return Question(
        question=spoken[-1].words.strip(), as_of=own.as_of or request.as_of, history=tuple(history[-MOST_TURNS:]),
        profile=own.profile, documents=own.documents, mode=own.mode,
    )  # fmt: skip


def _beyond(request: ChatRequest) -> str | None:
    """What a program counts on and would not get: better said now than found out from a text that it cannot read."""
    if request.n not in (None, 1):
        return "一次只给一个回答：n 应是 1。"
    if request.response_format and request.response_format.type != "text":
        return "回答是带引用的文字，不能按 response_format 输出 JSON。结构化的内容在 message 的 regkb 字段中。"
    if request.tool_choice not in (None, "none", "auto"):
        return "这里不调用工具：tool_choice 只能是 none 或 auto。"
    if set(request.modalities or ()) - {"text"}:
        return "只能以文字回答：modalities 只能是 text。"
    if request.logprobs:
        return "回答没有逐词概率：请去掉 logprobs。"
    return None


def _kept(message: Message) -> str:
    return without_sources(message.words)[:LONGEST_TURN] or "…"


def unknown_model(name: str) -> NotFound:
    return NotFound(f"没有模型「{name[:100]}」，这里只有 {MODEL}。")
