"""Quotes that do not stand by themselves: 前款规定的…, or a sanction that is left to another article."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from kb.crossreferences import Named, among, named_in
from kb.model import Citation
from kb.registry import Registry

OPENS = re.compile("(?:违反|依照|按照|根据|依据|对|除|有|属于|符合|因|上述|[、，])*")
"""What stands before the place by which a quote opens."""
BY_NUMBER_ALONE = re.compile(
    "(?:的?规定|所[列述]|情形|行为|情况|之一){0,4}(?:的[，。；,]|[，,](?=由|责令|给予|处|依法|没收|吊销|追究))"
)
"""违反本法第三条规定的，… says of its condition nothing but where it stands; …规定，未登记即开工的，… tells it."""
POINTS = re.compile("(?:的?规定)?(?:给予|予以|进行|追究)?(?:行政|法律)?(?:处罚|处理|处分|责任|执行|办理)")
OWN_SANCTION = re.compile("责令|罚款|警告|吊销|没收|拘留|禁止从事")


def relied_on(registry: Registry, main: Sequence[Citation], others: Sequence[Citation], as_of: date) -> list[Named]:
    """The provisions without which the main quotes cannot be understood and that neither they nor the others show."""
    quoted = {citation.address for citation in (*main, *others)}
    wanted: dict[str, Named] = {}
    for citation in main:
        for named in named_in(registry, citation.address, citation.quote, as_of):
            if rests_on(citation.quote, named) and not among(named.address, {*quoted, *wanted}):
                wanted[named.address] = named
    return list(wanted.values())


def rests_on(quote: str, named: Named) -> bool:
    """Whether a quote cannot be understood without a provision it names: it speaks of 前款, tells its condition by a
    number alone, or leaves the sanction to it (依照本法第一百二十四条处罚)."""
    after = quote[named.at + len(named.words) :]
    if named.words.startswith("前") or (OPENS.fullmatch(quote[: named.at]) and BY_NUMBER_ALONE.match(after)):
        return True
    return POINTS.match(after) is not None and not OWN_SANCTION.search(_sentence(quote, named.at))


def _sentence(quote: str, at: int) -> str:
    """The sentence or line that holds a position."""
    start = max(quote.rfind(mark, 0, at) for mark in "。\n") + 1
    return quote[start:].partition("\n")[0].partition("。")[0]
