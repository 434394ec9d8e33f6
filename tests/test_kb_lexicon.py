"""The lexicon: what staff may write in it, what a wrong file is told, and which words of a question it takes."""

from __future__ import annotations

from pathlib import Path

import pytest
from suite_texts import laws

from kb.errors import BadInput
from kb.lexical import fold
from kb.lexicon import Lexicon
from kb.lexicon_file import folded, read
from kb.phrases import GAP
from kb.settings import Settings

SHIPPED = Settings().data / "lexicon.yaml"


@pytest.fixture(scope="module")
def shipped() -> Lexicon:
    return Lexicon.load(SHIPPED)


def meant_in(lexicon: Lexicon, question: str) -> set[str]:
    return {words for expansion in lexicon.expansions(question) for words in expansion.meant}


def test_own_entries_are_many_and_well_formed(shipped: Lexicon) -> None:
    """The shipped file is what every search begins with: a slip in it would be everyone's."""
    entries = set(shipped.entries.values())
    assert len(entries) >= 500
    for entry in entries:
        assert entry.meant, entry
        assert len(set(entry.meant)) == len(entry.meant), entry
        assert not {folded(words) for words in entry.said} & {fold(words) for words in entry.meant}, entry
        assert all(words == words.strip() for words in (*entry.said, *entry.meant)), entry


def test_what_is_meant_stands_in_the_statutes(shipped: Lexicon) -> None:
    """A statutory term that no statute holds finds nothing. The rest stands in rules, guidance and our own content."""
    texts = fold("\n".join(text.articles[None] for versions in laws().values() for text in versions))
    meant = {words for entry in shipped.entries.values() for words in entry.meant}
    assert sum(fold(words) in texts for words in meant) / len(meant) > 0.75


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("证快到期了咋办", "有效期届满"),
        ("交上去没信儿", "逾期未通知"),
        ("想卖药", "药品经营"),
        ("这要罚多少", "罚款"),
        ("我被炒鱿鱼了", "解除劳动合同"),
        ("同事借我钱不还", "借款"),  # 借…不还 with words between
        ("欠了我三万块钱一直不还", "偿还"),
        ("报IND要什么", "药物临床试验申请"),
        ("ｍａｈ的义务", "上市许可持有人"),  # width and case do not count
        ("找人代工面霜", "委托生产"),
        ("工商局来查", "市场监督管理部门"),
        ("CFDA的文件", "国家药品监督管理局"),
        ("药法怎么说", "药品管理法"),
    ],
)
def test_lay_words_lead_to_statutory_ones(shipped: Lexicon, question: str, expected: str) -> None:
    """The words users come with and the ones the statutes use for them."""
    assert expected in meant_in(shipped, question)


@pytest.mark.parametrize(
    ("question", "refused"),
    [
        ("INDEX基金怎么买", "药物临床试验申请"),  # an abbreviation inside a Latin word
        ("替代工艺怎么验证", "委托生产"),  # 代工 across two words
        ("要不要批准文号", "许可"),  # 要不要批 that goes on
        ("环保法规有哪些", "环境保护法"),  # a spoken title that goes on
        ("借了书。钱不还", "借款"),  # the gap ends with its clause
    ],
)
def test_words_cut_out_of_others_are_none(shipped: Lexicon, question: str, refused: str) -> None:
    """A match inside another word would search for something nobody asked."""
    assert refused not in meant_in(shipped, question)


def test_the_longest_entry_wins(shipped: Lexicon) -> None:
    """器械GMP is not the drug GMP."""
    said = [expansion.said for expansion in shipped.expansions("器械GMP的要求")]
    assert said == ["器械GMP"]


def test_what_the_question_says_itself_is_not_added(shipped: Lexicon) -> None:
    """Statutory words that are there already would only count twice."""
    assert "罚款" not in meant_in(shipped, "罚多少罚款")
    assert not shipped.expansions("委托生产的受托生产企业")


def test_nothing_within_a_title(shipped: Lexicon) -> None:
    """Words of a law's name are not lay words."""
    question = "医疗器械GMP"
    assert not shipped.expansions(question, [(0, len(question))])


def test_spans_are_the_words_of_the_question(shipped: Lexicon) -> None:
    question = "我们的 MAH 证快到期了，罚多少"
    for expansion in shipped.expansions(question):
        assert question[expansion.start : expansion.end] == expansion.said


def test_staff_add_override_and_switch_off(tmp_path: Path, shipped: Lexicon) -> None:
    """The home's file goes before ours, word by word."""
    own = tmp_path / "lexicon.yaml"
    own.write_text(
        "entries:\n  - {said: 没戏了, meant: [不予批准], kind: colloquial}\n"
        "  - {said: 罚多少, meant: [处罚], kind: colloquial}\n  - {said: 卖药, meant: [], kind: colloquial}\n"
        "titles: {省条例: 某省药品条例}\n",
        encoding="utf-8",
    )
    both = Lexicon.load(SHIPPED, own)
    assert meant_in(both, "批文没戏了") >= {"不予批准"}
    assert meant_in(both, "罚多少") == {"处罚"}
    assert not meant_in(both, "想卖药")
    assert both.names({"某省药品条例": "某省药品条例"})["省条例"] == "某省药品条例"
    assert both.version != shipped.version


def test_a_file_that_is_not_there_is_no_error(tmp_path: Path) -> None:
    assert Lexicon.load(tmp_path / "none.yaml").expansions("罚多少") == ()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("entries: [{said: 快到期, meant: [届满], kind: slang}]", "快到期.*kind"),
        ("entries: [{said: 快, meant: [届满], kind: colloquial}]", "第 1 条（快）.*至少两个字"),
        ("entries: [{said: 借…钱…不还, meant: [届满], kind: colloquial}]", "省略号"),
        ("entries: [{meant: [届满], kind: colloquial}]", "没有 said"),
        ("entries: [{said: 快到期, meant: [' '], kind: colloquial}]", "空白"),
        ("entries: [{said: 快到期, meant: [届满], kind: colloquial, sector: 药品}]", "sector"),
        (
            "entries: [{said: GMP, meant: [a], kind: english}, {said: gmp, meant: [b], kind: english}]",
            "gmp”出现两次",
        ),
        ("entries: {a: b}", "列表"),
        ("words: []", "不认识的部分“words”"),
        ("- a", "不是一张表"),
        ("titles: [a]", "titles"),
        ("entries: [", "不是有效的 YAML"),
    ],
)
def test_a_wrong_file_is_told_where_and_what(tmp_path: Path, content: str, told: str) -> None:
    """Staff mend the file by what the message says: it names the file, the entry and the fault."""
    path = tmp_path / "lexicon.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match=told) as raised:
        read(path)
    assert str(path) in str(raised.value)


def test_spoken_titles_count_only_where_the_text_is_held(shipped: Lexicon) -> None:
    """A name must not lead to a text the library lacks."""
    known = {"药品管理法": "药品管理法"}
    names = shipped.names(known)
    assert names["药法"] == "药品管理法"
    assert "疫苗法" not in names
    assert shipped.names(known) is names


def test_a_gap_is_kept_when_words_are_folded() -> None:
    assert folded("借…不还") == f"借{GAP}不还"
