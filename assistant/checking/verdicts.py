"""The sentence behind each verdict: what is wrong with a citation, what stands there instead, and what to do."""

from __future__ import annotations

import re

from assistant.checking.cited import Cited, Holdings
from assistant.checking.ended import Ended
from kb import succession, validity
from kb.address import instrument_name, join, label
from kb.citation_index import DocumentPaths, Path
from kb.model import Document, Force

SUGGESTED = 3
UNITS = ("章", "节", "款", "项", "目")


def nameless(cited: Cited) -> str:
    """A place without a title."""
    reference = cited.reference
    if reference.number:
        return f"本库没有收录文号为{reference.number}的文件，无法核对。"
    if reference.self_name:
        return f"“{reference.self_name}”指哪一部文件的哪一处，文中没有写明，请写出文件名称和条号。"
    return "没有写明是哪部文件的条款，请在条号前写出文件名称。"


def not_held(holdings: Holdings, title: str, edition: str | None) -> str:
    """A title that is not held, or not in the edition named."""
    instrument = holdings.instrument(title)
    if instrument is None:
        alike = [name for name in holdings.known if name in title or title in name]
        longest = sorted(dict.fromkeys(holdings.known[name] for name in alike), key=len, reverse=True)[:SUGGESTED]
        near = f"本库有名称相近的{'、'.join(f'《{name}》' for name in longest)}，但不是同一部文件。" if longest else ""
        return f"本库没有收录《{title}》，无法核对。{near}"
    held = "、".join(f"{v.version} 版" for v in holdings.registry.versions(instrument))
    edition = re.sub("后?的?$", "", edition or "")
    return f"本库没有收录《{title}》的“{edition}”版本，所存版本：{held}，无法核对。"


def disordered(cited: Cited, document: Document) -> str:
    """A range whose end does not come after its beginning."""
    since = cited.reference.since or ()
    first, last = label(document.title, since), "".join(cited.reference.path)
    return f"“{cited.reference.raw}”的起止次序不对：{first}不在{last}之前，请核对条号。"


def unclear(cited: Cited, document: Document) -> str:
    """Words that fit several places of one text."""
    fitting = "、".join(label("", path).removeprefix("《》") for path in cited.places[:5])
    return f"{label(document.title, ())}中{fitting}都合乎“{''.join(cited.reference.path)}”，请写明是哪一处。"


def missing(holdings: Holdings, document: Document, path: Path) -> str:
    """A place that the text does not have: how far it does exist, and how many there are at that point."""
    held = holdings.paths(document)
    name = label(document.title, ())
    for size in range(len(path) - 1, 0, -1):
        there = held.find(path[:size])
        if there:
            lacking = f"但没有{''.join(path[size:])}：{_how_many(held, there[0], path[size])}。"
            return f"{name}有{''.join(path[:size])}，{lacking}"
    if path[0].endswith(("编", "章", "节")):
        divisions = held.under((), path[0][-1])
        count = f"共 {len(divisions)} {path[0][-1]}" if divisions else f"不分{path[0][-1]}"
        return f"{name}没有{''.join(path)}，所存文本{count}。"
    stem, inserted, _ = path[0].partition("条之")
    if inserted and held.find((f"{stem}条",)):
        others = [a for a in held.articles if a.startswith(f"{stem}条之")]
        return f"{name}有{stem}条，但没有{path[0]}{'，只有' + '、'.join(others[:6]) if others else ''}。"
    articles = held.articles
    extent = f"共 {len(articles)} 条（{articles[0]}至{articles[-1]}）" if articles else "不分条"
    return f"{name}没有{''.join(path)}，所存文本{extent}。"


def _how_many(held: DocumentPaths, place: Path, segment: str) -> str:
    unit = segment[-1]
    inside = held.under(place, unit)
    if inside:
        return f"{''.join(place)}有 {len(inside)} {unit}"
    if unit == "款":
        return f"{''.join(place)}只有 1 款"
    deeper = [(*place, p) for p in held.under(place, "款") if held.under((*place, p), unit)]
    if deeper:
        return "，".join(f"{''.join(p)}有 {len(held.under(p, unit))} {unit}" for p in deeper)
    return f"{''.join(place)}不分{unit}" if unit in UNITS else "所存文本没有这一处"


