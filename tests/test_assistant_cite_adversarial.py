"""The verifier against what people and language models get wrong: a wrong citation that passes is worse than none.

Each row is one way of being wrong, or of being right though it looks wrong, with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from cited_laws import DAY, open_laws

from assistant.answer_model import CitedPlace
from assistant.checking import verdicts
from assistant.checking.cite import verify
from assistant.checking.cited import Holdings
from kb.registry import Registry


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    made = open_laws(tmp_path_factory.mktemp("home"))
    yield made
    made.close()


def found(registry: Registry, text: str, as_of: date = DAY) -> list[CitedPlace]:
    return list(verify(registry, text, as_of=as_of).citations)


PLACES = [
    ("《药品管理法》第三条", "valid", "现行有效", "it is there"),
    ("《药品管理法》第六条", "not_found", "共 5 条（第一条至第五条）", "behind the last article"),
    ("《药品管理法》第一百五十六条", "not_found", "共 5 条", "far behind the last article"),
    ("药品管理法实施条例第五条", "unknown_document", "不是同一部文件", "never resolves to the law it implements"),
    ("《药品管理法实施细则》第五条", "unknown_document", "《药品管理法》", "nor with another word for it"),
    ("《药品管理》第一条", "unknown_document", "没有收录", "a title cut short"),
    ("《样例药品管理法》第一条", "unknown_document", "没有收录", "a title with something before it"),
    ("美国药品管理法第一条", "unknown_document", "没有收录", "another country's law"),
    ("《中华人民共和国药品管理法》第一条", "valid", "现行有效", "the full title"),
    ("刑法第一百二十条之一", "valid", "第一百二十条之一", "an inserted article"),
    (
        "刑法第一百二十条之三",
        "not_found",
        "只有第一百二十条之一、第一百二十条之二",
        "an article that was never inserted",
    ),
    ("刑法第120条之二", "valid", "第一百二十条之二", "an inserted article in figures"),
    ("刑法第一百二十一条之一", "not_found", "有第一百二十一条，但没有第一百二十一条之一", "none was inserted there"),
    ("《药品管理法》第三条第三款", "valid", "第三款", "the last paragraph"),
    ("《药品管理法》第三条第四款", "not_found", "第三条有 3 款", "one paragraph too many"),
    ("《药品管理法》第四条第二款", "not_found", "只有 1 款", "第二款 of an article with one paragraph"),
    ("《药品管理法》第四条第一款", "valid", "现行有效", "第一款 of an article with one paragraph"),
    ("《药品管理法》第二条第一款第（三）项", "not_found", "有 2 项", "第（三）项 of an article with two items"),
    ("《药品管理法》第二条第（二）项", "valid", "现行有效", "the item without its paragraph"),
    ("《药品管理法》第二条第一款第（二）项", "valid", "现行有效", "the item with its paragraph"),
    ("《药品管理法》第三条第一款第（一）项", "not_found", "第三条第一款不分项", "items stand in another paragraph"),
    ("《药品管理法》第三条第（二）项", "valid", "现行有效", "the only paragraph with items is meant"),
    ("《药品管理法》第三条第三款第（二）项第1目", "not_found", "不分目", "deeper than the text goes"),
    ("《药品管理法》第四条第（一）项", "not_found", "不分项", "an article without items"),
    ("《药品管理法》3条9款", "not_found", "第三条有 3 款", "written short"),
    ("《药品管理法》第三章", "not_found", "共 2 章", "one chapter too many"),
    ("《药品管理法》第二章", "valid", "第二章", "a chapter that is there"),
    ("《医疗器械监督管理条例》第一章", "not_found", "不分章", "a text without chapters"),
    ("《药品管理法》第二条至第四条", "valid", "第二条至第四条", "a range"),
    ("《药品管理法》第四条至第二条", "not_found", "次序不对", "a range that runs backwards"),
    ("《药品管理法》第四条至第九条", "not_found", "没有第六条", "a range that runs out of the text"),
    ("《药品管理法》第三条第一款至第三款", "valid", "现行有效", "a range of paragraphs"),
    ("《药品管理法》第三条第一款至第五款", "not_found", "第三条有 3 款", "a range of paragraphs that runs out"),
    ("《样例注册办法》第九条", "valid", "现行有效", "it stands in the only attachment"),
    ("《关于样例工作的通知》第二条第（三）项", "not_found", "", "a notice has entries, and not so many"),
    ("《疫苗管理法》第一条", "unknown_document", "没有收录《疫苗管理法》", "not held"),
    ("《样例不明办法》第一条", "valid", "效力不明", "a text that says nothing of its force"),
    ("《药品管理法》第二章第五条", "valid", "现行有效", "the chapter it stands in"),
    ("《药品管理法》第二章第三条", "not_found", "第三条在第一章", "another chapter than it stands in"),
    ("旧《药品管理法》第一条", "ambiguous", "注明年份", "an older text, but which"),
    ("旧《药品管理法》（2019年修订）第一条", "valid", "现行有效", "the edition says which"),
    ("旧版药品管理法第一条", "ambiguous", "注明年份", "without book marks"),
    ("已废止的《药品管理法》第一条", "ambiguous", "注明年份", "said to be repealed, which this text is not"),
    ("《药品管理法》（修订前）第一条", "ambiguous", "注明年份", "said in brackets behind the title"),
    ("2015年《药品管理法》第一条", "unknown_document", "2015年", "a year alone before the title"),
    ("美国《药品管理法》第一条", "unknown_document", "《美国药品管理法》", "another country's, with book marks"),
    ("《药品管理法》（草案）第一条", "unknown_document", "（草案）", "a draft"),
    ("《药品召回管理办法》（国家药监局公告2020年第29号）第一条", "ambiguous", "第92号", "another text's number"),
    ("《药品召回管理办法》（国家药监局公告2022年第92号）第一条", "valid", "现行有效", "its own number"),
    ("《药品管理法》第三条第四段", "ambiguous", "第四段", "a unit that texts do not have"),
    ("《药品管理法》第⑨条", "ambiguous", "第⑨条", "a number that cannot be read"),
    ("《药品管理法》第三\n条第四款", "not_found", "有 3 款", "broken over two lines"),
    ("《药品管理法》第三条\n第四款", "not_found", "有 3 款", "broken before the paragraph"),
    ("《药品管理法》第 九 条", "not_found", "共 5 条", "blanks in between"),
    ("《药品管理法》第九條", "not_found", "共 5 条", "條 as it was written once"),
    ("《药品管理法》第一章第一节", "not_found", "第一章不分节", "a chapter without sections"),
    ("第五条", "ambiguous", "文件名称", "no title at all"),
    ("公司认为药品管理法第三条", "valid", "现行有效", "a title behind a verb of saying"),
    ("我们遵守了药品管理法第九条", "not_found", "共 5 条", "behind 了"),
    ("经查阅药品管理法第九条", "not_found", "共 5 条", "behind a verb of reading"),
    ("去年这个时候商标法第九条", "not_found", "共 2 条", "behind words of time"),
    ("律师主张动物药品管理法第三条", "unknown_document", "没有收录", "another title behind a verb"),
    ("上海市药品管理法第三条", "unknown_document", "没有收录", "another region's"),
    ("本办法第五条", "ambiguous", "本办法", "this measure: which one"),
]


@pytest.mark.parametrize(("text", "verdict", "words", "why"), PLACES)
def test_a_place_is_judged_by_what_is_stored(registry: Registry, text: str, verdict: str, words: str, why: str) -> None:
    judged = found(registry, f"依据{text}办理。" if "《" in text else f"依据{text}。")
    assert [one.verdict for one in judged] == [verdict], why
    assert words in judged[0].detail, judged[0].detail


FORCES = [
    ("《药品样例检查规定》第一条", DAY, "not_in_force", "药品样例检查办法", "repealed: its successor is named"),
    ("《药品样例检查规定》", DAY, "not_in_force", "药品样例检查办法", "the whole text as well"),
    ("《药品样例检查规定》第一条", date(2021, 6, 1), "valid", "现行有效", "it was in force then"),
    ("《药品样例检查规定》第九条", DAY, "not_found", "共 1 条", "it never had that article"),
    ("《商标法》（2026年修订）第二条", DAY, "not_in_force", "2019-04-23", "not yet: what holds until then is named"),
    ("《商标法》（2026年修订）第二条", date(2027, 1, 1), "valid", "2026-06-26", "on its first day"),
    ("《商标法》第二条", DAY, "valid", "2019-04-23", "without an edition the one of the day is meant"),
    ("《商标法》第二条", date(2027, 1, 1), "valid", "2026-06-26", "which changes with the day"),
    ("《商标法》（2019年修正）第二条", date(2027, 2, 1), "not_in_force", "2026-06-26", "superseded by then"),
    (
        "《药品管理法》（2013年修正）第一条",
        DAY,
        "not_in_force",
        "2019-08-26",
        "superseded: the version of the day is named",
    ),
    ("《药品管理法》（2013年修正）第四条", DAY, "not_found", "共 2 条", "places are those of the edition named"),
    ("《药品管理法》（2015年修正）第一条", DAY, "unknown_document", "2013-12-28 版、2019-08-26 版", "not held"),
    ("《药品管理法》第二条", date(2015, 1, 1), "valid", "2013-12-28", "as of a day before the new version"),
    ("《医疗器械监督管理条例》第二条第二款", DAY, "not_in_force", "第797号", "the place that was changed, and by what"),
    ("《医疗器械监督管理条例》第二条第一款", DAY, "valid", "现行有效", "the paragraph beside it stands"),
    ("《医疗器械监督管理条例》第三条", DAY, "valid", "现行有效", "so do the other articles"),
    ("《医疗器械监督管理条例》第二条第二款", date(2024, 1, 1), "valid", "现行有效", "before it was changed"),
    (
        "《医疗器械监督管理条例》",
        DAY,
        "valid",
        "第二条第二款自 2025-01-20 起被国务院令第797号修改",
        "the whole text stands",
    ),
    ("《医疗器械监督管理条例》第一条至第三条", DAY, "not_in_force", "第797号", "a range over a changed place"),
    (
        "《医疗器械监督管理条例》（国务院令第680号）第三条",
        DAY,
        "ambiguous",
        "国务院令第739号",
        "another number than the stored, which the catalogue knows to be the version's",
    ),
    ("《医疗器械监督管理条例》（国务院令第739号）第三条", DAY, "valid", "现行有效", "the stored number"),
    ("国务院令第739号第三条", DAY, "valid", "医疗器械监督管理条例", "a number for a title"),
    (
        "《商标法》第三条",
        DAY,
        "not_in_force",
        "2026-06-26 版",
        "in the version to come only, which is not in force yet",
    ),
    ("《商标法》第九条", DAY, "not_found", "共 2 条", "in no version"),
    ("新《商标法》第二条", DAY, "not_in_force", "尚未施行", "the version to come"),
    ("新修订的商标法第三条", DAY, "not_in_force", "尚未施行", "the version to come, without book marks"),
    ("新《商标法》第二条", date(2027, 1, 1), "valid", "2026-06-26", "once it has come"),
    ("最新《商标法》第二条", DAY, "valid", "2019-04-23", "the newest that applies"),
    ("《样例旧法》第五条", DAY, "not_in_force", "已由《药品样例检查办法》第二条废止，自 2022-01-01 起", "not held"),
    ("《样例旧法》第五条", date(2021, 1, 1), "unknown_document", "没有收录", "not yet repealed then, and not held"),
    ("《样例旧法实施条例》第五条", DAY, "unknown_document", "没有收录", "another title"),
    ("《药品样例规范》（国家局令第7号）第一条", DAY, "not_in_force", "国家局令第7号", "repealed by its number"),
    ("《药品样例规范》（国家总局令第19号）第一条", DAY, "valid", "现行有效", "the number that is held"),
    ("《药品样例规范》（国家总局令第18号）第一条", DAY, "ambiguous", "第19号", "a number that is neither"),
    ("《药品样例规范》（2021年版）第一条", DAY, "valid", "2022-03-01 版", "the edition in the stored title"),
    ("《药品样例规范（2021年版）》第一条", DAY, "valid", "2022-03-01 版", "the edition within the book marks"),
    ("《药品样例规范》（2020年版）第一条", DAY, "unknown_document", "2020年版", "an edition that is not held"),
    ("《药品样例保管条例》（2013年修订）第八条", DAY, "unknown_document", "不完整", "a stored text that is cut"),
    ("《药品样例保管条例》第八条", date(2014, 1, 1), "unknown_document", "不完整", "as of its day"),
    ("《关于样例报告的公告》（2024年第38号）第一条", DAY, "valid", "国家局关于", "without its issuer, by its number"),
    ("《关于样例报告的公告》（2024年第39号）第一条", DAY, "unknown_document", "没有收录", "another number"),
    ("《关于样例的公告》（2024年第38号）第一条", DAY, "unknown_document", "没有收录", "another title"),
    ("《药品生产质量管理规范（2010年修订）》第一条", DAY, "valid", "2011-01-17 版", "an edition the catalogue knows"),
    ("《药品生产质量管理规范》（1998年修订）第一条", DAY, "unknown_document", "1998年修订", "an edition nobody holds"),
    ("药品GMP第一条", DAY, "valid", "2011-01-17 版", "a short name of an edition in the catalogue"),
    ("《药品注册办法》第一条", DAY, "unknown_document", "没有收录", "a title cut short is no short name"),
    ("国务院令第738号第三条", DAY, "unknown_document", "国务院令第738号", "a number that nothing has"),
]


@pytest.mark.parametrize(("text", "day", "verdict", "words", "why"), FORCES)
def test_the_verdict_follows_the_day(
    registry: Registry, text: str, day: date, verdict: str, words: str, why: str
) -> None:
    judged = found(registry, f"依据{text}。", day)
    assert [one.verdict for one in judged] == [verdict], why
    assert words in judged[0].detail, judged[0].detail


QUOTES = [
    ("《药品管理法》第四条规定：“处货值金额十五倍以上三十倍以下的罚款”", "valid", "原文一致", "as it is stored"),
    (
        "《药品管理法》第四条规定：“处货值金额十五倍以上二十倍以下的罚款”",
        "quote_mismatch",
        "三十倍",
        "one digit changed",
    ),
    ("《药品管理法》第四条规定：“处货值金额五倍以上三十倍以下的罚款”", "quote_mismatch", "十五倍", "a digit left out"),
    (
        "《药品管理法》第三条规定：“疫苗得委托生产，国务院另有规定的除外”",
        "quote_mismatch",
        "不得",
        "a negation left out",
    ),
    ("《药品管理法》第三条规定：“委托生产，国务院另有规定的除外”", "quote_mismatch", "不得", "a negation cut off"),
    ("《药品管理法》第三条规定：“持有人应当在三十日内报告”", "valid", "原文一致", "a part of a paragraph"),
    ("《药品管理法》第三条规定：“持有人应当在60日内报告”", "quote_mismatch", "三十日", "another figure"),
    (
        "《药品管理法》第三条第一款规定：“疫苗不得委托生产”",
        "quote_mismatch",
        "第三条第二款",
        "in the next paragraph: told",
    ),
    (
        "《药品管理法》第二条规定：“持有人可以自行生产样例药品”",
        "quote_mismatch",
        "而在《药品管理法》第三条",
        "in another article",
    ),
    (
        "《药品管理法》第一条规定：“生产应当取得许可”",
        "quote_mismatch",
        "2013-12-28 版",
        "the words of an older version",
    ),
    ("《药品管理法》第三条第三款第（二）项：“受托方的名称”", "valid", "原文一致", "an item"),
    ("《药品管理法》第三条第三款第（一）项：“受托方的名称”", "quote_mismatch", "第（二）项", "the item beside it"),
    (
        "《药品管理法》第三条规定：“也可以委托其他企业生产。疫苗不得委托生产”",
        "valid",
        "原文一致",
        "over two paragraphs",
    ),
    ("《药品管理法》第三条规定：“持有人可以……委托其他企业生产”", "valid", "原文一致", "left out and marked"),
    ("《药品管理法》第三条规定：“疫苗……委托生产”", "quote_mismatch", "", "what is left out hides the 不得"),
    ("《药品管理法》第三条规定：“疫苗……生产”", "quote_mismatch", "不得", "so does a longer gap"),
    ("《药品管理法》第三条规定：‘疫苗可以委托生产’", "quote_mismatch", "不得", "in single marks"),
    ("《药品管理法》第三条规定：”疫苗可以委托生产”", "quote_mismatch", "不得", "a closing mark for the opening one"),
    ("《药品管理法》第三条规定如下：\n\n“疫苗可以委托生产”", "quote_mismatch", "不得", "after an empty line"),
    ("《药品管理法》第三条\n“疫苗可以随意委托生产”", "quote_mismatch", "不得", "on the line below"),
    ("“疫苗可以随意委托生产”\n——《药品管理法》第三条", "quote_mismatch", "不得", "on the line above its source"),
    ("“疫苗可以随意委托生产”。\n——《药品管理法》第三条", "quote_mismatch", "不得", "with a stop between them"),
    ("**《药品管理法》第三条**\n> “疫苗可以随意委托生产”", "quote_mismatch", "不得", "set off as models do it"),
    ("《药品管理法》第三条要求疫苗“必须委托”。", "quote_mismatch", "", "short, but it says what must be done"),
    ("《药品样例规范》第一条规定的保存期限为“3年”。", "quote_mismatch", "3年", "a short figure is compared"),
    ("《药品样例规范》第一条规定的保存期限为“5年”。", "valid", "原文一致", "a short figure, and right"),
    ("《药品样例规范》第二条规定的检查为每年“0次”。", "quote_mismatch", "0次", "a short figure cut"),
    (
        "依据《药品管理法》第三条，“三十日内报告……事项”，“受理相应申请”。",
        "quote_mismatch",
        "受理相应申请",
        "one that goes on from another is the law's words, too",
    ),
    ("我司“疫苗可以委托生产”见《药品管理法》第三条。", "quote_mismatch", "不得", "a rule is no name of the writer's"),
    ("我司“疫苗委托生产的方案”（《药品管理法》第三条）。", "quote_mismatch", "", "its source in brackets"),
    ("《药品管理法》第四条规定：“终身”。", "quote_mismatch", "没有相近", "two characters given as its words"),
    ("《药品管理法》第二条规定：“人员不足五人的”", "quote_mismatch", "十五人", "a number cut"),
    ("“疫苗不得委托生产”（《药品管理法》第三条第二款）。", "valid", "原文一致", "in brackets behind"),
    ("“疫苗可以委托生产”（《药品管理法》第三条第二款）。", "quote_mismatch", "不得", "made up, in brackets behind"),
    ("“疫苗可以委托生产。”（《药品管理法》（2019年修订）第三条）", "quote_mismatch", "", "brackets in the brackets"),
    ("「疫苗可以随意委托生产」见《药品管理法》第三条。", "quote_mismatch", "", "before the citation"),
    ("《刑法》第一百二十条之一规定：“样例条文120”", "quote_mismatch", "第一百二十条", "words of 第一百二十条"),
    ("《药品召回管理办法》第二条规定：“应当在2 4小时内通知”", "quote_mismatch", "24小时", "2 4 is not 24"),
    ("《药品召回管理办法》第二条规定：“应当在２４小时内通知”", "valid", "原文一致", "full-width figures"),
    ("《药品召回管理办法》第二条规定：“一级召回应当在24小时内　通知”", "valid", "原文一致", "a space in between"),
    ("《药品管理法》第三条规定：“也可以委托其他企业生产。\n疫苗不得委托生产”", "valid", "原文一致", "on two lines"),
    (
        "《药品管理法》第三条规定：“也可以委托其他企业生产。\n疫苗可以委托生产”",
        "quote_mismatch",
        "不得",
        "made up on two lines",
    ),
    ("《药品召回管理办法》第一条规定：“本办法由月球管理局解释”", "quote_mismatch", "没有相近的文字", "stands nowhere"),
]


@pytest.mark.parametrize(("text", "verdict", "words", "why"), QUOTES)
def test_quoted_words_are_compared_character_by_character(
    registry: Registry, text: str, verdict: str, words: str, why: str
) -> None:
    judged = found(registry, text)
    assert [one.verdict for one in judged] == [verdict], why
    assert words in judged[0].detail, judged[0].detail
    assert judged[0].quote is not None
    assert text[judged[0].quote.start + 1 : judged[0].quote.end - 1] == judged[0].quote.words


SHARED = [
    ("《药品管理法》第一条、第三条：“疫苗不得委托生产”", ["valid", "valid"], "one of a list has it"),
    ("《药品管理法》第一条、第三条均规定：“疫苗不得委托生产”", ["quote_mismatch", "valid"], "both are said to have it"),
    ("《药品管理法》第三条第一款、第二款：“也可以委托其他企业生产。疫苗不得委托生产”", ["valid"] * 2, "both together"),
    (
        "《药品管理法》第三条规定：“疫苗不得委托生产”，“违者处死刑并没收全部财产”。",
        ["quote_mismatch"],
        "the second is made up",
    ),
    (
        "《药品管理法》第三条规定：“疫苗不得委托生产”，该法第四条规定：“疫苗不得委托生产”。",
        ["valid", "quote_mismatch"],
        "each introduces its own",
    ),
    (
        "《药品管理法》第三条。《刑法》第一条规定：“疫苗不得委托生产”。",
        ["valid", "quote_mismatch"],
        "not the sentence before",
    ),
    ("旧《药品管理法》第一条、第二条，该法第三条", ["ambiguous"] * 3, "the older text is meant throughout"),
    ("旧《药品管理法》第一条。《药品管理法》第二条", ["ambiguous", "valid"], "until the title is named anew"),
    ("《药品管理法》第三条（以下简称“药法三条规矩”）", ["valid"], "a short name is no quotation"),
    ("《药品管理法》（下称“《法律》”）第三条、第九条", ["valid", "not_found"], "nor is one in book marks"),
    ("《药品管理法》第三条（以下统称“药品样例三条规矩”）", ["valid"], "nor a long one"),
    ("我司“质量体系改进计划”依据《药品管理法》第三条制定", ["valid"], "a name of the writer's own"),
    ("《药品管理法》第三条规定了“质量体系改进计划”", ["quote_mismatch"], "the same words as the law's"),
    (
        "《药品管理法》第三条第一款可以，第三款另有规定，第九款不适用",
        ["valid", "valid", "not_found"],
        "later paragraphs",
    ),
    ("《药品管理法》第三条第一款。另外，第九款不适用", ["valid"], "in another sentence nobody's"),
    ("新《商标法》第一条、第三条", ["not_in_force"] * 2, "新 holds for the whole list"),
    ("《药品管理法》第九条、第三条", ["not_found", "valid"], "one of a list is not there"),
    ("《药品管理法》第三条第一款和第九款", ["valid", "not_found"], "nor is one of the paragraphs"),
    ("《药品管理法》第一条……该法第九条", ["valid", "not_found"], "the law named before"),
    ("《药品管理法》第三条……该条第二款、该条第七款", ["valid", "valid", "not_found"], "the article named before"),
    (
        "《药品管理法》（以下简称《药法》）……《药法》第九条",
        ["valid", "not_found"],
        "a short name that the text declares",
    ),
]


@pytest.mark.parametrize(("text", "verdicts", "why"), SHARED)
def test_each_of_several_citations_gets_its_own_verdict(
    registry: Registry, text: str, verdicts: list[str], why: str
) -> None:
    assert [one.verdict for one in found(registry, text)] == verdicts, why


def test_what_took_a_places_place_can_be_opened(registry: Registry) -> None:
    judged = found(registry, "《药品样例检查规定》第一条")[0]
    assert (judged.force, judged.replaced_by) == ("已废止", "药品样例检查办法@2022-01-01")
    assert judged.address == "药品样例检查规定@2010-01-01/第一条"


def test_a_place_that_a_quoted_law_names_is_not_the_writers_citation(registry: Registry) -> None:
    """本法自…施行 in a faithful quotation is the law's own word; it must not come out as 指代不明."""
    text = (
        "《药品样例检查办法》第二条规定：“本办法自2022年1月1日起施行”，《药品样例检查办法》第一条规定：“检查每年两次”。"
    )
    assert [one.verdict for one in found(registry, text)] == ["valid", "valid"]


def test_spans_and_order_are_those_of_the_text(registry: Registry) -> None:
    text = "先见刑法第一条，再见《药品管理法》第三条第二款、第九条；国务院令第739号第三条。"
    judged = found(registry, text)
    assert [text[one.span[0] : one.span[1]] for one in judged] == [one.raw for one in judged]
    assert [one.span for one in judged] == sorted(one.span for one in judged)


def test_a_repealed_place_is_not_called_reworded(registry: Registry) -> None:
    """An amendment that struck an article out must not read as if new words stood there."""
    held = registry.document("医疗器械监督管理条例@2021-02-09")
    gone = held.model_copy(update={"amendments": tuple(a.model_copy(update={"ended": True}) for a in held.amendments)})
    assert "起被国务院令第797号废止" in verdicts.touched(Holdings(registry, DAY), gone)
