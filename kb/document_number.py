"""文号 as they are printed in running text, read into one normal form.

国务院令第739号, 国药监械注〔2020〕12号, 国家药监局公告2021年第8号, 2014年第64号公告. What stands before the number in a
sentence is told apart from the body that issued it by the words that may lead to a citation.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kb.numerals import NUMERAL_CHARACTERS, to_number

_GAP = r"[ \t\u3000\xa0]{0,3}"
_NUMBER = f"[{NUMERAL_CHARACTERS}]{{1,5}}"
_YEAR = r"(?:[1１][9９]|[2２][0０])\d{2}"
SIGN = (
    rf"(?P<order>令{_GAP}第?{_GAP}{_NUMBER}{_GAP}号|第{_GAP}{_NUMBER}{_GAP}号{_GAP}令)"
    rf"|(?P<bracketed>[〔\[［（(【﹝]{_GAP}{_YEAR}{_GAP}[〕\]］)）】﹞]{_GAP}第?{_GAP}\d{{1,4}}{_GAP}号)"
    rf"|(?P<notice>{_YEAR}{_GAP}年{_GAP}第{_GAP}{_NUMBER}{_GAP}号(?:{_GAP}[）)])?(?:{_GAP}(?:公{_GAP}告|通{_GAP}告|令))?)"
    rf"|(?P<congress>公{_GAP}告{_GAP}第?{_GAP}{_NUMBER}{_GAP}号)"
)
"""What a number is known by; the body that issued it stands before this."""
_SIGN = re.compile(SIGN)
_NUMERAL = re.compile(_NUMBER)
_BODY = re.compile(r"[\u4e00-\u9fff、]{0,60}$")
_ISSUER = re.compile(r"(?:主席|国务院|政府|银行|[局部署院会厅委])$")
_LEAD = re.compile(
    r".*(?:根据|依据|按照|依照|违反了?|适用|参照|关于|以及|属于|见于|(?<!国)经(?![济贸营])|[由以日的了即见按在是与及]"
    r"|(?:^|[〇○零一二三四五六七八九十])[年月])"
)
_FORMER = re.compile(r"(?<=、)原(?=国家|卫生部|农业部)|^原(?=国家|卫生部|农业部)|中华人民共和国")
_JOINT = re.compile(r"([\u4e00-\u9fff]{1,40}?)[ \t\u3000\xa0]{0,3}[、与和]?[ \t\u3000\xa0]{0,3}$")
_AGENCY = re.compile(r"[\u4e00-\u9fff]{2,14}$")
_CONGRESS = re.compile("人民代表大会(?:常务委员会)?$")
_NOTICE_HEAD = re.compile(rf"([公通]{_GAP}告)[（(]?$")
_NOTICE_TAIL = re.compile(rf"[公通]{_GAP}告")
LOOK_BACK = 70


class Number(NamedTuple):
    """A document number at `[start, end)` in its normal form."""

    start: int
    end: int
    words: str


def normalise(words: str) -> str | None:
    """The first number in some words in its normal form, or None."""
    found = find(words)
    return found.words if found else None


def find(words: str) -> Number | None:
    """The first number in some words, or None."""
    sign = _SIGN.search(words)
    return read(words, sign, 0) if sign else None


def read(text: str, sign: re.Match[str], low: int) -> Number | None:
    """The number whose sign was matched, with its body, which does not begin before `low`; None for a sign without
    what makes it a number: （2019）5号 of a case, 令第三号 of nobody."""
    left = text[max(low, sign.start() - LOOK_BACK) : sign.start()]
    before = left.rstrip(" \t\u3000\xa0")
    at, end = sign.start() - len(left) + len(before), sign.end()
    numbers = _NUMERAL.findall(sign[0])
    if sign["order"]:
        bodies, begun = _bodies(before)
        words = f"{_FORMER.sub('', bodies)}令第{to_number(numbers[0])}号"
        return Number(at - len(before) + begun, end, words) if bodies else None
    if sign["bracketed"]:
        agency = _AGENCY.search(_led(_run(before)))
        words = f"{agency[0]}〔{int(numbers[0])}〕{int(numbers[-1])}号" if agency else ""
        return Number(at - len(agency[0]), end, words) if agency else None
    if sign["congress"]:
        body = _led(_run(before))
        words = f"{body}公告第{to_number(numbers[-1])}号"
        return Number(at - len(body), end, words) if _CONGRESS.search(body) else None
    return _notice(before, at, sign, numbers)


def _bodies(before: str) -> tuple[str, int]:
    """The bodies that issued an order together, joined by 、, and where the first begins; "" where none stands."""
    bodies: list[str] = []
    begun = len(before)
    while (match := _JOINT.search(before[:begun])) and _ISSUER.search(match[1]):
        body = _led(match[1])
        led = match[1].removesuffix(body)
        begun = match.end(1) - len(body) - led.endswith("原")
        bodies.append(_FORMER.sub("", body))
        if led not in ("", "原") and not led.endswith(("、", "与", "和")):
            break
    return "、".join(bodies[::-1]), begun


def _notice(before: str, at: int, sign: re.Match[str], numbers: list[str]) -> Number:
    """公告2021年第8号, 2014年第64号公告, （2021年第8号）公告: the kind of text goes first, its issuer is left out."""
    head = _NOTICE_HEAD.search(before)
    tail = _NOTICE_TAIL.search(sign[0])
    kind = re.sub(r"\s", "", tail[0] if tail else head[1] if head else "")
    if head:
        at -= len(before) - head.start()
        before = before[: head.start()]
    body = _led(_run(before))
    if body and _ISSUER.search(body):
        at -= len(body)
    return Number(
        at if head or body else sign.start(), sign.end(), f"{kind}{int(numbers[0])}年第{to_number(numbers[1])}号"
    )


def _run(before: str) -> str:
    match = _BODY.search(before)
    return match[0] if match else ""


def _led(body: str) -> str:
    """A body without the words of the sentence that lead to it."""
    led = _LEAD.match(body)
    return (body[led.end() :] if led else body).lstrip("、原")
