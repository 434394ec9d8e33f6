"""Pieces of a model's answer, cut into sentences with the keys of the passages that each rests on.

Keys come as [k7f2], [k7f2][a1b2], [k7f2，a1b2] or in full-width brackets, before or behind the full stop, in pieces of
any size. What may still become a key is held back; unknown keys are dropped; markup becomes plain text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from typing import NamedTuple

from assistant.generation.plain_words import plain, visible

LONGEST = 600
"""Characters of a sentence beyond which it is cut: nobody reads it, and nothing supports it."""
_GROUP = re.compile(r"[\[【［]([^\[\]【】［］\n]{0,80})[\]】］](?!\()")
_OPENING = re.compile(r"[\[【［][^\[\]【】［］\n]{0,80}\Z")
_KEY = re.compile(r"(?:来源|依据|材料|出处|参见|见|source|ref|cite)?[:：]?\^?#?([a-z0-9_-]{1,16})", re.I)
_BETWEEN = re.compile(r"[,，、;；|/&\s和与及]+")
_STOP = re.compile(
    r"[。！？]+|\?+(?=[\s\u3000-\u9fff\uff00-\uffef\[【［]|\Z)|!+(?=[\s\u3000-\u9fff\uff00-\uffef【［]|\Z)"
    r"|(?<=[A-Za-z)\]%])\.(?=\s|\[|\Z)|\n+"
)
_CLOSERS = re.compile(r"[”’」』）)\"]*")
_SPACE = re.compile(r"\s*")
_MARK_ONLY = re.compile(r"[\s\W_]*")


class Segment(NamedTuple):
    """Words of a sentence and the known keys right behind them; the last segment may have none."""

    text: str
    keys: tuple[str, ...]


class Sentence(NamedTuple):
    """`stop` is its mark of ending ("" where the line just ends); `kind` is "list", "heading" or ""; `lines` is the
    number of line breaks before it. `bare`: it carried no key at all, known or not."""

    segments: tuple[Segment, ...]
    stop: str
    kind: str
    lines: int
    bare: bool

    @property
    def text(self) -> str:
        return "".join(segment.text for segment in self.segments)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(key for segment in self.segments for key in segment.keys))


class CitationStream:
    """Feed it pieces; it gives back whole sentences. `keys` are the known ones, in lower case."""

    def __init__(self, keys: Collection[str]) -> None:
        self._keys = frozenset(keys)
        self._held = ""
        self._looked = 0
        self._lines = 0

    def feed(self, piece: str) -> Iterator[Sentence]:
        """The sentences that are whole with this piece."""
        self._held += visible(piece).replace("\r", "")
        yield from self._cut(ended=False)

    def finish(self) -> Iterator[Sentence]:
        """What is left, for an answer that has ended in good order."""
        yield from self._cut(ended=True)
        rest, self._held = self._held, ""
        if rest.strip():
            yield from self._sentence(rest, "")

    def _cut(self, *, ended: bool) -> Iterator[Sentence]:
        while (found := self._next(ended=ended)) is not None:
            (start, stop), end = found
            body, mark = self._held[:start], self._held[start:stop]
            behind, self._held, self._looked = self._held[stop:end], self._held[end:], 0
            yield from self._sentence(body + _CLOSERS.match(behind)[0] + behind, mark)  # type: ignore[index] # it always matches

    def _next(self, *, ended: bool) -> tuple[tuple[int, int], int] | None:
        """Where the next sentence stops and where what belongs to it ends; None while that cannot be told."""
        text = self._held
        at = self._looked
        while stop := _STOP.search(text, at):
            if stop.end() == len(text) and not ended and stop[0] != "\n":
                break
            if stop[0][0] != "\n" and self._inside(text, stop.start()):
                at = stop.end()
                continue
            end = self._behind(text, stop.end(), ended=ended)
            if end is None:
                return None
            return stop.span(), end
        self._looked = max(0, (stop.start() if stop else len(text)) - 2)
        if len(text) > LONGEST:
            return (len(text), len(text)), len(text)
        return None

    def _inside(self, text: str, at: int) -> bool:
        """Whether a quotation or a bracket that may be a link or a key is open at a place."""
        before = text[max(0, at - LONGEST) : at]
        return before.count("“") > before.count("”") or _OPENING.search(before) is not None

    def _behind(self, text: str, at: int, *, ended: bool) -> int | None:
        """Past the closing marks and key groups behind a stop; None while more of them may come."""
        at = _CLOSERS.match(text, at).end()  # type: ignore[union-attr] # it always matches
        while True:
            start = _SPACE.match(text, at).end()  # type: ignore[union-attr] # it always matches
            if start == len(text):
                return at if ended else None
            group = _GROUP.match(text, start)
            if group and self._read(group[1]) is not None:
                if group.end() == len(text) and not ended:
                    return None  # a link's (…) may follow
                at = group.end()
                continue
            if not ended and group is None and _OPENING.match(text, start):
                return None
            return at

    def _read(self, inside: str) -> tuple[str, ...] | None:
        """The known keys of a group; None where the brackets hold words instead of keys."""
        parts = [part for part in _BETWEEN.split(unicodedata.normalize("NFKC", inside).strip()) if part]
        found = [_KEY.fullmatch(part) for part in parts]
        if not parts or not all(found):
            return None if parts else ()
        return tuple(match[1].lower() for match in found if match and match[1].lower() in self._keys)

    def _sentence(self, raw: str, stop: str) -> Iterator[Sentence]:
        opened = len(raw) - len(raw.lstrip("\n \t"))
        lines = self._lines + raw[:opened].count("\n")
        segments, bare = self._segments(raw.strip())
        self._lines = lines
        if segments is None:
            self._lines += stop.count("\n")
            return
        first, kind = plain(segments[0].text)
        rest = [plain(segment.text)[0] for segment in segments[1:]]
        words = [Segment(text, segment.keys) for text, segment in zip([first, *rest], segments, strict=True)]
        self._lines = stop.count("\n")
        if any(not _MARK_ONLY.fullmatch(one.text) for one in words):
            yield Sentence(tuple(words), stop.strip(), kind, lines, bare)
        else:
            self._lines += lines

    def _segments(self, raw: str) -> tuple[list[Segment] | None, bool]:
        """The words between the key groups, each with the keys behind it."""
        found: list[Segment] = []
        words, at, bare = "", 0, True
        for group in _GROUP.finditer(raw):
            keys = self._read(group[1])
            if keys is None:
                continue
            bare = False
            words += raw[at : group.start()]
            at = group.end()
            if _MARK_ONLY.fullmatch(words) and found:
                found[-1] = Segment(found[-1].text + words.strip(), (*found[-1].keys, *keys))
            else:
                found.append(Segment(words, keys))
            words = ""
        words += raw[at:]
        if words.strip():
            if found and _MARK_ONLY.fullmatch(words):
                found[-1] = Segment(found[-1].text + words.strip(), found[-1].keys)
            else:
                found.append(Segment(words, ()))
        return (found or None), bare
