"""What was made of a file, as one HTML page that needs nothing else: original and repaired text, outline, repairs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby

from ingest.explain import paint
from ingest.explain.paint import shown
from ingest.explain.rows import Row, rows
from ingest.explain.style import STYLE, STYLE_HASH
from ingest.explain.summary import Place, outline, summary
from ingest.offsets import Change, OffsetMap
from ingest.readers.raw import RawText
from ingest.repair.steps import LAYOUT, Repaired
from kb.model import Provision, Repair, Rung

FEW_ROWS = 150  # a text of so many paragraphs is shown whole; in a longer one, untouched stretches are folded
HEADINGS = (Rung.PART, Rung.CHAPTER, Rung.SECTION)
FOLD = 3  # fewer untouched paragraphs in a row than this are not worth folding


def comparison(
    name: str, raw: RawText, repaired: Repaired, provisions: Sequence[Provision], *, title: str, notes: Sequence[str]
) -> str:
    """One page with no script and no outside resource. Every word of the file is escaped."""
    offsets = _doubted(raw.doubts).then(repaired.offsets)
    changes = tuple(change for change in offsets.changes if set(change.steps) != {LAYOUT})
    left_out = sorted(raw.left_out, key=lambda fix: fix.at)
    laid = rows(raw.text, repaired.text, offsets, changes, left_out)
    places = _places((*raw.doubts, *repaired.repairs), changes, left_out, offsets)
    doubtful = sum(not place.fix.certain for place in places)
    sure = sum(place.fix.certain and not place.aside for place in places)
    headings = {_line_of(provision, repaired.text) for provision in provisions if provision.rung in HEADINGS}
    facts = [
        ("", "原文字数", len(raw.text)), ("", "修复后字数", len(repaired.text)), ("", "处修复", sure),
        ("ask" if doubtful else "", "处需要核对", doubtful),
    ]  # fmt: skip
    kind = " · ".join(part for part in (name, raw.format, raw.encoding) if part)
    said = tuple(dict.fromkeys((*notes, *repaired.notes)))
    return "".join(
        [
            _HEAD.format(title=shown(title), hash=STYLE_HASH, style=STYLE),
            '<details class="outline" open><summary>提纲</summary>',
            outline(provisions, repaired.text, laid),
            "</details>",
            f'<main><header><h1>{shown(title)}</h1><p class="quiet">{shown(kind)}</p>{_facts(facts)}</header>',
            _notes(said),
            summary(places, repaired.text),
            '<h2>逐段对照</h2><p class="legend"><span><del>删去</del></span><span><del class="r">原来的字</del> → '
            "<ins>改成的字</ins></span>"
            '<span><mark class="q">需核对</mark></span><span><mark class="q gap">缺图</mark></span></p>',
            '<div class="heads"><div>原文</div><div>修复后</div></div>',
            *_body(raw, repaired, laid, changes, left_out, headings),
            "<footer><p>原始文件照存不动；这里的每一处修复都可以在文件库中查看和更正。</p></footer></main></div></body></html>",
        ]
    )


_HEAD = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{hash}'; base-uri 'none'; "
    "form-action 'none'\">"
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">'
    '<title>{title} · 修复对照</title><style>{style}</style></head><body><div class="page">'
)


def _line_of(provision: Provision, repaired: str) -> int:
    """Where the line of a provision's number starts: its span takes in the line break before it."""
    return provision.start + repaired[provision.start : provision.start + 1].count("\n")


def _doubted(doubts: Sequence[Repair]) -> OffsetMap:
    """What the reader was not sure of, as changes that change nothing."""
    changes: list[Change] = []
    for fix in sorted(doubts, key=lambda fix: fix.at):
        end = fix.at + len(fix.before)
        if fix.before and (not changes or fix.at >= changes[-1].end):
            changes.append(Change(fix.at, end, fix.at, end, (fix.step,), certain=False))
    return OffsetMap(changes)


def _places(
    fixes: Sequence[Repair], changes: Sequence[Change], left_out: Sequence[Repair], offsets: OffsetMap
) -> list[Place]:
    """Every repair with the anchor of the change it is part of."""
    starts = [change.start for change in changes]
    anchors = [f"c{max(0, bisect_right(starts, fix.at) - 1)}" for fix in fixes]
    found = [Place(fix, anchor, offsets.to_repaired(fix.at)) for fix, anchor in zip(fixes, anchors, strict=True)]
    return found + [Place(fix, f"o{number}", offsets.to_repaired(fix.at), True) for number, fix in enumerate(left_out)]


def _facts(facts: Sequence[tuple[str, str, int]]) -> str:
    cells = (f'<div class="{look}"><dt>{label}</dt><dd>{count:,}</dd></div>' for look, label, count in facts)
    return f'<dl class="facts">{"".join(cells)}</dl>'


def _notes(notes: Sequence[str]) -> str:
    items = "".join(f"<li>{shown(note)}</li>" for note in notes)
    return f'<h2>说明</h2><ul class="notes">{items}</ul>' if notes else ""


def _body(
    raw: RawText, repaired: Repaired, laid: Sequence[Row], changes: Sequence[Change], left_out: Sequence[Repair],
    headings: set[int],
) -> Iterator[str]:  # fmt: skip
    """Rows with page marks between them; untouched stretches folded, and shut where the text is long."""
    opened = " open" if len(laid) <= FEW_ROWS else ""
    number = {id(fix): at for at, fix in enumerate(left_out)}
    first: set[str] = set()
    page = 0
    for plain, group in groupby(enumerate(laid), lambda item: item[1].plain):
        block = list(group)
        folded = plain and len(block) >= FOLD
        if folded:
            begin = shown(repaired.text[block[0][1].new_start :][:24].split("\n")[0])
            yield f'<details class="same"{opened}><summary>未改动 {len(block):,} 段：{begin}…</summary>'
        for at, row in block:
            while page < len(raw.pages) and raw.pages[page] <= row.end:
                yield _sheet(raw, page)
                page += 1
            yield _row(at, row, raw.text, repaired.text, changes, number, first, row.new_start in headings)
        if folded:
            yield "</details>"


def _sheet(raw: RawText, page: int) -> str:
    share = raw.confidence[page] if page < len(raw.confidence) else None
    sure = f" · 由图像识别，把握 {share:.0%}" if share is not None else ""
    return f'<p class="sheet">第 {page + 1} 页{sure}</p>'


def _row(
    at: int, row: Row, original: str, repaired: str, changes: Sequence[Change], number: dict[int, int], first: set[str],
    heading: bool,
) -> str:  # fmt: skip
    here = [(index, changes[index]) for index in row.changes]
    texts = original, repaired
    asides = [(number[id(fix)], fix) for fix in row.left_out]
    look = "plain" if row.plain else "doubt" if not all(change.certain for _, change in here) else "fixed"
    was = paint.was(original, row.start, row.end, here, asides, texts, first)
    now = paint.now(repaired, row.new_start, row.new_end, here, texts, first)
    bold, label = " head" if heading else "", '<span class="only">修复后</span>' if now else ""
    return (
        f'<div class="row {look}" id="p{at}"><div class="was"><span class="only">原文</span>{was}</div>'
        f'<div class="now{bold}">{label}{now}</div></div>\n'
    )
