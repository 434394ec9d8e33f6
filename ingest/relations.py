"""What a text says about other texts: repeals, amends, implements, cites. Each with the words it was read from."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from ingest.document_number import normalise
from ingest.repeal_lists import ended_by_list
from kb.address import NUMERAL, article_segment, to_number
from kb.model import Provision, Relation, RelationKind, Rung

TITLE = re.compile(r"《([^《》\n]{2,80})》(?:[（(]([^（）()\n]{0,40}号)[）)])?")
REPEALING = re.compile("废止|停止执行")
TO_VERB = re.compile(
    r"(?:等[^，。；《》]{0,12}(?:文件|规定|公告|通知|规章|办法))?(?:及其?[^，。；《》]{0,16})?"
    r"[，,]?(?:[自从于][^，。；《》]{1,30}[起日时]|届时)?[，,]?"
    r"(?:也|均|即|现|将|应|已|都|全部|一律|一并|相应|随之|同时|予以|即行|自行|同步|正式|宣布|[，,])*$"
)
"""What stands between the last title and the verb that ends it."""
PART = re.compile(
    rf"(?:中|内)?的?(?P<part>第{NUMERAL}[章节条](?:之{NUMERAL})?[^，。；《》]{{0,30}}?"
    r"|(?:部分|有关|相关|个别)[^，。；《》]{0,12}?(?:条款|条文|规定|内容)|附件[^，。；《》]{0,6}?|(?<=的)[^，。；《》]{2,20}?)(?=[，,自从同即予也现]|$)"
)
"""Only a part of the text named before it ends."""
BETWEEN = re.compile(
    r"(?:等[^，。；《》]{0,8})?(?:及其[^，。；《》、]{0,12})?(?:(?:、|，|,|；|;|以及|和|及|与)+[^《》。；]{0,60})?"
)
"""What may stand between two titles of one list: a separator, then who published the next one."""
GROUND = re.compile("(?:根据|依据|按照|依照)(?:(?!制定|公布|发布|印发)[^，。；])*$")
"""Before a title: it is what the repeal rests on, not what it ends."""
SHORT_NAME = re.compile("[简统]称[“]?$")
SHORT_FORMS = re.compile(r"以下[简统]?称[^（）()，。\n]{0,120}")
ISSUED_AS = re.compile(r"(?:公布|发布|印发|颁布|下发)的$")
PART_AMENDED = re.compile(
    rf"(?:(?P<cut>删去)|将)《([^《》\n]{{2,80}})》(?:[（(][^（）()\n]{{0,40}}[）)])?[^《》，。；\n]{{0,3}}?第({NUMERAL})条"
    r"(?:之([一二三四五六七八九十]{1,3}))?(?(cut)|(?=[^。\n]{0,60}?(?:修改为|改为)))"
)
SEVERAL = re.compile(r"^(?:和|部分|有关|等|若干|一批|\d|[一二三四五六七八九十]+[部件])|部分")
"""A decision on 部分行政法规 names no text in its title."""
BASIS = re.compile(r"根据|依据|按照|依照")
MADE = "制定本"
AMENDING = re.compile(r"关于修[改订正](?P<titles>.{2,80}?)的决定")
CITED = re.compile(
    rf"《([^《》\n]{{2,80}})》[^《》，。；\n]{{0,3}}?第({NUMERAL})条"
    r"(?:之([一二三四五六七八九十]{1,3}))?"
)
SENTENCE = re.compile(r"[^。\n]*。?")
Put = Callable[[RelationKind, int, str, str | None, str | None, str], None]
UNIT_RUNGS = (Rung.ARTICLE, Rung.HEADING, Rung.TEXT, Rung.ATTACHMENT)
NEAR = 400
"""Characters looked at before a title or 制定本: nobody reads a ground from farther away."""


def relations(title: str, text: str, provisions: Sequence[Provision]) -> tuple[Relation, ...]:
    """Every relation once, in the order of the text."""
    found: dict[tuple[str, tuple[str, ...], str, str | None], Relation] = {}
    places = [p for p in provisions if p.rung in UNIT_RUNGS or (p.rung is Rung.TABLE and len(p.path) == 1)]
    starts = [p.start for p in places]

    def put(kind: RelationKind, at: int, name: str, article: str | None, number: str | None, words: str) -> None:
        index = bisect_right(starts, at) - 1
        path = places[index].path if index >= 0 else ()
        relation = Relation(
            kind=kind, path=path, title=_plain(name), article=article, number=number, evidence=words.strip()[:300]
        )
        found.setdefault((kind, path, relation.title, article), relation)

    if (amended := AMENDING.search(title)) and (name := _plain(amended["titles"])) and not SEVERAL.search(name):
        put("amends", 0, name, None, None, title)
    for match in SENTENCE.finditer(text):
        if "废止" in match[0] or "停止执行" in match[0]:
            _repeals(match, put)
    for ended in ended_by_list(title, text):
        put("repeals", ended.at, ended.title, None, ended.number, ended.words)
    for match in PART_AMENDED.finditer(text):
        if article := _article(match[3], match[4]):
            put("amends", match.start(), match[2], article, None, match[0])
    for start, words in _grounds(text):
        # （以下简称《…》、《…》）: short forms of what was named before; as many blanks keep the offsets
        for named in TITLE.finditer(SHORT_FORMS.sub(lambda match: " " * len(match[0]), words)):
            put("implements", start, named[1], None, None, words)
    for match in CITED.finditer(text):
        if article := _article(match[2], match[3]):
            put("cites", match.start(), match[1], article, None, match[0])
    return tuple(found.values())


def _grounds(text: str) -> Iterator[tuple[int, str]]:
    """`(offset, words)` from 根据 up to each 制定本 of the same sentence."""
    end = 0
    while (made := text.find(MADE, end)) >= 0:
        low = max(end, made - NEAR)
        low = max(low, text.rfind("。", low, made) + 1, text.rfind("\n", low, made) + 1)
        end = made + len(MADE)
        if ground := BASIS.search(text, low, made):
            yield ground.start(), text[ground.start() : end]


def _repeals(sentence: re.Match[str], put: Put) -> None:
    """Titles ended by each repeal verb of a sentence: the list that stands directly before it."""
    words = sentence[0]
    if not any(sign in words for sign in ("起施行", "同时", "之日起", "日起")):
        return
    # the verb must stand outside titles: 《关于废止…的决定》 repeals nothing by being named
    plain = TITLE.sub(lambda match: "□" * len(match[0]), words)
    begun = 0
    for verb in REPEALING.finditer(plain):
        titles = [t for t in TITLE.finditer(words, begun, verb.start()) if not SHORT_NAME.search(_before(plain, t, 8))]
        for named, article in _ended(titles, plain, verb.start()):
            context = words[named.start() : named.end() + 60]
            number = normalise(named[2] or "") or _order(context) or _issued_as(words[: named.start()])
            put("repeals", sentence.start(), named[1], article, number, words)
        begun = verb.end()


def _ended(titles: Sequence[re.Match[str]], plain: str, verb: int) -> list[tuple[re.Match[str], str | None]]:
    """`(title, part)` of the titles joined to the verb at `verb`, in order; the part is None for a whole text."""
    ended: list[tuple[re.Match[str], str | None]] = []
    following: int | None = None
    for named in reversed(titles):
        gap = plain[named.end() : verb if following is None else following]
        if len(gap) > NEAR:
            break
        gap = _without_brackets(gap)
        part = PART.match(gap)
        rest = gap[part.end() :] if part else gap
        joined = TO_VERB.fullmatch(rest) if following is None else BETWEEN.fullmatch(rest)
        if joined is None or GROUND.search(_before(plain, named, NEAR)):
            break
        ended.append((named, part["part"] if part else None))
        following = named.start()
    return ended[::-1]


def _before(plain: str, named: re.Match[str], length: int) -> str:
    return plain[max(0, named.start() - length) : named.start()]


def _without_brackets(words: str) -> str:
    return re.sub(r"[（(][^（）()]*[）)]", "", words)


def _order(context: str) -> str | None:
    """The number in brackets right after a title."""
    match = re.match(r"《[^》]*》[（(]([^）)]*号(?:令)?)[）)]", context)
    return normalise(match[1]) if match else None


def _issued_as(before: str) -> str | None:
    """The number in front of a title: 2007年7月10日原国家食品药品监督管理局令第28号公布的《…》."""
    clause = re.split(r"[》。]|日(?=原|国|卫|农|海|中)", before[-NEAR:])[-1]
    return normalise(clause) if ISSUED_AS.search(clause) else None


def _plain(title: str) -> str:
    """A title as a plain name; the inner 〈〉 of a nested title become 《》 again."""
    return re.sub(r"[《》\s\u3000]", "", title).replace("〈", "《").replace("〉", "》")


def _article(number: str, extra: str | None) -> str | None:
    try:
        return article_segment(to_number(number), to_number(extra) if extra else None)
    except ValueError:
        return None
