"""The verifier's own test: wrong citations that pass and right ones that do not, over everything that is loaded.

`regkb eval citations` makes both kinds from the loaded texts and has each checked through the API. A wrong one that is
called valid, or not seen at all, is the worst that a verifier can do: its rate must be 0.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from random import Random
from typing import NamedTuple, TypeVar

from eval.citation_forms import Draw, Right
from eval.citation_texts import CitationApi, read_holdings
from eval.right_places import RIGHT_PLACES
from eval.right_quotations import RIGHT_QUOTATIONS
from eval.wrong_places import WRONG_PLACES
from eval.wrong_quotations import WRONG_QUOTATIONS
from kb.errors import BadInput
from kb.model import Frozen

TRIES = 300
"""Draws for one citation of a kind; a kind that these texts offer nothing for is left out and so counted as 0."""
WRONG = {**WRONG_PLACES, **WRONG_QUOTATIONS}
RIGHT = {**RIGHT_PLACES, **RIGHT_QUOTATIONS}
QUOTED = re.compile('“[^”]*”|「[^」]*」|"[^"]*"')
Progress = Callable[[int, int], None]
Made = TypeVar("Made")


class KindCount(Frozen):
    """How many citations of a kind were checked, how many of them falsely, and what was said of each."""

    kind: str
    count: int
    failed: int
    verdicts: dict[str, int]


class FalseVerdict(Frozen):
    """A wrong citation that passed, or a right one that did not, with the sentence that came with it."""

    kind: str
    text: str
    expected: str
    verdict: str
    detail: str


class CitationRun(Frozen):
    """The result: `false_valid` of `wrong` citations passed, `right_valid` of `right` ones did."""

    as_of: date
    seed: int
    wrong: int
    false_valid: int
    right: int
    right_valid: int
    wrong_kinds: tuple[KindCount, ...]
    right_kinds: tuple[KindCount, ...]
    false_verdicts: tuple[FalseVerdict, ...]

    @property
    def false_valid_rate(self) -> float:
        return self.false_valid / max(1, self.wrong)

    @property
    def right_valid_rate(self) -> float:
        return self.right_valid / max(1, self.right)


class _Said(NamedTuple):
    """What the verifier made of one text: the telling verdict, whether it counts as passed, and its sentence."""

    verdict: str
    passed: bool
    detail: str


def check_citations(
    api: CitationApi, *, size: int, seed: int, as_of: date, progress: Progress | None = None
) -> CitationRun:
    """Make `size` wrong and `size` right citations and have them checked. The same texts and seed give the same ones.

    Raises BadInput when nothing fit to be cited is loaded.
    """
    holdings = read_holdings(api, as_of)
    if not holdings.current:
        raise BadInput("没有装载可供引用的法规，请先运行 regkb load laws。")
    wrong = list(_made(WRONG, Draw(holdings, Random(seed)), size))  # noqa: S311 - a seeded draw, not a secret
    right = list(_made(RIGHT, Draw(holdings, Random(seed)), size))  # noqa: S311 - a seeded draw, not a secret
    total, done = len(wrong) + len(right), 0
    results: list[tuple[str, str, bool, _Said]] = []
    for kind, text in wrong:
        results.append((kind, text, False, _of_wrong(api, text, as_of)))
        done = _step(progress, done, total)
    for kind, one in right:
        results.append((kind, one.text, True, _of_right(api, one, as_of)))
        done = _step(progress, done, total)
    return _summed(results, seed, as_of)


def _made(makers: Mapping[str, Callable[[Draw], Made | None]], draw: Draw, size: int) -> Iterator[tuple[str, Made]]:
    """Up to `size` different citations, the kinds in turn."""
    offering = dict(makers)
    seen: set[str] = set()
    while len(seen) < size and offering:
        for kind, maker in list(offering.items()):
            made = next((m for _ in range(TRIES) if (m := maker(draw)) is not None and str(m) not in seen), None)
            if made is None:
                del offering[kind]
            elif len(seen) < size:
                seen.add(str(made))
                yield kind, made


def _of_wrong(api: CitationApi, text: str, as_of: date) -> _Said:
    found = [one for one in api.cite(text, as_of)["citations"] if not _quoted(text, one["span"][0])]
    telling = next((one for one in found if one["verdict"] != "valid"), None)
    if telling:
        return _Said(telling["verdict"], False, telling["detail"])
    return _Said("valid" if found else "unseen", True, found[0]["detail"] if found else "没有认出引用")


def _quoted(text: str, at: int) -> bool:
    """Whether a place stands in a quotation: it is the quoted text's, not the citation that was made."""
    return any(match.start() < at < match.end() for match in QUOTED.finditer(text))


def _of_right(api: CitationApi, right: Right, as_of: date) -> _Said:
    found = [one for one in api.cite(right.text, as_of)["citations"] if not _quoted(right.text, one["span"][0])]
    telling = next((one for one in found if one["verdict"] != "valid"), None)
    if telling:
        return _Said(telling["verdict"], False, telling["detail"])
    if len(found) != right.places:
        return _Said("unseen", False, f"应认出 {right.places} 处引用，认出 {len(found)} 处")
    if right.quoted and not any(one["quote"] for one in found):
        return _Said("unseen", False, "引文没有核对")
    return _Said("valid", True, found[0]["detail"])


def _summed(results: list[tuple[str, str, bool, _Said]], seed: int, as_of: date) -> CitationRun:
    """A wrong citation fails by passing, a right one by not passing."""
    failed = [row for row in results if row[3].passed != row[2]]
    wrong, right = ([row for row in results if row[2] is expected] for expected in (False, True))
    return CitationRun(
        as_of=as_of, seed=seed, wrong=len(wrong), false_valid=sum(not row[2] for row in failed), right=len(right),
        right_valid=len(right) - sum(row[2] for row in failed), wrong_kinds=_kinds(wrong), right_kinds=_kinds(right),
        false_verdicts=tuple(
            FalseVerdict(
                kind=kind, text=text, expected="有效" if expected else "无效", verdict=said.verdict, detail=said.detail
            )
            for kind, text, expected, said in failed
        ),
    )  # fmt: skip


def _kinds(results: list[tuple[str, str, bool, _Said]]) -> tuple[KindCount, ...]:
    found = []
    for kind in dict.fromkeys(row[0] for row in results):
        rows = [row for row in results if row[0] == kind]
        verdicts = Counter(row[3].verdict for row in rows)
        failed = sum(row[3].passed != row[2] for row in rows)
        found.append(KindCount(kind=kind, count=len(rows), failed=failed, verdicts=dict(verdicts.most_common())))
    return tuple(found)


def _step(progress: Progress | None, done: int, total: int) -> int:
    if progress:
        progress(done + 1, total)
    return done + 1
