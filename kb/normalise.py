"""A question as it was meant to be typed: widths, blanks inside words, repeated punctuation, traditional characters."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

from kb.phrases import word_ends, word_spans
from kb.spelling import Correction

_HANZI = "\u3400-\u9fff"
# Chinese punctuation stays as it is: titles are known with it. ① numbers a place and is no 1.
_FOLDED = re.compile("[^，。；：？！（）、…【】《》“”‘’\u2460-\u249b]+")
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ud800-\udfff]"
)
_BLANK = re.compile(r"\s+")
_REPEATED = re.compile(r"([，。；：？！、…,;:!?~～])\1+")
_EXCLAIMED = re.compile("[?!？！]{2,}")
_SECTION = re.compile(r"§ ?(\d{1,4})")
_SEAM = re.compile(f"(?<=[{_HANZI}，。；：？！、]) (?=[{_HANZI}，。；：？！、])")
_EITHER = frozenset("著乾藉夥徵甦穀餘麼於昇鍾捨摺佔託噁")
"""Traditional characters that simplified texts use too (显著, 乾坤): they are changed only beside another one."""
_NUMBER_SEAM = re.compile(rf"(?<=[{_HANZI}]) (?=\d)|(?<=\d) (?=[{_HANZI}])")


def normalised(question: str) -> tuple[str, tuple[Correction, ...]]:
    """The question as one line in plain characters, and which of its words were written in traditional ones."""
    visible = _INVISIBLE.sub("", question)
    plain = _FOLDED.sub(lambda run: unicodedata.normalize("NFKC", run[0]), visible)
    plain = _BLANK.sub(" ", plain).strip()
    plain = _EXCLAIMED.sub(lambda run: "？" if "?" in run[0] or "？" in run[0] else "！", plain)
    plain = _SECTION.sub(r"第\1条", _REPEATED.sub(r"\1", plain))
    plain, corrections = _simplified(plain)
    return _NUMBER_SEAM.sub("", _closed(plain)), corrections


def _closed(text: str) -> str:
    """Without the blanks inside words (药 品 管理 法); one between whole words stays, it keeps them apart."""
    seams = [seam.start() for seam in _SEAM.finditer(text)]
    if not seams:
        return text
    joined = _SEAM.sub("", text)
    ends = word_ends(joined)
    kept = set()
    for removed, seam in enumerate(seams):
        whole = _whole_word(text, seam - 2, seam - 1) and _whole_word(text, seam + 2, seam + 1)
        if whole and seam - removed in ends:
            kept.add(seam)
    gone = set(seams) - kept
    return "".join(character for at, character in enumerate(text) if at not in gone)


def _whole_word(text: str, at: int, nearest: int) -> bool:
    """Whether the piece beside a seam has more than one character, and is no punctuation."""
    return 0 <= at < len(text) and all("\u3400" <= text[place] <= "\u9fff" for place in (at, nearest))


def _simplified(text: str) -> tuple[str, tuple[Correction, ...]]:
    simple: str = _converter().convert(text)
    if simple == text:
        return text, ()
    if len(simple) != len(text):
        return simple, (Correction(text, simple, "traditional"),)
    certain = {at for at, (old, new) in enumerate(zip(text, simple, strict=True)) if old != new and old not in _EITHER}
    simple = "".join(
        new if new <= "\uffff" and (old not in _EITHER or not certain.isdisjoint((at - 1, at + 1))) else old
        for at, (old, new) in enumerate(zip(text, simple, strict=True))
    )
    changed = [
        Correction(text[start:end], simple[start:end], "traditional")
        for start, end in word_spans(simple)
        if text[start:end] != simple[start:end]
    ]
    return simple, tuple(dict.fromkeys(changed))


@cache
def _converter() -> Any:
    from opencc import OpenCC  # with its tables: only once a question is asked

    return OpenCC("tw2s")
