"""Chinese terms as sparse vectors: the lexical half of the hybrid search.

A passage gets the BM25 term-frequency part of each term; the engine multiplies by inverse document frequency
(its IDF modifier) and by the query's 1.0 per term, so that a sparse dot product is a BM25 score.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import rjieba

from kb.address import to_number
from kb.lexical_words import FIELD_WORDS, STOP_WORDS

TERMS_VERSION = 2
"""Raise it with every change of what a text's terms are, or of what the index holds of a text (2: a word for texts of
every sector): an index of other terms would silently miss matches. The next opening builds it anew."""
K1 = 1.2
B = 0.75
AVERAGE_LENGTH = 50.0
"""Terms of an average article (26,196 articles of national law have 51). BM25 wants the collection's own mean; a
constant keeps a vector independent of the others, so that adding a document never changes those that are stored."""
TITLE_WEIGHT = 2.0
"""Occurrences that one title term is worth. Over 300 lay questions on those articles Recall@10 is .473 without titles,
.501 at 1 and .52 at 2 with the length above; the title does not count towards the length."""


class SparseTerms(NamedTuple):
    """A sparse vector: ascending term ids and their weights, equally long."""

    indices: list[int]
    values: list[float]


def terms(text: str) -> list[str]:
    """The terms of a text in order, with repeats: folded, segmented, without stop words and punctuation."""
    folded, found, at = fold(text), list[str](), 0
    for number in _NUMBER.finditer(folded):
        found.extend(_words(folded[at : number.start()]))
        found.append(_number_term(number))
        at = number.end()
    return found + _words(folded[at:])


def passage_terms(text: str, title: str = "") -> SparseTerms:
    """BM25-weighted terms of a passage; `title` adds its terms at TITLE_WEIGHT (leave it out if text repeats it)."""
    frequency: defaultdict[int, float] = defaultdict(float)
    body = terms(text)
    for term in body:
        frequency[term_id(term)] += 1.0
    for term in terms(title):
        frequency[term_id(term)] += TITLE_WEIGHT
    norm = K1 * (1 - B + B * len(body) / AVERAGE_LENGTH)
    weights = {key: tf * (K1 + 1) / (tf + norm) for key, tf in frequency.items()}
    return _sparse(weights)


def query_terms(text: str, also: Mapping[str, float] | None = None) -> SparseTerms:
    """1.0 per distinct term of a question, and `also` terms with their weights; empty when there is no term at all."""
    weights = {term_id(term): weight for term, weight in (also or {}).items()}
    return _sparse(weights | {term_id(term): 1.0 for term in terms(text)})


def term_id(term: str) -> int:
    """A stable 32-bit id. Two of 100,000 distinct terms collide about once; they then share their statistics."""
    return zlib.crc32(term.encode("utf-8", "replace"))


def fold(text: str) -> str:
    """NFKC and lower case: full-width letters and digits, ㎎, Ⅱ and compatibility hanzi become their plain forms."""
    return unicodedata.normalize("NFKC", _OUTLINE_MARK.sub(" ", text)).lower()


_OUTLINE_MARK = re.compile("[\u2460-\u249b\u24ea-\u24ff]")  # ① ⑴ ⒈ number a place, they are not words of it
_NUMERAL = "[〇零一二三四五六七八九十百千两]{1,20}"
_UNIT = (
    "个?工作日|个月|小时|分钟|[天日月年周岁倍号类期级条章节款项编批]|万?元|亿元|[%‰℃]|"
    "(?:mg|kg|ml|g|l|mm|cm|m|μg|iu)(?![a-z])"
)
_NUMBER = re.compile(
    # 统一类别 and 同一年 hold no number; neither does the 一 of 之一.
    rf"百分之(?P<percent>{_NUMERAL})|"
    rf"(?<![统单同任唯之每某逐专\d.a-z])第?(?P<value>{_NUMERAL}|\d+(?:\.\d+)?|i{{1,3}}|iv)(?P<ten_thousand>万(?=元))?"
    rf"(?P<unit>{_UNIT})(?![别型似目])"
)
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_SAME_UNIT = {"天": "日", "个工作日": "工作日"}
_RUN = re.compile(
    r"(?P<latin>[a-z0-9\u0370-\u03ff]+(?:[-./&+][a-z0-9\u0370-\u03ff]+)*)"
    r"|(?P<hanzi>[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+)"
)
_PARTS = re.compile(r"[-/&+]")

_ALONE = frozenset("药械妆证费罚税刑血毒癌疫酒")
"""Single hanzi that carry meaning by themselves in this field."""


@cache
def _segmenter() -> rjieba.Jieba:
    """The dictionary with the field's compounds; read once per process, and only when a text is first segmented."""
    segmenter = rjieba.Jieba()
    for word in FIELD_WORDS:
        segmenter.add_word(word, 2000, "n")
    return segmenter


def _words(text: str) -> list[str]:
    found: list[str] = []
    for run in _RUN.finditer(text):
        found.extend(_latin_terms(run.group()) if run["latin"] else _hanzi_terms(run.group()))
    return [term for term in found if term not in STOP_WORDS]


def _number_term(match: re.Match[str]) -> str:
    """三十日, 30日 and 30天 are one term; so are 第二类, 二类, 2类 and Ⅱ类. 个月 stays apart from 月."""
    if match["percent"]:
        return f"{to_number(match['percent'])}%"
    value, unit = match["value"], match["unit"]
    if value in _ROMAN:
        value = str(_ROMAN[value])
    elif not value.isascii():
        value = str(to_number(value))
    return value + (match["ten_thousand"] or "") + _SAME_UNIT.get(unit, unit)


def _latin_terms(run: str) -> list[str]:
    """The run as written, and the parts of a joined one: pd-1/l1 → pd-1/l1, pd, l1. An abbreviation is never cut."""
    parts = [part for part in _PARTS.split(run) if len(part) > 1]
    return [run, *parts] if _PARTS.search(run) else [run] if len(run) > 1 or run.isdigit() else []


def _hanzi_terms(run: str) -> list[str]:
    """Dictionary words and the words inside them; what the dictionary does not know comes as pairs of characters."""
    found: list[str] = []
    loose = ""
    # The hidden Markov model is off: it guesses a new word differently from one sentence to the next.
    for word in [*_segmenter().cut_for_search(run, False), ""]:
        if len(word) == 1 and word not in STOP_WORDS:
            loose += word
            continue
        found.extend(_loose_terms(loose))
        loose = ""
        if word:
            found.append(word)
    return found


def _loose_terms(loose: str) -> list[str]:
    """Terms of neighbouring single characters: pairs, or the one character where it means something alone."""
    pairs = [loose[at : at + 2] for at in range(len(loose) - 1)]
    return [character for character in loose if character in _ALONE] + pairs


def _sparse(weights: dict[int, float]) -> SparseTerms:
    indices = sorted(weights)
    return SparseTerms(indices, [weights[index] for index in indices])
