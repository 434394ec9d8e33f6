"""Texts that a sentence ends: 《甲办法》同时废止, 决定废止《甲办法》. Only a verb that a title is joined to ends it.

A repeal read wrongly takes a law in force out of every answer, so a title that stands elsewhere in the sentence ends
nothing, a certificate ends no text, and 与本办法不一致的以本办法为准 names no text at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.document_number import normalise
from ingest.relations.named import TITLE, Found, doubt_about, is_paper, named
from ingest.relations.ranges import paths_of
from kb import places
from kb.address import NUMERAL

Joined = tuple[re.Match[str], str | None, re.Match[str]]
"""A title, the part of it that ends (None for all of it), and the verb that it is joined to."""
VERBS = "废止|停止(?:执行|施行|实施)|失效|不再(?:执行|施行)"
VERB = re.compile(VERBS)
ENDING = re.compile(rf"(?<!不得)(?<!未)(?:{VERBS})(?!日期|[之的]日|年月|[之以]?[后前]|时|部分|和修改)")
SENTENCE = re.compile(r"[^。\n]+。?")
BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
SPACE = r"[ \u3000\xa0]"
LONGEST = 4000
ORDERING = re.compile("废止|失效")
"""In the title of a decision: what it ends needs no further words."""
ANNOUNCED = re.compile(r"起施行|同时|日起")
"""One of these in the sentence tells an order from a report: 《甲办法》已废止 tells what another text did."""
ORDERED = re.compile(r"(?:予以|一并|即行|宣布|一律|全部)$")
COMMAND = re.compile(r"(?:决定|现|予以|一并|宣布)$")
TO_VERB = re.compile(
    r"(?:等[^，。；《》]{0,12}(?:文件|规定|公告|通知|规章|办法|条例|法规))?(?:及其?[^，。；《》]{0,16})?"
    r"[，,]?(?:[自从于][^，。；《》]{1,30}[起日时]|届时)?[，,]?"
    r"(?:也|均|即|现|将|应|都|全部|一律|一并|相应|随之|同时|予以|即行|自行|同步|正式|宣布|[，,])*$"
)
"""What stands between the last title and the verb that ends it."""
VERB_FIRST = re.compile(rf"废止(?P<gap>[^，。；《》]{{0,60}}(?:公布|发布|印发|颁布|下发|制定)的)?{SPACE}?(?=《)")
"""决定废止《甲办法》: the verb stands in front."""
HYPOTHETICAL = re.compile(r"[拟须需应]|建议|提请|不得|是否|如|若|未|可以|已")
"""Before such a verb: somebody wishes, asks or reports the end of a text."""
PART = re.compile(
    rf"(?:中|内)?的?(?P<part>第{NUMERAL}[章节条](?:之{NUMERAL})?[^，。；《》]{{0,30}}?"
    r"|(?:部分|有关|相关|个别)[^，。；《》]{0,12}?(?:条款|条文|规定|内容)|附件[^，。；《》]{0,6}?|(?<=的)[^，。；《》]{2,20}?)(?=[，,自从同即予也现]|$)"
)
"""Only a part of the text named before it ends."""
PART_BEHIND = re.compile(rf"中?的?(?P<part>第{NUMERAL}[章节条](?:之{NUMERAL})?[^，。；《》和]{{0,30}}|附件\d{{0,2}})")
BETWEEN = re.compile(
    r"(?:等[^，。；《》]{0,8})?(?:及其[^，。；《》、]{0,12})?(?:(?:、|，|,|；|;|以及|和|及|与)+"
    r"(?:(?!施行|执行|实施|有效)[^《》。；]){0,60})?"
)
"""What may stand between two titles of one list: a separator, then who published the next one."""
KEPT_ON = re.compile("(?:(?<!停止)(?<!不再)(?:执行|施行|实施|适用|参照|遵守)|公布|发布|印发|颁布|制定|修[订改正])了?$")
"""Before a title of a list: it is what applies now, only its neighbours end."""
GROUND = re.compile("(?:根据|依据|按照|依照)(?:(?!制定|公布|发布|印发)[^，。；])*$")
"""Before a title: it is what the repeal rests on, not what it ends."""
SHORT_NAME = re.compile("[简统]称[“]?$")
ISSUED_AS = re.compile(r"(?:公布|发布|印发|颁布|下发)的$")
OWN_TITLE = re.compile(
    r"关于废止(?P<titles>《.{2,200}》)(?:等.{0,20})?的(?:决定|公告|通告|通知|命令|令)(?:[（(].{1,30}[）)])?$"
)
NUMBER_ONLY = re.compile(
    r"(?P<number>[\u4e00-\u9fa5]{2,14}[〔\[（(]\d{4}[〕\]）)]\d{1,4}号|[\u4e00-\u9fa5]{2,20}令第?\d{1,3}号)"
    r"(?:文件?)?(?:同时|予以|即行)废止"
)
NO_TITLE = "原文只写了文号，没有写文件名称，请核对是哪一部文件。"
NEAR = 400
"""Characters looked at before a title: nobody reads a ground from farther away."""
KEPT = 300
"""Characters of evidence."""


def repeals(title: str, text: str) -> Iterator[Found]:
    """Every text that a sentence of `text` ends; `title` is that of `text` itself."""
    if own := OWN_TITLE.search(title):
        for match in TITLE.finditer(own["titles"]):
            found = named(match)
            doubt = doubt_about(found.title, title)
            yield Found("repeals", 0, found.title, title[:KEPT], number=found.number, doubt=doubt)
    if VERB.search(text) is None:
        return
    for sentence in SENTENCE.finditer(text):
        if VERB.search(sentence[0]):
            yield from _of_sentence(title, sentence)


def _of_sentence(host: str, sentence: re.Match[str]) -> Iterator[Found]:
    words = sentence[0]
    # the verb must stand outside titles: 《关于废止…的决定》 repeals nothing by being named
    bare = TITLE.sub(lambda match: "《" + "□" * (len(match[0]) - 1), words)
    ordering = ORDERING.search(host) is not None or ANNOUNCED.search(bare) is not None
    for match, part, verb in (*_in_front(words, bare, ordering), *_behind(words, bare, ordering)):
        found = named(match, _before(words, match, 24))
        if is_paper(found.title):
            continue
        number = found.number or _issued_as(_before(words, match, NEAR))
        doubt = doubt_about(found.title, host)
        said = _evidence(words, match, verb)
        for article, target in _parts(part):
            yield Found("repeals", sentence.start() + match.start(), found.title, said, article, target, number, doubt)
    for match in NUMBER_ONLY.finditer(bare[:LONGEST]):
        if number := normalise(match["number"]):
            yield Found("repeals", sentence.start() + match.start(), number, match[0], number=number, doubt=NO_TITLE)


def _in_front(words: str, bare: str, ordering: bool) -> Iterator[Joined]:
    """The list of titles that stands directly before each verb: 《甲办法》、《乙办法》同时废止."""
    begun = 0
    for verb in ENDING.finditer(bare):
        titles = [t for t in TITLE.finditer(words, begun, verb.start()) if not SHORT_NAME.search(_before(bare, t, 8))]
        begun = verb.end()
        if ordering or ORDERED.search(bare[max(0, verb.start() - 4) : verb.start()]):
            yield from ((match, part, verb) for match, part in _joined(titles, bare, verb.start()))


def _joined(titles: Sequence[re.Match[str]], bare: str, verb: int) -> list[tuple[re.Match[str], str | None]]:
    """`(title, part)` of the titles joined to the verb at `verb`, in order; the part is None for a whole text."""
    ended: list[tuple[re.Match[str], str | None]] = []
    following: int | None = None
    for match in reversed(titles):
        gap = bare[match.end() : verb if following is None else following]
        if len(gap) > NEAR:
            break
        gap = BRACKETS.sub("", gap)
        part = PART.match(gap)
        rest = gap[part.end() :] if part else gap
        joined = TO_VERB.fullmatch(rest) if following is None else BETWEEN.fullmatch(rest)
        if joined is None or GROUND.search(before := _before(bare, match, NEAR)):
            break
        if following is not None and KEPT_ON.search(before):
            break
        ended.append((match, part["part"] if part else None))
        following = match.start()
    return ended[::-1]


def _behind(words: str, bare: str, ordering: bool) -> Iterator[Joined]:
    """The list of titles right behind a verb: 决定废止《甲办法》、《乙办法》."""
    for verb in VERB_FIRST.finditer(bare):
        clause = bare[max(0, verb.start() - 20) : verb.start()]
        if not (ordering or COMMAND.search(clause)) or HYPOTHETICAL.search(clause):
            continue
        match = TITLE.match(words, verb.end())
        while match:
            part = PART_BEHIND.match(bare, match.end())
            yield match, part["part"] if part else None, verb
            end = part.end() if part else match.end()
            following = TITLE.search(words, end, end + 160)
            gap = BRACKETS.sub("", bare[end : following.start()]) if following else ""
            match = following if following and BETWEEN.fullmatch(gap) and not KEPT_ON.search(gap) else None


def _before(words: str, match: re.Match[str], length: int) -> str:
    return words[max(0, match.start() - length) : match.start()]


def _issued_as(before: str) -> str | None:
    """The number in front of a title: 2007年7月10日原国家食品药品监督管理局令第28号公布的《…》."""
    clause = re.split(r"[》。]|日(?=原|国|卫|农|海|中)", before)[-1]
    return normalise(clause) if ISSUED_AS.search(clause) else None


def _evidence(words: str, match: re.Match[str], verb: re.Match[str]) -> str:
    """The sentence, or of a long one what stands from the title or the verb on."""
    return words if len(words) <= KEPT else words[min(match.start(), verb.start()) :][:KEPT]


def _parts(part: str | None) -> list[tuple[str | None, tuple[str, ...]]]:
    """`(as printed, path)` for each place of a part; one without a path for a part that has no number."""
    if part is None:
        return [(None, ())]
    written = places.read(part, 0)
    found = [(part[one.start : one.end].strip(), path) for one in written for path in paths_of(one.since, one.path)]
    return list(found) or [(part[:40], ())]
