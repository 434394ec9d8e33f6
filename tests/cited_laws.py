"""A small registry of made-up texts under real names for tests of citations: versions, a repeal, changed places."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from factories import document

from ingest.structure.text import structure
from kb.address import to_chinese
from kb.model import Amendment, Document, Relation
from kb.registry import Registry, open_registry
from kb.settings import Settings
from kb.validity import BY, REPEALED_BY

DAY = date(2026, 11, 21)

DRUGS = """中华人民共和国药品管理法
第一章　总则
第一条　为了保证样例药品质量，制定本法。
第二条　有下列情形之一的，应当立即停产：
（一）设备失效的；
（二）人员不足十五人的。
第三条　持有人可以自行生产样例药品，也可以委托其他企业生产。
疫苗不得委托生产，国务院另有规定的除外。
持有人应当在三十日内报告下列事项：
（一）委托的期限；
（二）受托方的名称。
第四条　生产劣质样例药品的，处货值金额十五倍以上三十倍以下的罚款。
第二章　附则
第五条　本法自2019年12月1日起施行。
"""
OLD_DRUGS = """中华人民共和国药品管理法
第一条　旧样例条文，生产应当取得许可。
第二条　持有人应当在六十日内报告。
"""
CRIMES = "中华人民共和国刑法\n" + "".join(
    f"第{to_chinese(number)}条　样例条文{number}。\n"
    + (
        "第一百二十条之一　帮助样例活动的，处五年以下徒刑。\n第一百二十条之二　准备样例活动的。\n"
        if number == 120
        else ""
    )
    for number in range(1, 122)
)
DEVICES = """医疗器械监督管理条例
第一条　样例条文一。
第二条　样例器械进口时应当备案。
境外样例企业应当指定代理人。
第三条　样例条文三。
"""
MARKS = """中华人民共和国商标法
第一条　样例商标的注册适用本法。
第二条　申请样例商标应当提交图样。
"""
NEW_MARKS = (
    MARKS
    + """第三条　新样例条文。
第四条　本法自2027年1月1日起施行。
"""
)
PRACTICE = """药品样例规范
第一条　记录应当保存5年。
第二条　每年应当检查20次。
"""
CUT = """药品样例保管条例
第一条　只剩一条。
"""
WHOLE = "药品样例保管条例\n" + "".join(f"第{to_chinese(number)}条　样例保管{number}。\n" for number in range(1, 21))
RECALLS = """药品召回管理办法
第一条　召回分为三级，企业应当按级通知。
第二条　一级召回应当在24小时内通知。
"""
OLD_RULE = """药品样例检查规定
第一条　检查每年一次。
"""
NEW_RULE = """药品样例检查办法
第一条　检查每年两次。
第二条　本办法自2022年1月1日起施行。《药品样例检查规定》同时废止。
"""
NOTICE = """关于样例工作的通知
一、加强领导
各单位应当明确负责人。
二、落实责任
（一）制定计划；
（二）按期检查。
"""
ANNEXED = """样例注册办法
第一条　申请人应当提交资料。
第二条　资料的要求见附件。
附件1
申报要求
第一条　资料应当装订。
第九条　资料应当编号。
"""


def put(registry: Registry, title: str, version: str, text: str, **fields: Any) -> Document:
    """Store one version of a text with the structure that ingest reads from it."""
    relations = fields.pop("relations", ())
    name = fields.pop("instrument", title.removeprefix("中华人民共和国"))
    held = document(title, version=version, instrument=name, **fields)
    registry.write(
        held, text, f"{held.id}{len(text)}", 1, provisions=structure(text, ()), chunks=(), relations=relations,
        repairs=(), notes=(), original=None,
    )  # fmt: skip
    return held


def open_laws(home: Path) -> Registry:
    """A registry of all of them, as they stand on DAY."""
    registry = open_registry(Settings(home=home))
    put(registry, "中华人民共和国药品管理法", "2013-12-28", OLD_DRUGS, superseded_on=date(2019, 12, 1))
    put(registry, "中华人民共和国药品管理法", "2019-08-26", DRUGS, effective_on=date(2019, 12, 1))
    put(registry, "中华人民共和国刑法", "2023-12-29", CRIMES)
    changed = Amendment(
        on=date(2025, 1, 20), places=(("第二条", "第二款"),), by="国务院令第797号", source="国务院令第797号",
        evidence="将第二条第二款修改为",
    )  # fmt: skip
    put(registry, "医疗器械监督管理条例", "2021-02-09", DEVICES, amendments=(changed,), number="国务院令第739号")
    put(registry, "中华人民共和国商标法", "2019-04-23", MARKS, superseded_on=date(2027, 1, 1))
    put(registry, "中华人民共和国商标法", "2026-06-26", NEW_MARKS, effective_on=date(2027, 1, 1))
    put(registry, "药品召回管理办法", "2022-10-24", RECALLS, number="国家药监局公告2022年第92号")
    ended = {"repealed_on": f"{REPEALED_BY}药品样例检查办法@2022-01-01{BY}《药品样例检查规定》同时废止"}
    put(registry, "药品样例检查规定", "2010-01-01", OLD_RULE, repealed_on=date(2022, 1, 1), evidence=ended)
    said = {"kind": "repeals", "path": ("第二条",), "evidence": "同时废止"}
    repeals = (Relation(title="样例旧法", **said), Relation(title="药品样例规范", number="国家局令第7号", **said))
    put(registry, "药品样例检查办法", "2022-01-01", NEW_RULE, relations=repeals, effective_on=date(2022, 1, 1))
    practice = {"instrument": "药品样例规范", "number": "国家总局令第19号", "published_on": date(2021, 5, 1)}
    put(registry, "药品样例规范(2021年版)", "2022-03-01", PRACTICE, effective_on=date(2022, 3, 1), **practice)
    put(registry, "药品生产质量管理规范", "2011-01-17", PRACTICE, number="卫生部令第79号")
    put(registry, "药品注册管理办法", "2020-01-22", PRACTICE)
    put(registry, "药品样例保管条例", "2013-12-07", CUT, superseded_on=date(2016, 2, 6))
    put(registry, "药品样例保管条例", "2016-02-06", WHOLE)
    put(registry, "国家局关于样例报告的公告（2024年第38号）", "2024-06-01", NOTICE, number="公告2024年第38号")
    put(registry, "关于样例工作的通知", "2020-01-01", NOTICE)
    put(registry, "样例注册办法", "2020-01-01", ANNEXED)
    put(registry, "样例不明办法", "2019-01-01", "第一条　样例条文。\n", effective_on=None, valid_from=None)
    return registry
