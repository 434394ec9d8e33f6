"""Places behind a title: articles, attachments (附件2第七条), and the outline of texts without articles (七（四）1).

Such texts are cited in two ways: by their outline as it is printed, or as if they had articles (第三部分第（二）项).
"""

from __future__ import annotations

import re

from kb.places import ARTICLE, GAP, SEGMENT, Written, read, rung_of

_OUTLINE = re.compile(
    rf"(?P<one>[一二三四五六七八九十]{{1,3}}(?=、|[（(]|{GAP}$))?、?{GAP}"
    rf"(?P<two>[（(]{GAP}[一二三四五六七八九十]{{1,3}}{GAP}[）)])?、?{GAP}"
    rf"(?P<three>\d{{1,2}}(?:[.．]\d{{1,2}}){{0,4}}(?:·\d{{1,2}}(?:[.．]\d{{1,2}}){{0,4}}){{0,4}}(?![\d年月日条款项]))?[.．、]?{GAP}"
    rf"(?P<four>[（(]{GAP}\d{{1,2}}{GAP}[）)])?{GAP}(?P<five>[①-⑳])?"
)
_ATTACHMENT = re.compile(
    rf"附{GAP}(?P<word>[件录表]){GAP}(?P<number>\d{{1,3}}(?:-\d{{1,2}})?|[一二三四五六七八九十]{{1,3}}|[A-ZⅠ-Ⅻ]{{1,3}})(?:{GAP}[的中之])?{GAP}"
)


def behind_title(text: str, at: int, *, adjacent: bool = True, least: int = 2) -> list[Written]:
    """The places that stand behind a title: 第三条, of an attachment (附件2第七条) or of an outline (七（四）).
    Without 第 they count only where they stand side by side with it."""
    attached = _ATTACHMENT.match(text, at)
    if attached:
        above = (f"附{attached['word']}{attached['number']}",)
        inside = read(text, attached.end(), above) if text.startswith("第", attached.end()) else []
        entry = outline(text, attached.end(), 1)
        if not inside and entry:
            inside = [entry._replace(path=(*above, *entry.path))]
        return inside or [Written(at, attached.end("number"), above)]
    written = read(text, at) if adjacent or text.startswith("第", at) else []
    if written and rung_of(written[0].path[0]) <= ARTICLE:
        entry = outline(text, written[-1].end, 1) if written[-1].path[-1].endswith("部分") else None
        if entry:
            last = written.pop()
            written.append(Written(last.start, entry.end, (*last.path, *entry.path)))
        return written
    entry = outline(text, at, least) if adjacent else None
    return [entry] if entry else []


def outline(text: str, at: int, least: int = 2) -> Written | None:
    """A place of a notice or guide by its outline: 三（二）, 七、（四）1. `least` levels at least."""
    match = _OUTLINE.match(text, at)
    levels = [level for level in match.groups() if level] if match else []
    if match is None or len(levels) < least:
        return None
    end = max(match.end(name) for name in match.groupdict() if match[name])
    path = [part for level in levels for part in _plain_level(level)]
    return Written(at, end, tuple(path))


def _plain_level(level: str) -> list[str]:
    inner = re.sub(r"\s", "", level)
    if inner[0] in "（(":
        return [f"（{inner[1:-1]}）"]
    return inner.replace("．", ".").split("·")


def outline_path(path: tuple[str, ...]) -> tuple[str, ...] | None:
    """The path under which a text without articles may hold what people cite as 第三部分第（二）项 or as 第三条: its
    outline 三、（二）. None where the path has no such form."""
    plain: list[str] = []
    for at, segment in enumerate(path):
        match = SEGMENT.fullmatch(segment)
        if match is None:
            plain.append(segment)
        elif match["rung"] in ("部分", "条") and at == 0 and not match["extra"]:
            plain.append(match["number"])
        elif match["rung"] == "项" and at:
            plain.append(f"（{match['number'].strip('（）')}）")
        else:
            return None
    return tuple(plain) if tuple(plain) != path else None
