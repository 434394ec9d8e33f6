"""Whether what was found is enough to answer from: a wrong yes invents law, a wrong no sends a founder away."""

from __future__ import annotations

from datetime import date

import pytest
from factories import document

from assistant.evidence import Evidence
from kb.model import Force, Passage
from kb.search import Finding


def finding(text: str, share: float, cosine: float) -> Finding:
    held = document()
    passage = Passage(
        address=f"{held.id}/第一条", document_id=held.id, title=held.title, label="第一条", article="第一条", path=(),
        text=text, kind=held.kind, force=Force.IN_FORCE, effective_on=date(2020, 7, 1), repealed_on=None, score=1.0,
        found_by=("dense",),
    )  # fmt: skip
    return Finding(passage, cosine, share)


@pytest.mark.parametrize(
    ("question", "terms", "text", "share", "cosine", "enough"),
    [
        # Own words carry it, without any help from meaning.
        ("样例药品储存", ("样例", "储存"), "样例药品的储存。", 0.6, 0.0, True),
        # A colloquial question: few words in common, but near in meaning.
        ("样例批文能卖吗", ("样例", "批文"), "样例证书可以转让。", 0.22, 0.89, True),
        # Meaning alone is never enough: the encoder's band is narrow.
        ("孩子发烧怎么办", ("孩子", "发烧"), "儿童用样例药品。", 0.0, 0.93, False),
        ("样例批文能卖吗", ("样例", "批文"), "样例证书可以转让。", 0.22, 0.87, False),
        # Another jurisdiction that the text does not speak of, however many words agree.
        ("美国样例药品怎么储存", ("样例", "储存"), "样例药品的储存。", 0.8, 0.93, False),
        ("美国样例药品怎么进口", ("样例", "进口"), "从美国进口样例药品。", 0.8, 0.93, True),
        # An abbreviation the text lacks: words must carry it, in whichever case it is written.
        ("XYZ证书要多久", ("xyz", "证书"), "样例证书三十日内发给。", 0.35, 0.92, False),
        ("XYZ证书要多久", ("xyz", "证书"), "样例证书（ＸＹＺ）三十日内发给。", 0.35, 0.92, True),
        ("XYZ证书要多久", ("xyz", "证书"), "样例证书三十日内发给。", 0.6, 0.0, True),
    ],
)
def test_what_is_enough(
    question: str, terms: tuple[str, ...], text: str, share: float, cosine: float, enough: bool
) -> None:
    weights = dict.fromkeys(terms, 1.0)
    assert Evidence(question, weights, (finding(text, share, cosine),), (), ()).sufficient is enough


def test_only_the_first_three_findings_count() -> None:
    far, near = finding("无关。", 0.0, 0.8), finding("样例药品的储存。", 0.9, 0.95)
    assert not Evidence("样例药品储存", {"样例": 1.0}, (far, far, far, near), (), ()).sufficient
    assert Evidence("样例药品储存", {"样例": 1.0}, (far, far, near), (), ()).sufficient
