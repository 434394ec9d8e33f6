"""An answer in the words of a language model, every sentence of which is grounded in a stored provision."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Generator, Iterator
from typing import NamedTuple

from assistant.answer import WorkedOut
from assistant.answer_model import Answer, Cell, Reckoning, Table, TableRow
from assistant.events import Cited, Event, Token
from assistant.extracts.refusal import NEAR_ENOUGH, NO_GROUND, WAY_FORWARD
from assistant.generation import prompts
from assistant.generation.citation_stream import CitationStream
from assistant.generation.ground import Ground
from assistant.generation.letting_out import LettingOut
from assistant.generation.llm import Model, Stream
from assistant.generation.material import Given, given
from kb.errors import Unavailable
from kb.knowledge import KnowledgeBase
from kb.model import Citation
from kb.validity import chinese_day

SECONDS = 60.0
"""For the whole of a model's answer; none that is read by a person takes longer."""
TOKENS = 1200
CHARACTERS = 5000
"""Read of one answer at most, markup and keys included."""
SENTENCES, REMOVED, REPEATED = 30, 30, 3
"""Sentences let out, left out and said again, after which a model is not listened to any longer."""
UNENDED = "语言模型的回答没有写完就被截断（过长或重复），以上是已核对的部分"
THEN = "的有效文本"
"""Goes on from the day."""
UNANSWERED = "语言模型读了检索到的条款，没有找到能回答问题的内容"


class Opening(NamedTuple):
    """What stands before the model has said a word: `said` goes out at once, `then` leads from it to the model's words
    where those come."""

    said: str
    then: str


class Ending(NamedTuple):
    """How a model ended: `trouble` is a sentence where it failed, `unended` says that it was cut short, `declined` that
    it found no answer in the material."""

    trouble: str | None = None
    unended: bool = False
    declined: bool = False


def generated(
    model: Model, knowledge: KnowledgeBase, worked: WorkedOut, *, seconds: float = SECONDS,
    clock: Callable[[], float] = time.perf_counter,
) -> Generator[Event, None, None]:  # fmt: skip
    """Put `worked.answer`, which has citations, in other words; its evidence is what the model is given to read. Where
    the model fails before a sentence stands, the answer is `worked.answer` itself, and says so. Closing it stops the
    model."""
    begun = clock()
    opening = _opening(worked)
    if opening.said:
        yield Token(opening.said)
    blocks = given(knowledge, worked)
    mark = prompts.new_mark()
    sentinel = f"无答案-{mark[:6]}"
    messages = prompts.answered(worked.asked.question, [one.shown for one in blocks], mark, sentinel)
    out = LettingOut(knowledge, {one.key: Ground(one) for one in blocks}, worked.asked.day, opening.then)
    with model.stream(messages, limit_tokens=TOKENS, seconds=seconds) as stream:
        ending = yield from _let_out(stream, CitationStream([one.key for one in blocks]), out, sentinel)
    took = {**worked.answer.seconds, "generate": round(clock() - begun, 4)}  # what stands beside it is made here
    if out.sentences:
        yield from _rest(worked.answer, opening, out, ending, model.name, took)
    elif ending.declined:
        made = _declined(worked, opening, blocks, took)
        yield Token(made.text.removeprefix(opening.said))
        yield made
    else:
        yield from _as_extracted(worked.answer, opening, out, ending, took)


def _opening(worked: WorkedOut) -> Opening:
    """The premises, and by the law of which day, where the extracts begin with that too: so the same words lead to
    either."""
    before = "".join(f"{sentence}\n\n" for sentence in worked.begun.premises)
    day = f"按{chinese_day(worked.asked.day)}"
    return Opening(before + day, THEN) if worked.begun.text.startswith(before + day) else Opening(before, "")


def _let_out(
    stream: Stream, cutting: CitationStream, out: LettingOut, sentinel: str
) -> Generator[Event, None, Ending]:  # fmt: skip
    """The grounded sentences as they come."""
    read = 0
    try:
        for piece in stream:
            read += len(piece)
            for sentence in cutting.feed(piece[:CHARACTERS]):
                if sentinel in sentence.text and not out.sentences:
                    return Ending(declined=True)
                yield from out.take(sentence)
            endless = out.sentences >= SENTENCES or out.removed >= REMOVED or out.repeated > REPEATED
            if read > CHARACTERS or endless:
                return Ending(unended=True)
    except Unavailable as error:
        return Ending(trouble=str(error))
    if stream.truncated:
        return Ending(unended=True)
    for sentence in cutting.finish():
        if sentinel in sentence.text and not out.sentences:
            return Ending(declined=True)
        yield from out.take(sentence)
    out.end()
    return Ending()


