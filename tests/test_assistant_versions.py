"""Whether a question asks about versions: a wrong yes answers 处罚 with a date, a wrong no hides a repeal."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from factories import document, provision

from assistant.extracts.versions import asked_versions, describe
from kb.model import Document
from kb.registry import Registry, open_registry
from kb.settings import Settings

KNOWN = {name: name for name in ("药品管理法", "商标法", "公司法", "药品召回管理办法")}


@pytest.mark.parametrize(
    ("question", "asked", "why"),
    [
        ("商标法现在执行哪个版本", ["商标法"], "the plain form"),
        ("商标法按2026年11月21日是哪个版本？", ["商标法"], "a day between"),
        ("《药品召回管理办法》还有效吗", ["药品召回管理办法"], "with book marks"),
        ("最新版药品管理法", ["药品管理法"], "before the title"),
        ("药品管理法什么时候施行", ["药品管理法"], "the day of effect of the law itself"),
        ("药品管理法我想确认一下，这部法还有效吗", ["药品管理法"], "the law taken up by 这部法"),
        ("公司法和商标法哪个版本现行有效", ["公司法", "商标法"], "a list shares the words behind it"),
        ("药品管理法还能用吗", ["药品管理法"], "in everyday words"),
        ("旧版商标法还用吗", ["商标法"], "an edition before the title"),
        ("药品召回管理办法2022版还有效吗", ["药品召回管理办法"], "an edition behind the title"),
        ("公司法（2018年修正）还可以用吗", ["公司法"], "an edition in brackets"),
        ("药品管理法什么时候开始实行", ["药品管理法"], "实行 for 施行"),
        ("药品管理法规定过期药品还能用吗", [], "goods that are used"),
        ("药品管理法对销售失效药品怎么处罚", [], "失效 of goods"),
        ("药品管理法失效的药品怎么处理", [], "失效 of goods, side by side"),
        ("公司法规定股东协议什么时候生效", [], "生效 of a contract"),
        ("药品管理法要求的制度从何时施行才算合规", [], "施行 of a company's rules"),
        ("软件版本变更，药品管理法有要求吗", [], "版本 of software"),
        ("商标权什么时候失效", [], "no title at all"),
        ("药品管理法实施条例还有效吗", [], "another title"),
    ],
)
def test_only_words_beside_a_title_ask_for_its_versions(question: str, asked: list[str], why: str) -> None:
    assert asked_versions(question, KNOWN) == asked, why


def hold(registry: Registry, held: Document, *articles: str) -> None:
    text = "\n".join(articles) + "\n"
    provisions = [provision(article.split("　")[0], text=article, within=text) for article in articles]
    registry.write(
        held, text, held.id, 1, provisions=provisions, chunks=(), relations=(), repairs=(), notes=(), original=None
    )  # fmt: skip


@pytest.mark.parametrize(
    ("question", "first", "why"),
    [
        (
            "新样例法什么时候施行",
            "《样例法》2026-06-26 版自2027年1月1日起施行，2026年11月21日尚未施行",
            "the text to come",
        ),
        ("样例法什么时候施行", "按2026年11月21日，《样例法》执行的是 2019-04-23 版", "the text that applies"),
        ("最新版样例法什么时候施行", "按2026年11月21日，《样例法》执行的是 2019-04-23 版", "最新 as of the day"),
        (
            "样例法2013版还有效吗",
            "按2026年11月21日，本库所存《样例法》2013-08-30 版已被修改：自2019年",
            "the edition named",
        ),
        ("旧样例法还用吗", "按2026年11月21日，本库所存《样例法》2013-08-30 版已被修改：自2019年", "the one before"),
    ],
)
def test_the_edition_that_is_asked_about_comes_first(tmp_path: Path, question: str, first: str, why: str) -> None:
    """新商标法什么时候施行 was answered with a day of 1983, the clause of the text of 2019."""
    registry = open_registry(Settings(home=tmp_path))
    for version, since, clause in (
        ("2013-08-30", date(2014, 5, 1), "1983年3月1日"),
        ("2019-04-23", date(2019, 11, 1), "1983年3月1日"),
        ("2026-06-26", date(2027, 1, 1), "2027年1月1日"),
    ):
        held = document("样例法", version=version, effective_on=since, valid_from=since)
        hold(registry, held, "第一条　为了样例，制定本法。", f"第二条　本法自{clause}起施行。")
    for changed in registry.unsettled({"样例法"}):
        registry.save(changed)
    text, (quote,) = describe(registry, "样例法", date(2026, 11, 21), question)
    assert text.startswith(first), why
    if "2026-06-26" in first:
        assert quote.quote == "本法自2027年1月1日起施行。"
        assert "1983" not in text.split("\n\n")[0]
    assert "执行的是 2019-04-23 版" in text
    registry.close()


@pytest.mark.parametrize(
    ("ended", "first"),
    [
        (
            {"repealed_on": date(2026, 8, 15), "evidence": {"repealed_on": "由他文废止·法典@2026｜《样例法》同时废止"}},
            "按2026年11月21日，本库所存《样例法》2013-08-30 版已废止：自2026年8月15日起废止，"
            "见《法典》（2026 版）：“《样例法》同时废止”。",
        ),
        (
            {"amended_on": date(2026, 5, 15), "evidence": {"amended_on": "本库文件目录记载：新版"}},
            "按2026年11月21日，本库所存《样例法》2013-08-30 版已被修改：自2026年5月15日起另有新版本施行",
        ),
    ],
)
def test_that_a_text_is_out_of_force_is_said_first(tmp_path: Path, ended: dict[str, Any], first: str) -> None:
    registry = open_registry(Settings(home=tmp_path))
    held = document("样例法", version="2013-08-30", **ended)
    hold(registry, held, "第一条　甲。", "第二条　本法自1983年3月1日起施行。")
    text, _ = describe(registry, "样例法", date(2026, 11, 21), "样例法还有效吗")
    assert text.startswith(first)
    registry.close()