def misplaced(cited: Cited, document: Document) -> str:
    """An article that stands in another chapter than the one named with it."""
    article, above = cited.reference.path[0], "".join(cited.misplaced or ())
    return f"{label(document.title, ())}{article}在{above}，与文中所写的“{cited.reference.raw}”不符。"


def former(document: Document) -> str:
    """旧《…》 without an edition: which of the older texts is meant is not said."""
    return f"文中写的是旧的（原）{label(document.title, ())}，没有写明是哪一版，请注明年份，如“（2019年修订）”。"


def unread(cited: Cited, document: Document) -> str:
    """Words behind a citation that name a part of it in no known way."""
    named = label(document.title, cited.reference.path)
    return f"有{named}，但“{cited.unread}”不是条、款、项、目，无法核对，请写明条款号。"


def outdated(holdings: Holdings, document: Document, path: Path) -> tuple[str, str | None]:
    """Why a place is not in force on the day and what holds instead, with its address where it is held."""
    said, instead = succession.notice(holdings.registry, document, holdings.as_of, path)
    force = holdings.force(document, path)
    named = f"{label(document.title, path)}（{document.version} 版）在 {holdings.as_of} 的效力状态为{force}。"
    return named + (said or ""), instead


def standing(holdings: Holdings, document: Document, path: Path) -> str:
    """The force of a valid citation in words: which places of a whole text were changed, why a force is not known."""
    force = holdings.force(document, path)
    if force is Force.UNKNOWN:
        return f"效力{force}：{validity.reason(document, holdings.as_of, path or None)}"
    if force is Force.AMENDED:
        return touched(holdings, document)
    return f"{force}。"


def touched(holdings: Holdings, document: Document) -> str:
    """For a whole text of which single places were changed: which, since when, by what; else nothing."""
    changed = validity.amendments(document, holdings.as_of)
    words = [
        f"{'、'.join(''.join(p) for p in a.places)}自 {a.on} 起被{a.by}{'废止' if a.ended else '修改'}" for a in changed
    ]
    return f"其中{'；'.join(words)}，其余条文仍然有效。" if words else ""


def ended(dead: Ended) -> tuple[str, str]:
    """A text that is not held and was repealed: by what, and since when; with the address of the clause."""
    number = f"（{dead.number}）" if dead.number else ""
    by = label(dead.by.title, dead.path)
    named = f"《{instrument_name(dead.title)}》{number}"
    said = f"{named}已由{by}废止，自 {dead.on} 起不再有效；其原文本库没有收录，条文无法核对。"
    return said, join(dead.by.id, dead.path)


def cut(holdings: Holdings, document: Document, path: Path) -> str:
    """A missing place in a text that other versions show to be incomplete."""
    count = len(holdings.paths(document).articles)
    return (
        f"所存{label(document.title, ())}{document.version} 版只有 {count} 条，远少于其他版本，看来不完整，"
        f"无法核对其中有没有{''.join(path)}，请先补全这一版的文本。"
    )


def elsewhere(holdings: Holdings, document: Document, other: Document, path: Path) -> str:
    """A place that the version of the day does not have, but another held version does."""
    there = f"{label(document.title, path)}见于所存 {other.version} 版，该版"
    force = holdings.force(other, ())
    reason = validity.reason(other, holdings.as_of).rstrip("。")
    held = holdings.paths(document).articles
    extent = f"共 {len(held)} 条，" if held else ""
    now = f"{holdings.as_of} 执行的是 {document.version} 版（{extent}没有这一处）。"
    return f"{there}效力状态为{force}（{reason}）；{now}"


def other_number(holdings: Holdings, cited: Cited, document: Document) -> str:
    """A document number printed beside the title that is not the stored one's."""
    number = cited.reference.number
    match holdings.other_number(cited.reference, document):
        case "perhaps":
            return (
                f"所存{document.version} 版载明的文号是{document.number}；这部文件修订过，各次修订另有文号，"
                f"文中的{number}是不是这一版的文号没有核对。"
            )
        case "yes":
            return (
                f"文中的文号是{number}，所存{document.version} 版的文号是{document.number}，"
                "不是同一版或不是同一部文件，请核对。"
            )
    if number and cited.reference.title and not document.number:
        return f"所存{document.version} 版未载明文号，文中的文号没有核对。"
    return ""
