"""Right citations of words: pieces of the stored words; where they are folded, only spaces and signs' widths change."""

from __future__ import annotations

import re
from collections.abc import Callable

from eval.citation_forms import Draw, Right, RightMaker, chinese
from eval.citation_texts import Law

WIDE = str.maketrans("，；：（）%", ",;:()％")


def quote_behind(draw: Draw) -> Right | None:
    return _quoted(draw, lambda cited, quote: f"{cited}规定：“{quote}”。")


def quote_before(draw: Draw) -> Right | None:
    return _quoted(draw, lambda cited, quote: f"“{quote}。”（{cited}）")


def quote_in_corners(draw: Draw) -> Right | None:
    return _quoted(draw, lambda cited, quote: f"{cited}明确，「{quote}」。")


def quote_folded(draw: Draw) -> Right | None:
    def written(cited: str, quote: str) -> str:
        at = next((n for n in range(6, len(quote) - 1) if not (quote[n - 1] + quote[n]).isascii()), 0)
        return f'{cited}写明"{quote[:at].translate(WIDE)} {quote[at:].translate(WIDE)}"。'

    return _quoted(draw, written)


def quote_with_gap(draw: Draw) -> Right | None:
    """Whole clauses left out in the middle, marked …… as is the custom."""
    law = draw.law()
    found = draw.quoted_place(law)
    if found is None:
        return None
    path, quote = found
    parts = re.split("(?<=[，；])", quote)
    if len(parts) < 3 or re.search("[不未无]", "".join(parts[1:-1])):
        return None
    return Right(f"《{law.short}》{chinese(path)}规定：“{parts[0]}……{parts[-1]}”。", quoted=True)


def quote_of_the_article(draw: Draw) -> Right | None:
    """Words of a paragraph or item, cited from its article."""
    law = draw.law()
    found = draw.quoted_place(law)
    return Right(f"《{law.short}》{found[0][0]}：“{found[1]}”", quoted=True) if found else None


RIGHT_QUOTATIONS: dict[str, RightMaker] = {
    "条后引文": quote_behind,
    "括号注出处": quote_before,
    "「」引文": quote_in_corners,
    "标点全半角与空格": quote_folded,
    "引文有省略": quote_with_gap,
    "引款项文字只注条": quote_of_the_article,
}


def _quoted(draw: Draw, written: Callable[[str, str], str]) -> Right | None:
    law = draw.law()
    found = draw.quoted_place(law)
    return Right(written(_cited(law, found[0]), found[1]), quoted=True) if found else None


def _cited(law: Law, path: tuple[str, ...]) -> str:
    return f"《{law.short}》{chinese(path)}"
