"""Wrong citations of words: a quotation changed, cut, put in another order or taken from somewhere else.

Each is checked to say what the cited place says nowhere: what is changed must be gone from its words.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from eval.citation_forms import CLAUSE, QUOTABLE, Draw, Maker, chinese
from eval.citation_texts import Law, bare
from kb.citation_index import Path

NUMERALS = "一二三四五六七八九"
OTHER_WORDS = ("药品", "企业", "应当", "规定", "部门", "申请", "检验", "批准", "生产", "经营", "国务院", "责令", "罚款")
NEGATIONS = (("不得", "可以"), ("应当", "不得"), ("可以", "不可以"), ("禁止", "允许"), ("未经", "经"), ("不", ""))


def digit_changed(draw: Draw) -> str | None:
    return _misquoted(draw, _other_digit)


def character_changed(draw: Draw) -> str | None:
    return _misquoted(draw, _other_word)


def negation_turned(draw: Draw) -> str | None:
    return _misquoted(draw, _turned)


def words_added(draw: Draw) -> str | None:
    return _misquoted(draw, lambda draw, quote: quote[:6] + draw.random.choice(OTHER_WORDS) + quote[6:])


def quote_of_another_article(draw: Draw) -> str | None:
    law = draw.law()
    found = draw.quoted_place(law)
    article = draw.random.choice(law.articles)
    if found is None or article == found[0][:1] or bare(found[1]) in law.words(article):
        return None
    return _with_quote(draw, law, article, found[1])


def quote_of_another_law(draw: Draw) -> str | None:
    law, other = draw.law(), draw.law()
    found = draw.quoted_place(other)
    article = draw.random.choice(law.articles)
    if found is None or bare(found[1]) in law.words(article):
        return None
    return _with_quote(draw, law, article, found[1])


def quote_of_another_paragraph(draw: Draw) -> str | None:
    law = draw.law()
    path = draw.place(law, "款")
    if path is None:
        return None
    others = [p for p in law.under(path[:-1], "款") if p != path[-1]]
    quote = draw.quote(law, path)
    if not others or quote is None:
        return None
    wrong = (*path[:-1], draw.random.choice(others))
    return None if bare(quote) in law.words(wrong) else _with_quote(draw, law, wrong, quote)


def denial_cut_off(draw: Draw) -> str | None:
    """A quotation that begins right behind 不得: what is forbidden reads as what is said."""
    law = draw.law()
    path = draw.random.choice(list(law.entries))
    match = re.search("(?:不得|禁止|不予|未经)([\u4e00-\u9fff]{10,30})", law.entries[path])
    if match is None or not law.usable(path) or (path[0],) not in law.articles:
        return None
    unforbidden = law.words(path[:1]).count(match[1]) > 1
    return None if unforbidden else f"《{law.short}》{path[0]}规定：“{match[1]}”。"


def number_cut(draw: Draw) -> str | None:
    """A quotation that begins within a number: 十五倍 reads as 五倍."""
    law = draw.law()
    path = draw.random.choice(list(law.entries))
    match = re.search(f"[二三四五六七八九十百]([{NUMERALS}][日年月倍万元个][\u4e00-\u9fff]{{8,24}})", law.entries[path])
    if match is None or not law.usable(path) or (path[0],) not in law.articles:
        return None
    return None if law.words(path[:1]).count(match[1]) > 1 else f"《{law.short}》{path[0]}规定：“{match[1]}”。"


def order_turned(draw: Draw) -> str | None:
    """Two clauses of one article in the other order, joined by ……."""
    law = draw.law()
    article = draw.article(law)
    clauses = [c.strip("，。；：") for c in CLAUSE.findall(law.entries[article])] if article else []
    if article is None or len(clauses) < 2 or min(map(len, clauses)) < 8 or not all(map(QUOTABLE.fullmatch, clauses)):
        return None
    words = law.words(article)
    first, last = clauses[0], clauses[-1]
    repeated = words.count(bare(first)) > 1 or words.count(bare(last)) > 1
    return None if repeated else f"《{law.short}》{article[0]}规定：“{last}……{first}”。"


def second_quotation(draw: Draw) -> str | None:
    """The first quotation is right, the one behind it stands in no law at all."""
    law = draw.law()
    found = draw.quoted_place(law)
    if found is None:
        return None
    made_up = f"{draw.random.choice(OTHER_WORDS)}办理时限为九百{draw.random.choice(NUMERALS)}十个工作日"
    return f"《{law.short}》{chinese(found[0])}规定：“{found[1]}”，“{made_up}”。"


def abolished_with_quotation(draw: Draw) -> str | None:
    """Words that are right, of a version that is not in force on the day."""
    law = draw.random.choice(draw.holdings.past) if draw.holdings.past else None
    others = draw.holdings.versions[law.id.partition("@")[0]] if law else ()
    found = draw.quoted_place(law) if law else None
    alone = law and law.year and sum(v.startswith(law.year) for v in others) == 1
    if law is None or found is None or not (alone or len(others) == 1):
        return None
    edition = f"（{law.year}年版）" if alone else ""
    return f"《{law.short}》{edition}{chinese(found[0])}规定：“{found[1]}”。"


WRONG_QUOTATIONS: dict[str, Maker] = {
    "引文改一个数字": digit_changed,
    "引文改一个词": character_changed,
    "引文颠倒否定": negation_turned,
    "引文加字": words_added,
    "引文出自别的条": quote_of_another_article,
    "引文出自别的文件": quote_of_another_law,
    "引文出自别的款": quote_of_another_paragraph,
    "引文截去“不得”": denial_cut_off,
    "引文截断数字": number_cut,
    "引文颠倒次序": order_turned,
    "第二处引文是编的": second_quotation,
    "引文正确但版本失效": abolished_with_quotation,
}


def _misquoted(draw: Draw, change: Callable[[Draw, str], str | None]) -> str | None:
    """A quotation changed so that the cited article says it nowhere."""
    law = draw.law()
    found = draw.quoted_place(law)
    if found is None:
        return None
    path, quote = found
    changed = change(draw, quote)
    if changed is None or bare(changed) in law.words(path[:1]):
        return None
    return _with_quote(draw, law, path, changed)


def _with_quote(draw: Draw, law: Law, path: Path, quote: str) -> str:
    cited = f"《{law.short}》{chinese(path)}"
    return draw.random.choice(
        (f"{cited}规定：“{quote}”。", f"“{quote}”（{cited}）。", f"根据{cited}，“{quote}”。", f"「{quote}」见{cited}。")
    )


def _other_digit(draw: Draw, quote: str) -> str | None:
    places = [m.start() for m in re.finditer(f"[{NUMERALS}0-9](?=[十百千万]?[日年月倍万元人份次个%])", quote)]
    if not places:
        return None
    at = draw.random.choice(places)
    digits = NUMERALS if quote[at] in NUMERALS else "123456789"
    return quote[:at] + draw.random.choice([d for d in digits if d != quote[at]]) + quote[at + 1 :]


def _other_word(draw: Draw, quote: str) -> str | None:
    held = [word for word in OTHER_WORDS if word in quote]
    if not held:
        return None
    old = draw.random.choice(held)
    return quote.replace(old, draw.random.choice([word for word in OTHER_WORDS if word != old]), 1)


def _turned(draw: Draw, quote: str) -> str | None:
    held = [(old, new) for old, new in NEGATIONS if old in quote]
    return quote.replace(*draw.random.choice(held), 1) if held else None
