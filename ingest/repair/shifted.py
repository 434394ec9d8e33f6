"""A GBK pair that lost its first byte: every later pair slips by one, until a second byte that is ASCII ends the run.

海口高新區 becomes ?？诟咝聟^, 。《辦 becomes ?！掇k. All but the first character of the run follow from the bytes; they
must be common ones. The first could be any of 126: it is restored when exactly one of them makes a known word.
"""

from __future__ import annotations

import re
from functools import lru_cache

import rjieba

from ingest.readers.encoding_characters import COMMON
from ingest.repair.edit import Edit
from ingest.repair.script import simplified

RUN = re.compile(r"\?[?!,:;()]?[^\x00-\x7f]{1,13}[@-~?]|(?<=[\u3400-\u9fff])\?[@-~](?=[\u3400-\u9fff]{2})")
"""A slipped run, or a single character whose second byte is ASCII and nothing else lost."""
HALF_WIDTH = re.compile(r"\?[?!？！]")
"""A second byte A3 shows as a full-width mark, which copying sites make half-width: hardly ever a writer's own."""
CONTEXT = 4  # characters on either side that a word may reach into
PLACES = (
    "海口高新区", "海口国家高新区", "博鳌乐城", "乐城先行区", "崖州湾科技城", "洋浦经济开发区", "洋浦保税港区",
    "海口综合保税区", "江东新区", "黄埔区", "广州开发区", "广州国际生物岛", "中新广州知识城", "南沙新区", "横琴",
    "前海", "坪山区", "松山湖", "翠亨新区", "张江", "临港新片区", "苏州工业园区", "泰州医药高新区", "南京江北新区",
    "中关村", "亦庄", "大兴生物医药基地", "滨海新区", "雄安新区", "光谷", "东湖高新区", "天府国际生物城",
    "两江新区", "西咸新区", "本溪高新区", "石家庄高新区", "杭州医药港", "自由贸易港", "自贸港", "自由贸易试验区",
)  # fmt: skip
"""Parks and zones of the industry, which a general word list does not hold."""
TITLE_OPENING = 3  # 。《 weighs as much as a word of three characters


def shifted_bytes(text: str) -> list[Edit]:
    edits = []
    for run in RUN.finditer(text):
        left, right = text[max(0, run.start() - CONTEXT) : run.start()], text[run.end() : run.end() + CONTEXT]
        known, restored = _restore(run[0], left, right)
        if restored is not None:
            edits.append(Edit(run.start(), run.end(), restored))
        elif known or HALF_WIDTH.match(run[0]):
            edits.append(Edit(run.start(), run.end(), run[0], certain=False))
    return edits


@lru_cache(maxsize=4096)
def _restore(damaged: str, left: str, right: str) -> tuple[bool, str | None]:
    """Whether the run reads well once shifted back, and the one reading of it that makes a word, if there is one."""
    second = damaged[1]
    wide = (chr(ord(second) + 0xFEE0) if second in "?!,:;()" else second) + damaged[2:]
    open_end = wide.endswith("?")  # the last byte is lost as well: its character stays unknown
    try:
        tail = (wide[:-1] if open_end else wide).encode("gbk")
        rest = tail[1 : -1 if open_end else None].decode("gbk")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return False, None
    if not COMMON.issuperset(rest):
        return False, None
    if open_end:
        return len(rest) > 2, None
    best: list[str] = []
    most = 2 if rest else 3  # nothing but the word speaks for a single character
    for first in _firsts(tail[0]):
        weight = TITLE_OPENING if first == "。" and rest.startswith("《") else _word(left, first + rest + right)
        if weight >= most:
            best = [*(best if weight == most else []), first]
            most = weight
    return len(rest) > 1, best[0] + rest if len(best) == 1 else None


@lru_cache(maxsize=256)
def _firsts(trail: int) -> tuple[str, ...]:
    """The common characters that some lost lead byte gives."""
    found = []
    for lead in range(0x81, 0xFF):
        try:
            character = bytes((lead, trail)).decode("gbk")
        except UnicodeDecodeError:
            continue
        if character in COMMON:
            found.append(character)
    return tuple(found)


def _word(left: str, following: str) -> int:
    """Length of the longest known word that holds the first character after `left`; 1 when there is none."""
    around = simplified(left + following)
    at = len(left)
    longest = 1
    for start in range(max(0, at - CONTEXT), at + 1):
        for end in range(max(at + 1, start + 2), min(len(around), at + 8) + 1):
            word = around[start:end]
            if end - start > longest and (rjieba.has_word(word) or word in PLACES):
                longest = end - start
    return longest
