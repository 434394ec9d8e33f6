"""Two versions of a text: which article became which, where a provision now stands, and which words changed."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from factories import provision
from hypothesis import given
from hypothesis import strategies as st

from kb.alignment import MOST, aligned, likenesses
from kb.compare import Change, changes, counterpart, marks, units
from kb.model import Provision, Rung
from kb.registry import Reading

PURPOSE = "第一条 为了加强样例药品管理，保证样例药品质量，保障公众用药安全，制定本办法。"
KEEPER = "第二条 持有人应当建立样例药品追溯制度，按照规定提供追溯信息，保证样例药品可追溯。"
STORE = "第三条 从事样例药品零售活动，应当经所在地县级药品监督管理部门批准，取得样例药品经营许可证。"
REPORT = "第四条 持有人应当每年将样例药品生产销售、上市后研究、风险管理等情况按照规定报告。"
RECALL = "第五条 样例药品存在质量问题或者其他安全隐患的，持有人应当立即停止销售，召回已销售的样例药品。"
LAST = "第六条 本办法自2020年7月1日起施行。"
OLD = (PURPOSE, KEEPER, STORE, REPORT, RECALL, LAST)


def reading(*lines: str, **rungs: Rung) -> Reading:
    """A text of one line each article (or heading, for 章); paragraphs are written after ／."""
    text = "\n".join(lines).replace("／", "\n")
    found: list[Provision] = []
    trail: tuple[str, ...] = ()
    for line in lines:
        number, whole = line.split()[0], line.replace("／", "\n")
        if number.endswith("章"):
            trail = (line,)
            found.append(provision(number, text=whole, within=text, rung=Rung.CHAPTER, heading=line.split()[1]))
            continue
        rung = rungs.get(number, Rung.ARTICLE)
        article = provision(number, text=whole, within=text, trail=trail, rung=rung)
        found.append(article)
        at = article.body
        for count, part in enumerate(whole[article.body - article.start :].split("\n"), start=1):
            if "／" in line:
                path = (number, f"第{'一二三四五'[count - 1]}款")
                paragraph = Rung.PARAGRAPH
                found.append(Provision(path=path, rung=paragraph, start=at, body=at, end=at + len(part), trail=trail))
            at += len(part) + 1
    return Reading(text, {p.path: p for p in found})


def renumbered(line: str, number: str) -> str:
    return f"{number} {line.split(maxsplit=1)[1]}"


def became(old: Reading, new: Reading) -> list[tuple[str, str | None, str | None]]:
    return [(c.how, c.old and c.old[-1], c.new and c.new[-1]) for c in changes(old, new)]


def test_the_same_text_has_no_changes() -> None:
    assert {c.how for c in changes(reading(*OLD), reading(*OLD))} == {"same"}


def test_an_inserted_article_renumbers_what_follows_and_changes_nothing() -> None:
    """The usual revision: a comparison by number would call every article behind the new one changed."""
    extra = "第三条 国家鼓励样例药品的研究和创制，对临床急需的样例药品予以优先审评审批。"
    new = reading(
        PURPOSE, KEEPER, extra, *(renumbered(old, f"第{n}条") for n, old in zip("四五六七", OLD[2:], strict=True))
    )
    assert became(reading(*OLD), new) == [
        ("same", "第一条", "第一条"), ("same", "第二条", "第二条"), ("added", None, "第三条"),
        ("renumbered", "第三条", "第四条"), ("renumbered", "第四条", "第五条"), ("renumbered", "第五条", "第六条"),
        ("renumbered", "第六条", "第七条"),
    ]  # fmt: skip


def test_a_removed_article_stands_where_it_stood() -> None:
    new = reading(
        PURPOSE, KEEPER, renumbered(REPORT, "第三条"), renumbered(RECALL, "第四条"), renumbered(LAST, "第五条")
    )
    found = became(reading(*OLD), new)
    assert found[2] == ("removed", "第三条", None)
    assert [how for how, *_ in found] == ["same", "same", "removed", "renumbered", "renumbered", "renumbered"]


def test_an_article_that_moved_behind_others_is_followed() -> None:
    order = (PURPOSE, RECALL, KEEPER, STORE, REPORT, LAST)
    moved = reading(*(renumbered(line, f"第{n}条") for n, line in zip("一二三四五六", order, strict=True)))
    assert ("renumbered", "第五条", "第二条") in became(reading(*OLD), moved)
    assert not {"added", "removed"} & {how for how, *_ in became(reading(*OLD), moved)}


def test_a_moved_article_that_was_also_amended_is_followed_by_its_words() -> None:
    amended = RECALL.replace("立即停止销售", "立即停止生产、销售")
    order = (PURPOSE, amended, KEEPER, STORE, REPORT, LAST)
    moved = reading(*(renumbered(line, f"第{n}条") for n, line in zip("一二三四五六", order, strict=True)))
    assert ("changed", "第五条", "第二条") in became(reading(*OLD), moved)


def test_one_digit_is_a_change_that_is_seen() -> None:
    new = reading(*OLD[:-1], LAST.replace("2020", "2021"))
    changed = [c for c in changes(reading(*OLD), new) if c.how == "changed"]
    assert [(c.old, c.new) for c in changed] == [(("第六条",), ("第六条",))]


@pytest.mark.parametrize(
    ("old", "new", "equal"),
    [
        ("每年 报告一次", "每年报告一次", True),
        ("（一）药品（试行）", "(一)药品(试行)", True),
        ("5 倍", "５倍", True),
        ("1 0 级", "10 级", False),
        ("含量10⁵", "含量105", False),
        ("五日", "五年", False),
        ("所称“药品”", '所称"药品"', True),
        ("所称“药品”", "所称「药品」", True),
        ("所称‘药品’", "所称'药品'", True),
        ("应当报告。", "应当报告｡", True),
        ("所称“药品”", "所称药品", False),
        ("所称《药品》", "所称“药品”", False),
    ],
)
def test_copies_differ_in_spaces_widths_and_quotation_marks_only(old: str, new: str, equal: bool) -> None:
    """Two sites print the same words differently; a superscript or the gap between two numbers is no such matter."""
    before, after = reading(f"第一条 {old}"), reading(f"第一条 {new}")
    assert ([c.how for c in changes(before, after)] == ["same"]) is equal
    found = [(mark.op, mark.text) for mark in marks(old, new)]
    assert (joined(found, "removed"), joined(found, "added")) == (old, new), "marks give the words as printed"


def test_an_article_split_in_two_is_one_change_and_one_addition() -> None:
    """Shown as it is, not as if both halves had been there before."""
    first, second = (
        "第二条 持有人应当建立样例药品追溯制度，按照规定提供追溯信息。",
        "第三条 持有人应当保证样例药品可追溯，并且保存记录十年，随时接受药品监督管理部门的监督检查。",
    )
    new = reading(
        PURPOSE, first, second, *(renumbered(old, f"第{n}条") for n, old in zip("四五六七", OLD[2:], strict=True))
    )
    assert became(reading(*OLD), new)[1:3] == [("changed", "第二条", "第二条"), ("added", None, "第三条")]


def test_a_rewritten_article_is_removed_and_added() -> None:
    """Side by side with nothing in common, marked words would only confuse."""
    other = "第三条 国务院有关部门在各自职责范围内负责相关的监督管理工作。"
    found = became(reading(*OLD), reading(PURPOSE, KEEPER, other, REPORT, RECALL, LAST))
    assert found[2:4] == [("removed", "第三条", None), ("added", None, "第三条")]


def test_headings_are_no_units_and_a_text_without_articles_has_its_outermost_entries() -> None:
    chapters = reading("第一章 总则", PURPOSE, "第二章 附则", renumbered(LAST, "第二条"))
    assert list(units(chapters)) == [("第一条",), ("第二条",)]
    outline = reading("一、 适用范围", "二、 审查要点", **{"一、": Rung.HEADING, "二、": Rung.HEADING})
    assert list(units(outline)) == [("一、",), ("二、",)]


def test_an_annex_is_compared_the_revision_history_is_not() -> None:
    preface = {"序言": Rung.TEXT, "附件": Rung.ATTACHMENT}
    old = reading("序言 2019年通过", PURPOSE, "附件 表一 收费标准每次五十元", **preface)
    new = reading("序言 2019年通过 2024年修正", PURPOSE, "附件 表一 收费标准每次八十元", **preface)
    assert became(old, new) == [("same", "第一条", "第一条"), ("changed", "附件", "附件")]


def test_articles_of_an_annex_are_units_of_their_own() -> None:
    text = "附件2\n第一条 申报资料一式三份。"
    held = [
        Provision(path=("附件2",), rung=Rung.ATTACHMENT, start=0, body=0, end=len(text)),
        Provision(path=("附件2", "第一条"), rung=Rung.ARTICLE, number="第一条", start=5, body=9, end=len(text)),
    ]
    assert list(units(Reading(text, {p.path: p for p in held}))) == [("附件2", "第一条")]


@pytest.mark.parametrize(
    ("path", "where", "why"),
    [
        (("第四条",), ("第五条",), "its words are the same, its number is not"),
        (("第五条",), ("第六条",), "amended and renumbered"),
        (("第三条",), None, "rewritten out of all likeness: no link is better than a wrong one"),
        (("第九十条",), None, "not in the old text"),
        (("第二章",), ("第三章",), "a chapter is found by its heading"),
        (("第一章",), None, "two chapters bear the heading"),
    ],
)
def test_where_a_provision_stands_now(path: tuple[str, ...], where: tuple[str, ...] | None, why: str) -> None:
    old = reading("第一章 总则", PURPOSE, KEEPER, STORE, "第二章 管理", REPORT, RECALL, LAST)
    new = reading(
        "第一章 总则", PURPOSE, "第二章 总则", KEEPER, "第三条 国务院有关部门在各自职责范围内负责相关工作。",
        "第四条 鼓励行业协会制定行业规范，加强自律管理。", "第三章 管理", renumbered(REPORT, "第五条"),
        renumbered(RECALL, "第六条").replace("立即停止销售", "立即停止生产、销售"), renumbered(LAST, "第七条"),
    )  # fmt: skip
    assert counterpart(old, new, path) == where, why


TWO = "第二条 持有人应当建立追溯制度，按照规定提供追溯信息。／持有人是境外企业的，由其指定的境内企业法人履行义务。"
THREE = (
    "第二条 持有人应当建立追溯制度，按照规定提供追溯信息。／中药饮片生产企业履行持有人的相关义务。"
    "／持有人是境外企业的，由其指定的境内企业法人履行持有人义务。"
)


@pytest.mark.parametrize(
    ("old", "new", "path", "where", "why"),
    [
        (TWO, THREE, ("第二条", "第一款"), ("第二条", "第一款"), "unchanged"),
        (TWO, THREE, ("第二条", "第二款"), ("第二条", "第三款"), "a paragraph was put in before it"),
        (THREE, TWO, ("第二条", "第二款"), None, "the paragraph is gone, another one bears its number"),
        (
            TWO, "第二条 持有人应当建立追溯制度，按照规定提供追溯信息。", ("第二条", "第一款"), ("第二条",),
            "the only one left is the article itself",
        ),
    ],
)  # fmt: skip
def test_where_a_paragraph_stands_now(
    old: str, new: str, path: tuple[str, ...], where: tuple[str, ...] | None, why: str
) -> None:
    before, after = reading(PURPOSE, old, STORE, LAST), reading(PURPOSE, new, STORE, LAST)
    assert counterpart(before, after, path) == where, why


def test_of_an_article_split_in_halves_alike_neither_is_its_successor() -> None:
    head = "从事样例药品{}活动，应当经所在地药品监督管理部门批准，取得样例药品经营许可证，并且每年报告{}情况。"
    old = reading(PURPOSE, "第二条 " + head.format("批发、零售", "批发、零售"))
    new = reading(PURPOSE, "第二条 " + head.format("批发", "批发"), "第三条 " + head.format("零售", "零售"))
    assert counterpart(old, new, ("第二条",)) is None


def test_an_article_that_kept_little_is_shown_as_changed_and_is_no_sure_successor() -> None:
    new = (
        "第三条 从事样例药品零售活动，应当经所在地县级药品监督管理部门同意，配备执业药师，建立质量管理制度，"
        "保存进货查验记录五年，并且接受社会监督。"
    )
    before, after = reading(*OLD), reading(PURPOSE, KEEPER, new, REPORT, RECALL, LAST)
    assert became(before, after)[2] == ("changed", "第三条", "第三条")
    assert counterpart(before, after, ("第三条",)) is None


def test_between_other_neighbours_little_likeness_is_not_enough() -> None:
    """What stands on the other side of an article that stayed has moved: then the words alone must show it."""
    new = (
        "第三条 从事样例药品零售活动，应当经所在地县级药品监督管理部门同意，配备执业药师，建立质量管理制度，"
        "保存进货查验记录五年，并且接受社会监督。"
    )
    found = became(reading(PURPOSE, STORE, KEEPER, LAST), reading(PURPOSE, renumbered(KEEPER, "第二条"), new, LAST))
    assert ("removed", "第三条", None) in found
    assert ("added", None, "第三条") in found


ADDED = (
    "国家对样例液态药品道路散装运输实行许可制度，承运人依法取得准运证。",
    "发货方应当查验承运人的准运证，核验运输容器；收货方应当查验运输记录，核验铅封是否完整。",
    "任何单位和个人不得伪造、变造运输记录、容器清洗凭证等单据，也不得将运输容器出租、出借给他人。",
    "散装运输的具体办法由国务院有关部门制定，目录由国务院批准后公布，并且根据实际情况适时调整。",
)
GROWN = "／".join((KEEPER, *ADDED))


@pytest.mark.parametrize(
    ("old", "new", "pair", "why"),
    [
        ((KEEPER,), (GROWN,), [("changed", "第二条", "第二条")], "paragraphs were added, its own stayed"),
        ((GROWN,), (KEEPER,), [("changed", "第二条", "第二条")], "the added paragraphs went again"),
        (
            ("第二条 按照规定报告。",), ("／".join(("第二条 按照规定报告。", *ADDED)),),
            [("removed", "第二条", None), ("added", None, "第二条")], "a few words stand anywhere",
        ),
        (
            (f"第二条 {ADDED[0]}{ADDED[1]}", f"第三条 {KEEPER[4:]}"), (f"第二条 {ADDED[0]}{ADDED[1]}{KEEPER[4:]}",),
            [("changed", "第二条", "第二条"), ("removed", "第三条", None)],
            "the article that took another one in is what it was, and the other one is gone",
        ),
    ],
)  # fmt: skip
def test_an_article_within_the_words_of_another_is_its_counterpart(
    old: tuple[str, ...], new: tuple[str, ...], pair: list[tuple[str, str | None, str | None]], why: str
) -> None:
    before, after = reading(PURPOSE, *old), reading(PURPOSE, *new)
    assert sorted(map(str, became(before, after)[1:])) == sorted(map(str, pair)), why
    sure = pair == [("changed", "第二条", "第二条")]
    assert (counterpart(before, after, ("第二条",)) == ("第二条",)) is sure or len(old) > 1, why


def test_of_an_article_within_two_others_neither_is_its_counterpart() -> None:
    """Words that were copied into two new articles are not surely the one or the other."""
    twice = (
        f"第二条 {KEEPER[4:]}{ADDED[0]}{ADDED[1]}{ADDED[2]}",
        f"第三条 {KEEPER[4:]}{ADDED[3]}{ADDED[2][::-1]}{RECALL}",
    )
    before, after = reading(PURPOSE, KEEPER), reading(PURPOSE, *twice)
    assert counterpart(before, after, ("第二条",)) is None


BLOCKS = ["".join(chr(0x4E00 + 40 * n + k) for k in range(20)) for n in range(9)]


def test_what_is_more_like_another_entry_is_no_pair() -> None:
    """The place of an article that went is taken by a new one that shares a phrase with it: that does not make it the
    same article, when another one shares more."""
    common = BLOCKS[0] + BLOCKS[1] + BLOCKS[2]
    stays, became_it = common + BLOCKS[4] + BLOCKS[3][:4], common + BLOCKS[4]
    gone, comes = common + BLOCKS[5], BLOCKS[5] + BLOCKS[6]
    assert [(pair.old, pair.new) for pair in aligned([stays, gone], [became_it, comes])] == [(0, 0)]


def test_what_stands_in_every_article_says_little() -> None:
    """Two penalty clauses have their boilerplate in common and nothing else."""
    fine = (
        "违反本办法规定，{}的，由县级以上药品监督管理部门责令改正，给予警告；逾期不改正的，处五万元以上十万元以下罚款。"
    )
    acts = ("未提供追溯信息", "擅自零售", "拒绝监督检查", "伪造许可证件", "未召回产品", "聘用禁止从业人员")
    clauses = [fine.format(act) for act in acts]
    alone, among = (
        float(likenesses(clauses[:1], clauses[1:2], them)[0, 0]) for them in (clauses[:2], [*clauses, *OLD])
    )
    assert among < 0.75 < alone


def joined(found: list[tuple[str, str]], side: str) -> str:
    return "".join(text for op, text in found if op in ("same", side))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("应当在十五日内报告", "应当在三十日内报告", [("removed", "十五"), ("added", "三十")]),
        ("处15万元罚款", "处150万元罚款", [("removed", "15"), ("added", "150")]),
        ("含量0.5%以下", "含量0.8%以下", [("removed", "0.5%"), ("added", "0.8%")]),
        ("依照第三十条处罚", "依照第三十一条处罚", [("removed", "第三十"), ("added", "第三十一")]),
        ("可以申请。", "应当申请。", [("removed", "可以"), ("added", "应当")]),
        ("报告；", "报告。", [("removed", "；"), ("added", "。")]),
        ("企业报告", "企业应当报告", [("added", "应当")]),
        (
            "应当每年报告的事项",
            "可以每月申请的材料",
            [("removed", "应当每年报告的事项"), ("added", "可以每月申请的材料")],
        ),
        ("报告，检验，召回，", "，，，报告", [("added", "，，，"), ("removed", "，检验，召回，")]),
        ("全文", "", [("removed", "全文")]),
        ("", "", []),
    ],
)
def test_the_words_that_changed(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    """A number is one word: 十五 to 三十 is one change, not two."""
    found = [(mark.op, mark.text) for mark in marks(old, new)]
    assert [run for run in found if run[0] != "same"] == expected
    assert (joined(found, "removed"), joined(found, "added")) == (old, new)


STATUTE = st.text(st.sampled_from("第一二十条款药品管理法应当不得、，。；\n（）12.5% 　ab\ud800"), max_size=60)


@given(STATUTE, STATUTE)
def test_marks_reproduce_both_texts(old: str, new: str) -> None:
    found = [(mark.op, mark.text) for mark in marks(old, new)]
    assert (joined(found, "removed"), joined(found, "added")) == (old, new)
    assert all(text for _, text in found)
    order = [op for op, _ in found]
    assert ("added", "removed") not in set(pairwise(order)), "what went stands before what came"
    assert all(one != other for one, other in pairwise(order))


@given(st.lists(st.sampled_from(OLD), max_size=8), st.lists(st.sampled_from(OLD), max_size=8))
def test_every_unit_is_told_once(old: list[str], new: list[str]) -> None:
    """Whatever the order and however often the same words stand there."""
    before, after = (
        [renumbered(line, f"第{'一二三四五六七八'[n]}条") for n, line in enumerate(side)] for side in (old, new)
    )
    found = changes(reading(*before), reading(*after))
    assert sorted(c.old for c in found if c.old) == sorted(reading(*before).provisions)
    assert [c.new for c in found if c.new] == list(reading(*after).provisions)
    assert all((c.old is None) == (c.how == "added") and (c.new is None) == (c.how == "removed") for c in found)


def test_a_code_of_thirteen_hundred_articles_takes_seconds() -> None:
    """Every article amended and renumbered: the worst case of a whole code."""
    words = "持有人企业监督管理部门应当报告备案注册生产经营使用风险记录评估检验召回处罚罚款许可期限"
    old = ["".join(words[(n * 7 + k * (n % 11 + 1)) % len(words)] for k in range(120)) + str(n) for n in range(1300)]
    new = [text[:60] + "但是另有规定的除外" + text[60:] for text in old[5:]]
    began = time.process_time()
    found = aligned(old, new)
    assert time.process_time() - began < 20
    assert sum(pair.old == pair.new + 5 for pair in found) > 1200


def test_too_many_entries_are_matched_by_equal_words_alone() -> None:
    many = [f"第{n}行" for n in range(MOST + 1)]
    found = aligned(many, [*many[1:], "新行"])
    assert [(pair.old, pair.new) for pair in found] == [(n + 1, n) for n in range(MOST)]


@pytest.mark.parametrize("text", ["一二三，" * 500_000, "1" * 2_000_000, " " * 2_000_000, "。" * 2_000_000])
def test_a_long_line_does_not_hold_up_a_comparison(text: str) -> None:
    began = time.process_time()
    found = [(mark.op, mark.text) for mark in marks(text, text[: len(text) // 2] + "五" + text[len(text) // 2 :])]
    assert time.process_time() - began < 20
    assert joined(found, "removed") == text


def test_a_change_is_stored_as_json() -> None:
    change = Change(how="changed", old=("第一条",), new=("第二条",), likeness=0.5)
    assert Change.model_validate(change.model_dump(mode="json")) == change
