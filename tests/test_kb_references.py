"""What people write when they name a provision: a form that is not read is a citation nobody checks, and one that is
read as another place is a wrong law on the screen."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from processor_time import processor_seconds

from kb.references import Home, declared_aliases, references

KNOWN = {
    name: name
    for name in (
        "药品管理法",
        "药品管理法实施条例",
        "疫苗管理法",
        "刑法",
        "专利法",
        "公司法",
        "药品注册管理办法",
        "医疗器械监督管理条例",
        "药品召回管理办法（试行）",
    )
} | {"中华人民共和国药品管理法": "药品管理法", "药管法": "药品管理法"}


def read(text: str, home: Home | None = None) -> list[str]:
    """References as `title/segment/segment`: ? no title, [word] a self-name, {number}, first place… of a range."""
    lines = []
    for r in references(text, KNOWN, home):
        title = r.title or (f"[{r.self_name}]" if r.self_name else "" if r.number else "?")
        number = f"{{{r.number}}}" if r.number else ""
        since = f"{'/'.join(r.since)}…" if r.since else ""
        lines.append("/".join(part for part in (title + number, since + "/".join(r.path)) if part))
    return lines


LAW = "药品管理法"


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        # one place, every way of writing it
        ("药品管理法79条1款2项", [f"{LAW}/第七十九条/第一款/第（二）项"], "no 第 at all, right behind a known title"),
        ("《药品管理法》79条", [f"{LAW}/第七十九条"], "no 第 behind book marks"),
        ("麻烦帮我看下药品管理法第七十九条，谢谢", [f"{LAW}/第七十九条"], "看下 is asked, not part of a title"),
        ("瞅一眼药品管理法79条", [f"{LAW}/第七十九条"], "一眼, as people ask"),
        ("翻翻药品管理法第79条", [f"{LAW}/第七十九条"], "翻翻, as people ask"),
        ("发下药品管理法第七十九条原文", [f"{LAW}/第七十九条"], "发下, as people ask"),
        ("《药品管理法》第 79 条", [f"{LAW}/第七十九条"], "blanks around the digits, as typed"),
        ("《药品管理法》第　三十二　条", [f"{LAW}/第三十二条"], "wide blanks, as copied from a page"),
        ("《药品管理法》第７９条", [f"{LAW}/第七十九条"], "full-width digits"),
        ("《药品管理法》第一百零三条", [f"{LAW}/第一百零三条"], "零 in the middle"),
        ("《药品管理法》第一百〇三条", [f"{LAW}/第一百零三条"], "〇 for 零"),
        ("《药品管理法》第一〇三条", [f"{LAW}/第一百零三条"], "digit by digit"),
        ("《药品管理法》第两百条", [f"{LAW}/第二百条"], "两 for 二"),
        ("《药品管理法》第三十二条第（二）项", [f"{LAW}/第三十二条/第（二）项"], "an item of an article"),
        ("《药品管理法》第三十二条第二项", [f"{LAW}/第三十二条/第（二）项"], "an item without brackets"),
        ("《药品管理法》第三十二条第(2)项", [f"{LAW}/第三十二条/第（二）项"], "an item in ASCII"),
        ("《药品管理法》第三十二条（二）项", [f"{LAW}/第三十二条/第（二）项"], "an item without 第"),
        ("《药品管理法》第三十二条（二）", [f"{LAW}/第三十二条/第（二）项"], "an item by its bracket alone"),
        ("《药品管理法》第32条第2款（3）项", [f"{LAW}/第三十二条/第二款/第（三）项"], "digits in brackets with 项"),
        ("《药品管理法》第32条（3）", [f"{LAW}/第三十二条"], "a digit in brackets alone is a footnote"),
        (
            "《药品管理法》第三条第一款第（三）项第1目",
            [f"{LAW}/第三条/第一款/第（三）项/第1目"],
            "all the way down",
        ),
        ("《药品管理法》第三条第一项第二目", [f"{LAW}/第三条/第（一）项/第2目"], "a subitem in Chinese"),
        ("《药品管理法》第三条的第二款", [f"{LAW}/第三条/第二款"], "的 between two steps"),
        ("《药品管理法》第三条中第二款", [f"{LAW}/第三条/第二款"], "中 between two steps"),
        ("刑法第一百二十条之一", ["刑法/第一百二十条之一"], "之一 is an article of its own"),
        ("刑法第120条之1", ["刑法/第一百二十条之一"], "之1 in digits"),
        ("刑法第一百二十之一条", ["刑法/第一百二十条之一"], "之一 before 条, as some write"),
        ("刑法第一百二十条之一第二款", ["刑法/第一百二十条之一/第二款"], "a paragraph of 之一"),
        # chapters
        ("《药品管理法》第三章", [f"{LAW}/第三章"], "a chapter"),
        ("药品管理法第三章第一节", [f"{LAW}/第三章/第一节"], "a section of a chapter"),
        ("《药品管理法》第三章第二十条", [f"{LAW}/第二十条"], "an article named with its chapter is the article"),
        ("《民法典》第一编第二章第十三条", ["民法典/第十三条"], "and with its part"),
        ("《民法典》第一编第二章", ["民法典/第一编/第二章"], "a chapter of a part"),
        ("《民法典》第一分编", ["民法典/第一分编"], "a subpart"),
        ("《药品管理法》第三章程序", [LAW], "章程 is no chapter"),
        # attachments and outlines
        ("《某某办法》附件2第七条第（一）项", ["某某办法/附件2/第七条/第（一）项"], "an article of an attachment"),
        ("《某某规范》附录A", ["某某规范/附录A"], "a lettered appendix"),
        ("《某某规范》的附件 3", ["某某规范/附件3"], "a blank in the number"),
        ("《平台建设指南》七（四）", ["平台建设指南/七/（四）"], "an outline place as we print it"),
        ("《平台建设指南》三、（二）1.", ["平台建设指南/三/（二）/1"], "an outline place as it is written there"),
        ("《某某通知》第三部分第（二）项", ["某某通知/第三部分/第（二）项"], "a part of a notice and its item"),
        ("《某某附录》第二部分2.1", ["某某附录/第二部分/2.1"], "a decimal entry of a part"),
        ("《药品管理法》一、加强监管", [LAW], "a heading behind a title is no place"),
        # lists and ranges
        ("药品管理法第三条、第五条", [f"{LAW}/第三条", f"{LAW}/第五条"], "a list"),
        ("药品管理法第三、五条", [f"{LAW}/第三条", f"{LAW}/第五条"], "a list of numbers"),
        ("药品管理法第三、第五条", [f"{LAW}/第三条", f"{LAW}/第五条"], "第 twice, 条 once"),
        ("药品管理法32、33条", [f"{LAW}/第三十二条", f"{LAW}/第三十三条"], "a list of numbers without 第"),
        ("药品管理法第二十条、二十一条", [f"{LAW}/第二十条", f"{LAW}/第二十一条"], "第 once, 条 twice"),
        ("药品管理法第三条和第五条", [f"{LAW}/第三条", f"{LAW}/第五条"], "和"),
        ("药品管理法第三条以及第五条", [f"{LAW}/第三条", f"{LAW}/第五条"], "以及"),
        ("药品管理法第三条，以及第五条", [f"{LAW}/第三条", f"{LAW}/第五条"], "comma and 以及"),
        ("药品管理法第三条或者第五条", [f"{LAW}/第三条", f"{LAW}/第五条"], "或者"),
        ("药品管理法第三条，第五条", [f"{LAW}/第三条", f"{LAW}/第五条"], "a comma"),
        (
            "药品管理法第十条第一款和第三款",
            [f"{LAW}/第十条/第一款", f"{LAW}/第十条/第三款"],
            "a second paragraph hangs on the article",
        ),
        (
            "药品管理法第十条第一款、第十一条第二款",
            [f"{LAW}/第十条/第一款", f"{LAW}/第十一条/第二款"],
            "a second article does not",
        ),
        (
            "药品管理法第十条第一款第（一）、（三）项",
            [f"{LAW}/第十条/第一款/第（一）项", f"{LAW}/第十条/第一款/第（三）项"],
            "items in brackets",
        ),
        (
            "药品管理法第十条第（一）（三）项",
            [f"{LAW}/第十条/第（一）项", f"{LAW}/第十条/第（三）项"],
            "items side by side",
        ),
        (
            "药品管理法第十条第一款第（三）项、第二款",
            [f"{LAW}/第十条/第一款/第（三）项", f"{LAW}/第十条/第二款"],
            "back up to a paragraph",
        ),
        ("药品管理法第三条第1、2款", [f"{LAW}/第三条/第一款", f"{LAW}/第三条/第二款"], "paragraphs in digits"),
        ("刑法第一百二十条之一、之二", ["刑法/第一百二十条之一", "刑法/第一百二十条之二"], "之二 hangs on its article"),
        ("药品管理法第三条和3项措施", [f"{LAW}/第三条"], "three measures are no item"),
        ("药品管理法第三条至第四十条", [f"{LAW}/第三条…第四十条"], "a range"),
        ("药品管理法第3至5条", [f"{LAW}/第三条…第五条"], "a range of numbers"),
        ("药品管理法第三条到第五条", [f"{LAW}/第三条…第五条"], "到"),
        ("药品管理法第3-5条", [f"{LAW}/第三条…第五条"], "a hyphen"),
        ("药品管理法第三～五条", [f"{LAW}/第三条…第五条"], "a wave"),
        ("药品管理法第三条—第五条", [f"{LAW}/第三条…第五条"], "a dash"),
        ("药品管理法第五条至第三条", [f"{LAW}/第五条…第三条"], "a reversed range stays one, to be refused"),
        (
            "药品管理法第十条第（一）项至第（三）项",
            [f"{LAW}/第十条/第（一）项…第十条/第（三）项"],
            "a range of items",
        ),
        (
            "药品管理法第十条第（一）至（三）项、第（五）项",
            [f"{LAW}/第十条/第（一）项…第十条/第（三）项", f"{LAW}/第十条/第（五）项"],
            "a range and one more",
        ),
        (
            "药品管理法第三条第二款至第五条第一款",
            [f"{LAW}/第三条/第二款…第五条/第一款"],
            "a range across articles",
        ),
        ("药品管理法第三章至第五章", [f"{LAW}/第三章…第五章"], "a range of chapters"),
        # numbers that are none
        ("《药品管理法》第零条", [f"{LAW}/第零条"], "kept as written, so that nothing answers to it"),
        ("《药品管理法》第99999条", [f"{LAW}/第99999条"], "beyond any statute"),
        ("《药品管理法》第一百二条", [f"{LAW}/第一百二条"], "102 or 120? Nobody knows"),
        ("《药品管理法》第二三十条", [f"{LAW}/第二三十条"], "two tens are no number"),
        ("《药品管理法》共155条", [LAW], "how many articles, not which"),
        ("《药品管理法》第一条件", [LAW], "a first condition is no article"),
        ("《药品管理法》第二条生产线", [LAW], "a second production line"),
        ("药品管理法第二款", [], "a paragraph of a whole law is no place"),
        # pulled apart by a line break or a scan, printed the old way
        ("《药品管理法》第三十\n二条第一款", [f"{LAW}/第三十二条/第一款"], "a line ends in the number"),
        ("《药品管理法》第\n三十二条", [f"{LAW}/第三十二条"], "a line ends behind 第"),
        ("《药品管理法》第 三 十 二 条 第 四 款", [f"{LAW}/第三十二条/第四款"], "a scan with a blank behind each sign"),
        ("《药品管理法》第三十二条\n第四款", [f"{LAW}/第三十二条/第四款"], "a line ends between article and paragraph"),
        ("刑法第一百二十条\n之一", ["刑法/第一百二十条之一"], "a line ends before 之一"),
        ("《药品管理法》第三十二條第四款", [f"{LAW}/第三十二条/第四款"], "條 as it was written once"),
        ("《药品管理法》（第三十二条）", [f"{LAW}/第三十二条"], "the place in brackets"),
        ("《药品管理法》第三十二条（第四款）", [f"{LAW}/第三十二条/第四款"], "the paragraph in brackets"),
        ("《药品管理法》第三十二条（第四款除外）", [f"{LAW}/第三十二条"], "all but that paragraph"),
        ("《药品管理法》：第三十二条", [f"{LAW}/第三十二条"], "a colon between"),
        ("《药品管理法》总则第三条", [f"{LAW}/第三条"], "the chapter by its name"),
    ],
)
def test_a_place_is_read_in_every_form_people_write(text: str, expected: list[str], why: str) -> None:
    assert read(text) == expected, why


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        ("药品管理法实施条例第五条", ["药品管理法实施条例/第五条"], "the longer title, never the shorter in it"),
        ("《药品管理法实施细则》第五条", ["药品管理法实施细则/第五条"], "an unknown title stays itself"),
        ("美国专利法第十一条", ["美国专利法/第十一条"], "another country's law"),
        ("《美国专利法》第十一条", ["美国专利法/第十一条"], "and in book marks"),
        ("本公司药品管理法第三条", ["本公司药品管理法/第三条"], "a house rule"),
        ("中华人民共和国药品管理法第三条", ["中华人民共和国药品管理法/第三条"], "the full title"),
        ("中华人民共和国刑法第三条", ["中华人民共和国刑法/第三条"], "the country before a short title"),
        ("违反了药品管理法第三条", ["药品管理法/第三条"], "a verb before a bare title"),
        ("属于药品管理法第三条规定的", ["药品管理法/第三条"], "a statute's own lead-in"),
        ("（一）药品管理法第三条", ["药品管理法/第三条"], "an item's number before a bare title"),
        ("药管法第三条", ["药管法/第三条"], "a short form everybody knows"),
        ("医药管法第三条", ["医药管法/第三条"], "but not as the end of another word"),
        ("《关于修改《药品管理法》的决定》第二条", ["关于修改《药品管理法》的决定/第二条"], "a title in a title"),
        ("《关于修改〈药品管理法〉的决定》第二条", ["关于修改〈药品管理法〉的决定/第二条"], "with inner 〈〉"),
        ("《药品召回管理办法》（试行）第三条", ["药品召回管理办法（试行）/第三条"], "（试行） outside its title"),
        ("《药品\n管理法》第三条", ["药品管理法/第三条"], "a line break inside a title"),
        ("《药品管理法》\n第三条规定", ["药品管理法/第三条"], "a line break behind it"),
        ("《药品管理法》《疫苗管理法》第五条", ["药品管理法", "疫苗管理法/第五条"], "each title keeps its own places"),
        (
            "《药品管理法》第三条至《疫苗管理法》第五条",
            ["药品管理法/第三条", "疫苗管理法/第五条"],
            "no range across laws",
        ),
        ("应当取得《药品生产许可证》", [], "a certificate is no instrument"),
        # numbers
        ("国务院令第739号第五条", ["{国务院令第739号}/第五条"], "an order's number as its title"),
        ("国务院第739号令第五条", ["{国务院令第739号}/第五条"], "the other way round"),
        ("国药监械注〔2020〕12号", ["{国药监械注〔2020〕12号}"], "a number in brackets of its own"),
        ("根据国药监械注[2020]12号的要求", ["{国药监械注〔2020〕12号}"], "square brackets, words before"),
        ("2014年第64号公告第三条", ["{公告2014年第64号}/第三条"], "a notice by year and number"),
        ("国家药监局公告2021年第8号", ["{公告2021年第8号}"], "the kind of text before the year"),
        (
            "《医疗器械监督管理条例》（国务院令第739号）第十五条",
            ["医疗器械监督管理条例{国务院令第739号}/第十五条"],
            "a number in brackets behind a title",
        ),
        (
            "医疗器械监督管理条例（国务院令第739号）第十五条",
            ["医疗器械监督管理条例{国务院令第739号}/第十五条"],
            "and behind a bare one",
        ),
        (
            "国务院令第739号公布的《医疗器械监督管理条例》第三条",
            ["医疗器械监督管理条例{国务院令第739号}/第三条"],
            "a number before a title",
        ),
        (
            "《药品管理法》（2019年修订，主席令第31号）第三条",
            ["药品管理法{主席令第31号}/第三条"],
            "edition and number in one bracket",
        ),
        (
            "国家市场监督管理总局 国家卫生健康委员会令第1号",
            ["{国家市场监督管理总局、国家卫生健康委员会令第1号}"],
            "two issuers",
        ),
        ("（2019）京01民初5号", [], "a case number is no document number"),
        # short names declared in the text
        (
            "《药品注册管理办法》（以下简称《办法》）第三条。《办法》第五条",
            ["药品注册管理办法/第三条", "药品注册管理办法/第五条"],
            "《》",
        ),
        (
            "《药品注册管理办法》（以下称“办法”）已施行。办法第五条",
            ["药品注册管理办法", "药品注册管理办法/第五条"],
            "bare",
        ),
        ("《药品管理法》（下称药法）第三条，药法第五条", ["药品管理法/第三条", "药品管理法/第五条"], "下称, no marks"),
        (
            "办法第五条。《药品注册管理办法》（以下称“办法”）",
            ["[办法]/第五条", "药品注册管理办法"],
            "not before it is declared",
        ),
        (
            "《药品注册管理办法》（以下称“办法”）。管理办法第五条",
            ["药品注册管理办法", "[管理办法]/第五条"],
            "another word is another name",
        ),
        ("申请人（以下简称“甲方”）。甲方第三条", ["?/第三条"], "a party is no text"),
        ("《条例》第五条", ["[《条例》]/第五条"], "a kind of text that nobody declared"),
        (
            "《医疗器械监督管理条例》第三条。《条例》第五条",
            ["医疗器械监督管理条例/第三条", "医疗器械监督管理条例/第五条"],
            "the only one named",
        ),
        (
            "《医疗器械监督管理条例》、《药品管理法实施条例》。《条例》第五条",
            ["医疗器械监督管理条例", "药品管理法实施条例", "[《条例》]/第五条"],
            "one of two is neither",
        ),
        ("实行许可制度（药品管理法第六条）", [f"{LAW}/第六条"], "an opening bracket begins the title"),
        ("实行许可制度（甲乙管理办法第六条）", ["甲乙管理办法/第六条"], "an unknown one as well"),
        ("美国《专利法》第五条", ["美国专利法/第五条"], "another country's law, marks or not"),
        ("香港的《刑法》第五条", ["香港刑法/第五条"], "another region's"),
        ("《药品管理法》（修订草案）第五条", ["药品管理法（修订草案）/第五条"], "a draft is no law"),
        ("《药品管理法》（征求意见稿）第五条", ["药品管理法（征求意见稿）/第五条"], "nor is one sent out for comment"),
        (
            "《药品注册管理办法》（试行）第五条",
            ["药品注册管理办法（试行）/第五条"],
            "the one for trial use came before it",
        ),
        ("《药品召回管理办法》（试行）第五条", ["药品召回管理办法（试行）/第五条"], "known by that title"),
    ],
)
def test_a_title_is_the_one_that_was_written(text: str, expected: list[str], why: str) -> None:
    assert read(text) == expected, why


@pytest.mark.parametrize(
    ("text", "expected", "why"),
    [
        ("《药品管理法》第三条，该法第五条", ["药品管理法/第三条", "药品管理法/第五条"], "该法"),
        ("《药品管理法》第三条。同法第五条", ["药品管理法/第三条", "药品管理法/第五条"], "同法"),
        ("《公司法》第三条。合同法第五条", ["公司法/第三条", "合同法/第五条"], "合同法 is a law, not 同法"),
        ("《药品管理法》第三条第一款，该条第二款", ["药品管理法/第三条/第一款", "药品管理法/第三条/第二款"], "该条"),
        ("《药品管理法》第三条。同条第二款", ["药品管理法/第三条", "药品管理法/第三条/第二款"], "同条"),
        ("《药品管理法》第三条。该条规定", ["药品管理法/第三条", "药品管理法/第三条"], "该条 alone"),
        ("《药品管理法》第三条。该条款无效", ["药品管理法/第三条"], "该条款 is no place"),
        (
            "《药品管理法》第三条第二款。该款第一项",
            ["药品管理法/第三条/第二款", "药品管理法/第三条/第二款/第（一）项"],
            "该款",
        ),
        ("《药品管理法》第三条。该款产品", ["药品管理法/第三条"], "goods are no paragraph"),
        ("《药品管理法》第三条。其第二款", ["药品管理法/第三条", "药品管理法/第三条/第二款"], "其"),
        ("不同条件第二款", [], "不同条件 is no 同条"),
        ("本法第五条", ["[本法]/第五条"], "本法 in a text of nobody"),
        ("前款规定", ["[前款]"], "前款 with nothing to hang on"),
        ("前款第（二）项", ["[前款]/第（二）项"], "and an item of it"),
        ("目前款项已付", [], "money that was paid"),
        ("上述规定第三条", ["[上述规定]/第三条"], "nothing stood above"),
        ("《药品管理法》第三条。上述规定第三条", ["药品管理法/第三条", "药品管理法/第三条"], "whatever stood above"),
        (
            "《药品注册管理办法》第三条。前述办法第五条",
            ["药品注册管理办法/第三条", "药品注册管理办法/第五条"],
            "前述办法",
        ),
        ("《药品管理法》第三条。前述办法第五条", ["药品管理法/第三条", "[前述办法]/第五条"], "a law is no 办法"),
        ("第三十二条　持有人可以委托生产", [], "the number at the head of an article"),
        ("第三章　药品注册\n第三十二条　持有人", [], "headings"),
        ("登记。\n第三十二条持有人可以委托生产", [], "and without a blank"),
        ("登记。\n第三十二条 第三类医疗器械", [], "第三类 is no step"),
        ("登记。\n第三十二条规定的义务", ["?/第三十二条"], "a line that begins with a reference"),
        ("第二章 记录要求\n第五十七条规定", ["?/第五十七条"], "the heading above is no title"),
        ("试验方法 第1部分：通用要求", [], "a part of a standard's name"),
        ("该办法第三章", ["[该办法]/第三章"], "a chapter of a word for a text"),
        ("药品管理法\n第三条 药品", ["药品管理法/第三条"], "an excerpt under its title"),
    ],
)
def test_words_for_a_text_stand_for_what_was_cited(text: str, expected: list[str], why: str) -> None:
    assert read(text) == expected, why


HOME = Home("药品管理法", ("第三十二条", "第三款"))


@pytest.mark.parametrize(
    ("text", "home", "expected", "why"),
    [
        ("依照本法第一百二十四条处罚", HOME, [f"{LAW}/第一百二十四条"], "本法 is the home's own law"),
        ("违反第二十条规定", HOME, [f"{LAW}/第二十条"], "a bare number too"),
        ("第二十条、第二十一条规定", HOME, [f"{LAW}/第二十条", f"{LAW}/第二十一条"], "and a list of them"),
        ("前款规定", HOME, [f"{LAW}/第三十二条/第二款"], "the paragraph before"),
        ("前款第二项规定", HOME, [f"{LAW}/第三十二条/第二款/第（二）项"], "an item of the paragraph before"),
        (
            "前款第（一）项、第（三）项",
            HOME,
            [f"{LAW}/第三十二条/第二款/第（一）项", f"{LAW}/第三十二条/第二款/第（三）项"],
            "two items",
        ),
        ("前两款规定", HOME, [f"{LAW}/第三十二条/第一款…第三十二条/第二款"], "the two paragraphs before"),
        ("前三款规定", HOME, ["[前三款]"], "there are only two before"),
        ("本条第一款", HOME, [f"{LAW}/第三十二条/第一款"], "the same article"),
        ("第一款规定的", HOME, [f"{LAW}/第三十二条/第一款"], "a paragraph of the same article"),
        ("第（二）项规定的", HOME, [f"{LAW}/第三十二条/第三款/第（二）项"], "an item of the same paragraph"),
        ("第一项工作", HOME, [], "a first task is no item"),
        ("前条第一款", HOME, [f"{LAW}/第三十一条/第一款"], "the article before"),
        ("前条规定", Home("刑法", ("第一百二十条之二",)), ["刑法/第一百二十条之一"], "之二 follows 之一"),
        ("前条规定", Home("刑法", ("第一百二十条之一",)), ["刑法/第一百二十条"], "之一 follows its article"),
        ("前款规定", Home("刑法", ("第三条", "第一款")), ["[前款]"], "nothing stands before the first"),
        ("本章规定", Home("刑法", ("第二章",)), ["刑法/第二章"], "the chapter"),
        ("本章规定", HOME, [], "a chapter that the path does not tell"),
        ("造成本法第三条规定的", HOME, [f"{LAW}/第三条"], "成本 is split here"),
        ("生产成本规范第三条", HOME, ["生产成本规范/第三条"], "and not here"),
        ("《刑法》第三条", HOME, ["刑法/第三条"], "another law stays another law"),
        (
            "《药品注册管理办法》第三条，该办法第四条",
            HOME,
            ["药品注册管理办法/第三条", "药品注册管理办法/第四条"],
            "该 is the one cited",
        ),
        ("该条第二款", HOME, ["[该条]/第二款"], "nothing was cited"),
        (
            "本办法第三条",
            Home("某某办法", ("附件2", "第七条")),
            ["某某办法/附件2/第三条"],
            "an attachment refers to itself",
        ),
        (
            "《药法》第三条",
            Home("某某办法", ("第七条",), {"药法": "药品管理法"}),
            ["药品管理法/第三条"],
            "declared elsewhere in the text",
        ),
        (
            "第三十二条 持有人应当依照第三十条办理",
            Home(LAW, ("第三十二条",)),
            [f"{LAW}/第三十条"],
            "its own number is no reference",
        ),
        (
            "持有人应当登记。\n前款以外的：\n（一）甲；\n（二）乙。\n前两款规定",
            Home("刑法", ("第五条",)),
            ["刑法/第五条/第一款", "刑法/第五条/第一款…第五条/第二款"],
            "an article's paragraphs are counted by its lines, items apart",
        ),
    ],
)
def test_a_provision_refers_to_its_own_text(text: str, home: Home, expected: list[str], why: str) -> None:
    assert read(text, home) == expected, why


def test_short_names_are_read_with_what_they_stand_for() -> None:
    text = (
        "《中华人民共和国药品管理法》（以下简称《药品管理法》）、《药品注册管理办法》（国药监〔2020〕1号，以下称“办法”）；"
        "《甲法》和《乙法》（以下分别简称“前法”“后法”）；持有人（以下简称甲方）；中华人民共和国疫苗管理法（以下简称疫苗法）"
    )
    assert declared_aliases(text) == {
        "药品管理法": "中华人民共和国药品管理法",
        "办法": "药品注册管理办法",
        "前法": "甲法",
        "后法": "乙法",
        "疫苗法": "中华人民共和国疫苗管理法",
    }


def test_an_edition_may_stand_before_a_title_as_a_mere_year() -> None:
    """2001年《药品管理法》第五条 is not the law of today; without a place the year may be the sentence's own."""
    found = references("依据2001年《药品管理法》第五条，2019年《药品管理法》修订。", KNOWN)
    assert [(one.raw, one.version) for one in found] == [
        ("2001年《药品管理法》第五条", "2001年"),
        ("《药品管理法》", None),
    ]


