"""Sentences of a model on their way to the reader: each is let out only when it is grounded, with its citations
numbered in the order of their first use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from assistant.events import Cited, Token
from assistant.extracts.stored_quotes import cite
from assistant.generation.citation_stream import Segment, Sentence
from assistant.generation.ground import Ground
from assistant.generation.grounding import Grounder, Support
from assistant.generation.plain_words import has_address
from kb.knowledge import KnowledgeBase
from kb.model import Citation

_ODD = re.compile(r"[<>{}\\`|$\[\]]")
"""What is left of markup that is no Markdown and no HTML we know."""
_ENDS = "：:"


class LettingOut:
    """`opening` stands before the first sentence. `removed` counts sentences that had no ground, `repeated` those
    that had been said before."""

    def __init__(self, knowledge: KnowledgeBase, grounds: Mapping[str, Ground], as_of: date, opening: str = "") -> None:
        self._registry, self._grounds, self._as_of = knowledge.registry, grounds, as_of
        self._grounder = Grounder(knowledge, grounds)
        self._opening, self._begun, self._lines = opening, False, 0
        self._lead: Sentence | None = None
        self._skipping = False
        self._said: set[str] = set()
        self._spans: dict[tuple[str, int, int], str] = {}
        self._text: list[str] = []
        self.citations: list[Citation] = []
        self.sentences = self.removed = self.repeated = 0

    @property
    def text(self) -> str:
        return "".join(self._text)

    def take(self, sentence: Sentence) -> Iterator[Token | Cited]:
        """What a sentence gives the reader; nothing where it has no ground."""
        self._lines = max(self._lines, sentence.lines)
        self._skipping = self._skipping and sentence.kind == "list"
        if has_address(sentence.text) or _ODD.search(sentence.text) or self._skipping:
            self.removed += 1
        elif not sentence.keys:
            self._without_keys(sentence)
        elif (key := re.sub(r"\W", "", sentence.text)) in self._said:
            self.repeated += 1
        elif (rests := self._grounder.supports(sentence)) is None:
            self.removed += 1
        else:
            led = list(self._led(sentence))
            if self._skipping:
                self.removed += 1
                return
            self._said.add(key)
            yield from led
            yield from self._out(sentence, rests)

    def end(self) -> None:
        """No more sentences come: a lead that nothing followed is left out."""
        if self._lead and not self._grounder.claims_nothing(self._lead.text) and self._lead.kind != "heading":
            self.removed += 1
        self._lead = None

    def _without_keys(self, sentence: Sentence) -> None:
        """The words before a list wait for its first item; others claim nothing, or go."""
        leads = sentence.kind == "heading" or sentence.text.rstrip().endswith(tuple(_ENDS))
        if leads and sentence.bare:
            self.end()
            self._lead = sentence
        elif not self._grounder.claims_nothing(sentence.text):
            self.removed += 1

    def _led(self, first: Sentence) -> Iterator[Token | Cited]:
        """The waiting lead, which must hold on the ground of its first item; else the list goes with it."""
        lead, self._lead = self._lead, None
        if lead is None:
            return
        text = lead.text.rstrip().rstrip(_ENDS) + "："
        plain = lead._replace(segments=(Segment(text, ()),), stop="", kind="")
        if self._grounder.claims_nothing(lead.text):
            yield from self._out(plain, [(plain.segments[0], [])])
        elif (rests := self._grounder.supports(plain, first.keys)) is not None:
            yield from self._out(plain, rests)
        elif lead.kind != "heading":
            self.removed += 1
            self._skipping = first.kind == "list"

    def _out(self, sentence: Sentence, rests: list[tuple[Segment, list[Support]]]) -> Iterator[Token | Cited]:
        words = ""
        for segment, supports in rests:
            keys: dict[str, None] = {}
            for support in supports:
                key, new = self._key(support)
                keys[key] = None
                if new:
                    yield Cited(new)
            marks = "".join(f"[{key}]" for key in keys)
            body = segment.text.rstrip()
            ended = _ENDS if sentence.stop == "" else ""
            words += body[:-1] + marks + body[-1] if body and body[-1] in ended else body + marks
        before = "\n" * min(self._lines, 2) if self._begun else self._opened(sentence)
        if self._begun and not before and sentence.kind == "list":
            before = "\n"
        self._begun, self._lines = True, 0
        self.sentences += 1
        out = f"{before}{'- ' if sentence.kind == 'list' else ''}{words}{sentence.stop}"
        self._text.append(out)
        yield Token(out)

    def _opened(self, first: Sentence) -> str:
        if not self._opening:
            return ""
        return f"{self._opening}：\n" if first.kind == "list" else f"{self._opening}，"

    def _key(self, support: Support) -> tuple[str, Citation | None]:
        """The number of a citation, and the citation where it is new."""
        document = self._grounds[support.key].given.document
        for (held, start, end), key in self._spans.items():
            if held == document.id and start <= support.start and support.end <= end:
                return key, None
        key = str(len(self.citations) + 1)
        made = cite(self._registry, document, support.start, support.end, self._as_of, key)
        self._spans[document.id, support.start, support.end] = key
        self.citations.append(made)
        return key, made
