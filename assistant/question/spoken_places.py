"""The place of a law that a conversation stands at, and the way from it to another: 那第八十二条呢, 第二款呢, 下一条.

The place is the one that the question before names; where it names none or several, it is what the answer cites first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kb.numerals import ordinal, to_chinese

_N = "[0-9〇零一二三四五六七八九十百千]{1,9}"
_PLACE = re.compile(f"第?(?P<article>{_N})条(?P<extra>之{_N})?(?P<below>(?:第{_N}款)?(?:第?[（(]?{_N}[）)]?项)?)")
_LABEL = re.compile(f"《[^《》\\n]{{2,60}}》(?:第{_N}条(?:之{_N})?(?:第{_N}款)?)?")
_KEYED = re.compile(rf"\[(?P<key>\d{{1,2}})\][^《\n]{{0,6}}[（(](?P<label>{_LABEL.pattern})")
_ENDS = (
    "(?:呢|的?(?:内容|原文|规定)?(?:[说讲写规定]+的)?(?:是|又|都|讲|说|写|规定)*了?(?:怎么|如何)?(?:规定|说|写|讲)?(?:的|了)?"
    r"(?:什么|啥)?(?:内容)?(?:的|呢|吗)?)[？?。！!，,\s]*"
)
_LEAD = r"(?:那么?|再看|看看|看|请问|再|还有|以及|那个|这部法律?的?|该法的?|本法的?|它的?)*(?:它的?|这部法的?)?"
_OTHER_ARTICLE = re.compile(rf"{_LEAD}(?P<place>{_PLACE.pattern}){_ENDS}")
_BELOW = re.compile(
    rf"{_LEAD}(?:这条的?|该条的?)?(?P<below>第{_N}款(?:第?[（(]?{_N}[）)]?项)?|第[（(]?{_N}[）)]?项){_ENDS}"
)
_STEP = re.compile(rf"{_LEAD}(?:再)?(?P<way>[下后上前])(?P<by>[一两二三1-3])?条{_ENDS}")
_CITATION = re.compile(
    rf"{_LEAD}(?:(?:刚才|上面|回答里?|你)的?)?(?:第(?P<place>{_N})(?:条|个|处)?(?:引用|依据|引文|出处)"
    rf"|引用\[?(?P<key>\d{{1,2}})\]?|\[(?P<bare>\d{{1,2}})\]){_ENDS}"
)
_OTHER_LAW = re.compile(
    rf"{_LEAD}(?P<law>《[^《》]{{2,40}}》|[\u4e00-\u9fff]{{2,24}}(?:法|条例|办法|规范|细则|规定))(?:里|中)?(?:的)?(?:规定)?(?:呢|怎么说的?|怎么规定的?)[？?。\s]*"
)
_THIS = re.compile(r"^(?:那么?)?(?:这一?条|该条|本条|此条|这个条款|上述条款|该条款|这一款|该款)(?:规定|里面?|中|的)?")
_TITLE = re.compile("(?:《[^《》]{2,40}》|[\u4e00-\u9fff]{2,24}(?:法|条例|办法|规范|细则|规定))$")
FIRST, AHEAD = 1, {"下": 1, "后": 1, "上": -1, "前": -1}


class Spoken(NamedTuple):
    """A place as a question would name it: the words before it (the law), its number, what is below the article."""

    law: str
    article: int
    extra: str
    below: str

    def __str__(self) -> str:
        return f"{self.law}第{to_chinese(self.article)}条{self.extra}{self.below}"


def other_place(before: str, said: str, words: str) -> str | None:
    """A follow-up that moves to another place, as a question of its own; `said` is the answer between. None for any
    other follow-up, where no place is known to start from, and for a number that no law has."""
    try:
        return _moved(before, said, words)
    except ValueError:
        return None


def this_place(before: str, said: str, words: str) -> str | None:
    """这条罚款最低多少 with the place in the stead of 这条; None where the words point at none."""
    match = _THIS.match(words)
    try:
        here = next(_here(before, said), None) if match else None
        return f"{here}{words[match.end() :]}" if match and here else None
    except ValueError:
        return None


def _moved(before: str, said: str, words: str) -> str | None:
    if match := _OTHER_LAW.fullmatch(words):
        return _of_another_law(before, match["law"])
    if match := _CITATION.fullmatch(words):
        return _cited(said, match)
    here = next(_here(before, said), None)
    if here is None:
        return None
    if match := _OTHER_ARTICLE.fullmatch(words):
        return str(
            here._replace(article=ordinal(match["article"]), extra=match["extra"] or "", below=match["below"] or "")
        )
    if match := _BELOW.fullmatch(words):
        return str(here._replace(below=match["below"]))
    if match := _STEP.fullmatch(words):
        number = here.article + AHEAD[match["way"]] * (ordinal(match["by"].replace("两", "二")) if match["by"] else 1)
        return str(here._replace(article=number, extra="", below="")) if number >= FIRST else None
    return None


def _of_another_law(before: str, law: str) -> str | None:
    """The question before with the one law in it that a place is named of exchanged."""
    named = list(_PLACE.finditer(before))
    title = _TITLE.search(before, 0, named[0].start()) if len(named) == 1 else None
    return before[: title.start()] + law + before[title.end() :] if title else None


def _here(before: str, said: str) -> Iterator[Spoken]:
    named = list(_PLACE.finditer(before))
    if len(named) == 1 and before[: named[0].start()].strip():
        yield _read(before[: named[0].start()].strip(), named[0])
    for label in _LABEL.finditer(said):
        if place := _PLACE.search(label[0]):
            yield _read(label[0][: place.start()], place)
    if named and before[: named[0].start()].strip():
        yield _read(before[: named[0].start()].strip(), named[0])


def _read(law: str, match: re.Match[str]) -> Spoken:
    return Spoken(law, ordinal(match["article"]), match["extra"] or "", match["below"] or "")


def _cited(said: str, match: re.Match[str]) -> str | None:
    """The citation of a key, or the one that comes at a place among them."""
    key = match["key"] or match["bare"] or str(ordinal(match["place"]))
    keyed = {found["key"]: found["label"] for found in _KEYED.finditer(said)}
    labels = list(dict.fromkeys(label[0] for label in _LABEL.finditer(said) if "条" in label[0]))
    if key in keyed:
        return keyed[key]
    at = int(key) - 1
    return labels[at] if 0 <= at < len(labels) else None