def _rest(
    base: Answer, opening: Opening, out: LettingOut, ending: Ending, name: str, took: dict[str, float]
) -> Iterator[Event]:  # fmt: skip
    """What the answer has beside the model's words: the citations of its table and reckonings, and itself."""
    kept, table, reckonings = _recited(base, out.citations)
    yield from (Cited(citation) for citation in kept)
    left_out = f"有 {out.removed} 句没有在材料中找到依据，已略去" if out.removed else None
    wrong = [why for why in (ending.trouble, UNENDED if ending.unended else None, left_out) if why]
    text = opening.said + out.text
    yield base.model_copy(
        update={
            "answer_id": _own_id(base, text), "outcome": "partial" if wrong else base.outcome, "text": text,
            "citations": (*out.citations, *kept), "table": table, "reckonings": reckonings, "mode": "generative",
            "model": name, "removed": out.removed, "reason": _joined(base.reason, *wrong), "seconds": took,
        }
    )  # fmt: skip


def _as_extracted(
    base: Answer, opening: Opening, out: LettingOut, ending: Ending, took: dict[str, float]
) -> Iterator[Event]:  # fmt: skip
    """The answer made of extracts, with the notice that the model had no part in it."""
    if ending.trouble:
        why = ending.trouble
    elif out.removed:
        why = f"语言模型写的 {out.removed} 句都没有在材料中找到依据，已略去"
    else:
        why = "语言模型没有写出可以核对的回答"
    yield Token(base.text.removeprefix(opening.said))
    yield from (Cited(citation) for citation in base.citations)
    reason = _joined(base.reason, why, "这里给出的是法规原文摘录")
    yield base.model_copy(
        update={"outcome": "partial", "reason": reason, "removed": out.removed, "mode": "extractive", "seconds": took}
    )


def _declined(worked: WorkedOut, opening: Opening, blocks: list[Given], took: dict[str, float]) -> Answer:
    """The model found no answer in the material: a refusal that shows what it read."""
    base = worked.answer
    findings = worked.evidence.findings if worked.evidence else ()
    near = tuple(one.passage for one in findings[:8] if one.share >= NEAR_ENOUGH)[:3]
    corrected = any(sentence not in worked.asked.notes for sentence in base.premises)
    lead = opening.said + (f"{opening.then}，" if opening.then else "")
    lead += "除上面的说明外，" if corrected else f"{NO_GROUND}："
    words = f"{lead}语言模型读了检索到的 {len(blocks)} 段条款，没有找到能回答这个问题的内容。"
    below = ["下面是最接近的条款，供参考，不构成回答。"] if near else []
    text = "\n\n".join([words, *below])
    return base.model_copy(
        update={
            "answer_id": _own_id(base, text), "outcome": "refused", "text": text, "citations": (), "table": None,
            "reckonings": (), "cross_references": (), "nearest": near, "next_steps": WAY_FORWARD, "items": (),
            "reason": UNANSWERED, "mode": "extractive", "seconds": took,
        }
    )  # fmt: skip


def _own_id(base: Answer, text: str) -> str:
    """Two different texts must not share a rating, though the question and the evidence are the same."""
    return str(uuid.uuid5(uuid.UUID(base.answer_id), text))


def _recited(base: Answer, cited: list[Citation]) -> tuple[list[Citation], Table | None, tuple[Reckoning, ...]]:
    """The table and the reckonings under the keys of this answer, and the citations they need beside those it has."""
    wanted = {key for row in base.table.rows for cell in row.cells for key in cell.keys} if base.table else set()
    wanted |= {key for one in base.reckonings for key in one.keys}
    keys = {(one.address, one.start, one.end): one.key for one in cited}
    kept: list[Citation] = []
    renamed: dict[str, str] = {}
    for citation in base.citations:
        if citation.key not in wanted:
            continue
        place = (citation.address, citation.start, citation.end)
        if place not in keys:
            keys[place] = str(len(cited) + len(kept) + 1)
            kept.append(citation.model_copy(update={"key": keys[place]}))
        renamed[citation.key] = keys[place]

    def now(old: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(renamed[key] for key in old if key in renamed))

    table = base.table and Table(
        columns=base.table.columns,
        rows=tuple(
            TableRow(name=row.name, cells=tuple(Cell(text=cell.text, keys=now(cell.keys)) for cell in row.cells))
            for row in base.table.rows
        ),
    )
    return kept, table, tuple(one.model_copy(update={"keys": now(one.keys)}) for one in base.reckonings)


def _joined(*reasons: str | None) -> str | None:
    found = [reason.rstrip("。") for reason in reasons if reason]
    return "；".join(found) + ("。" if len(found) > 1 else "") if found else None