def test_references_never_overlap_and_say_where_they_stand() -> None:
    """A screen marks each reference by its span: two that overlap would print words twice."""
    pieces = [
        "《药品管理法》",
        "第三条",
        "第三、五条",
        "至",
        "、",
        "和",
        "该条",
        "前款",
        "第二款",
        "药品管理法",
        "（以下简称《药法》）",
        "国务院令第7号",
        "\n",
        "2019年版",
        "（二）",
        "规定",
        "第 三\n条",
        "第四條",
    ]
    draw = random.Random(7)
    for _ in range(2000):
        text = "".join(draw.choices(pieces, k=12))
        for home in (None, HOME):
            at = 0
            for r in references(text, KNOWN, home):
                assert at <= r.start < r.end, text
                assert text[r.start : r.end] == r.raw, text
                at = r.end


@pytest.mark.parametrize(
    "unit",
    [
        "第",
        "《",
        "《a",
        "（",
        "一",
        "第一条",
        "第一、",
        "和第三条",
        "前款",
        "1条",
        "甲法第三条",
        "该条第二款",
        "《甲》第一条、",
        "2021年第8号",
        "令第1号",
        "局",
        "局令第1号",
        "国务院、",
        "〔2020〕1号",
        "下称“a”",
        "（以下简称《",
        "的",
        "本法第",
        "《甲法》（以下称“甲”）",
        "条例",
        "第 ",
        "第 一",
        "第一条\n",
    ],
)
def test_time_grows_with_the_text_only(unit: str) -> None:
    """One line of megabytes made of anything must not stall the checker: four times the text, four times the time."""

    def work(size: int) -> Callable[[], object]:
        text = unit * (size // len(unit))
        return lambda: references(text, KNOWN, HOME)

    processor_seconds(work(2_000))
    small = min(processor_seconds(work(20_000)) for _ in range(3))
    large = min(processor_seconds(work(80_000)) for _ in range(2))
    assert large < 10 * small + 0.05
