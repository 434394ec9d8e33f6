"""A text with its citations marked by verdict, as one HTML page of its own: no script, nothing from outside.

Each mark says its verdict in words as well as in colour, and its reason on focus and hover; the list below the counts
says the same for whoever prints it or hears it read.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from html import escape

from assistant.answer_model import CitedPlace

VERDICT_LABEL: Mapping[str, str] = {
    "valid": "有效", "not_found": "条款不存在", "unknown_document": "未收录", "not_in_force": "非现行有效",
    "quote_mismatch": "引文不符", "ambiguous": "指代不明",
}  # fmt: skip
"""In the order in which they are counted."""
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
"""Signs that show nothing or turn the direction of the words around them: a text must not look like another one."""
_STYLE = """
:root{--ink:#1b2430;--quiet:#5a6675;--line:#dfe4ea;--paper:#fff;--valid:#1b6e3c;--not_found:#b3261e;
--unknown_document:#8a5300;--not_in_force:#7b2cbf;--quote_mismatch:#a4133c;--ambiguous:#37517e}
@media(prefers-color-scheme:dark){:root{--ink:#e8edf3;--quiet:#a3afbd;--line:#37424f;--paper:#141a21;--valid:#7ad69c;
--not_found:#ff9a92;--unknown_document:#f5bf6b;--not_in_force:#d3a6ff;--quote_mismatch:#ff9db5;--ambiguous:#a9c4f5}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:17px/1.85 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
main{max-width:46rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.5rem;line-height:1.35;margin:0 0 .25rem;overflow-wrap:anywhere}
h2{font-size:1.1rem;margin:2rem 0 .5rem}
.quiet{color:var(--quiet);font-size:.9rem;margin:0}
.counts{display:flex;flex-wrap:wrap;gap:.5rem 1.25rem;list-style:none;margin:1rem 0;padding:.75rem 0;
border:solid var(--line);border-width:1px 0}
.counts b{font-size:1.3rem;margin-right:.3rem}
.text{white-space:pre-wrap;overflow-wrap:anywhere}
.c{position:relative;color:var(--v);text-decoration:underline solid var(--v) 2px;text-underline-offset:4px}
.c.wrong{text-decoration-style:wavy;text-decoration-thickness:1.5px}
.c sup{font-size:.68em;line-height:1;margin-left:.15em;white-space:nowrap}
.c .why{display:none;position:fixed;left:1rem;right:1rem;bottom:1rem;z-index:1;max-width:44rem;margin:0 auto;
padding:.75rem 1rem;background:var(--paper);color:var(--ink);border:1px solid var(--v);border-radius:6px;
font-size:.9rem;line-height:1.6;box-shadow:0 6px 20px rgb(0 0 0/.18);white-space:normal}
.c:hover .why,.c:focus .why{display:block}
a:focus-visible{outline:2px solid var(--v,currentColor);outline-offset:2px}
.found{padding-left:0;list-style:none}
.found li{border-top:1px solid var(--line);padding:.6rem 0;scroll-margin-top:1rem}
.found li:target{background:color-mix(in srgb,var(--v) 10%,transparent)}
.found a{color:inherit}
.word{color:var(--v);font-weight:600;margin-right:.5rem}
.valid{--v:var(--valid)}.not_found{--v:var(--not_found)}.unknown_document{--v:var(--unknown_document)}
.not_in_force{--v:var(--not_in_force)}.quote_mismatch{--v:var(--quote_mismatch)}.ambiguous{--v:var(--ambiguous)}
@media print{.c .why{display:none!important}}
"""
_STYLE_HASH = "sha256-" + base64.b64encode(sha256(_STYLE.encode()).digest()).decode()
_HEAD = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
    f"content=\"default-src 'none'; style-src '{_STYLE_HASH}'; base-uri 'none'; form-action 'none'\">"
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">'
    "<title>{title} · 引用核对</title><style>" + _STYLE.replace("{", "{{").replace("}", "}}") + "</style></head><body>"
)


def page(title: str, text: str, citations: Sequence[CitedPlace], *, as_of: date) -> str:
    """The page. `citations` are those of `text`, in order, as `/api/cite` gives them; every word is escaped."""
    wrong = [(at, one) for at, one in enumerate(citations) if one.verdict != "valid"]
    right = [(at, one) for at, one in enumerate(citations) if one.verdict == "valid"]
    return "".join(
        [
            _HEAD.format(title=_shown(title)),
            f'<main><h1>{_shown(title)}</h1><p class="quiet">按 {as_of} 的有效文本核对，共 {len(citations)} 处引用</p>',
            _counts(citations),
            _listed("需要处理", wrong),
            '<h2>正文</h2><div class="text">',
            *_marked(text, citations),
            "</div>",
            _listed("核对无误", right),
            '<p class="quiet">“有效”指条款存在且在这一天有效；只有注明“原文一致”的，引号中的文字才逐字核对过。</p>',
            "</main></body></html>\n",
        ]
    )


def _counts(citations: Sequence[CitedPlace]) -> str:
    counts: Counter[str] = Counter(one.verdict for one in citations)
    cells = [
        f'<li class="{verdict}"><b>{counts[verdict]}</b><span class="word">{word}</span></li>'
        for verdict, word in VERDICT_LABEL.items()
        if counts[verdict]
    ]
    return f'<ul class="counts">{"".join(cells)}</ul>' if cells else "<p>文中没有找到法条引用。</p>"


def _marked(text: str, citations: Sequence[CitedPlace]) -> Iterator[str]:
    """The text piece by piece; a citation is a link to its entry in the list."""
    reached = 0
    for at, one in enumerate(citations):
        start, end = one.span
        wrong = "" if one.verdict == "valid" else " wrong"
        yield _shown(text[reached:start])
        yield (
            f'<a class="c {one.verdict}{wrong}" id="m{at}" href="#n{at}" aria-describedby="w{at}">'
            f"{_shown(text[start:end])}<sup>{VERDICT_LABEL[one.verdict]}</sup>"
            f'<span class="why" role="tooltip" id="w{at}">{_shown(one.detail)}</span></a>'
        )
        reached = end
    yield _shown(text[reached:])


def _listed(heading: str, found: Sequence[tuple[int, CitedPlace]]) -> str:
    if not found:
        return ""
    entries = [
        f'<li class="{one.verdict}" id="n{at}"><span class="word">{VERDICT_LABEL[one.verdict]}</span>'
        f'<a href="#m{at}">{_shown(one.raw)}</a><br>{_shown(one.detail)}</li>'
        for at, one in found
    ]
    return f'<h2>{heading}（{len(found)} 处）</h2><ol class="found">{"".join(entries)}</ol>'


def _shown(words: str) -> str:
    return escape(_UNSEEN.sub("�", words))
