"""National bodies that issued rules for drugs, devices and cosmetics, and the bodies that succeeded them.

Periods are those of the State Council's institutional reforms (国务院机构改革方案 of 1982, 1988, 1993, 1998, 2003,
2008, 2013, 2018 and 2023, each adopted by the National People's Congress in March of its year). A body's successor is
not always who carries the duty of one rule: drugs left 卫生部 for the drug regulator before 2013.
"""

from __future__ import annotations

from typing import NamedTuple

from kb.address import COUNTRY


class FormerBody(NamedTuple):
    """A body under a name no longer used: the years it bore that name, and who succeeded it in our fields."""

    name: str
    began: int
    ended: int
    successor: str


FORMER: tuple[FormerBody, ...] = (
    FormerBody("国家食品药品监督管理局", 2003, 2013, "国家食品药品监督管理总局"),
    FormerBody("国家食品药品监督管理总局", 2013, 2018, "国家药品监督管理局"),
    FormerBody("国家医药管理总局", 1978, 1982, "国家医药管理局"),
    FormerBody("国家医药管理局", 1982, 1998, "国家药品监督管理局"),
    FormerBody("卫生部", 1949, 2013, "国家卫生和计划生育委员会"),
    FormerBody("国家卫生和计划生育委员会", 2013, 2018, "国家卫生健康委员会"),
    FormerBody("国家人口和计划生育委员会", 2003, 2013, "国家卫生和计划生育委员会"),
    FormerBody("国家工商行政管理局", 1982, 2001, "国家工商行政管理总局"),
    FormerBody("国家工商行政管理总局", 2001, 2018, "国家市场监督管理总局"),
    FormerBody("国家技术监督局", 1988, 1998, "国家质量技术监督局"),
    FormerBody("国家质量技术监督局", 1998, 2001, "国家质量监督检验检疫总局"),
    FormerBody("国家质量监督检验检疫总局", 2001, 2018, "国家市场监督管理总局"),
    FormerBody("国家出入境检验检疫局", 1998, 2001, "海关总署"),
    FormerBody("农业部", 1949, 2018, "农业农村部"),
    FormerBody("国家环境保护总局", 1998, 2008, "环境保护部"),
    FormerBody("环境保护部", 2008, 2018, "生态环境部"),
    FormerBody("国家科学技术委员会", 1958, 1998, "科学技术部"),
    FormerBody("劳动和社会保障部", 1998, 2008, "人力资源和社会保障部"),
    FormerBody("国家发展计划委员会", 1998, 2003, "国家发展和改革委员会"),
    FormerBody("对外贸易经济合作部", 1993, 2003, "商务部"),
    FormerBody("信息产业部", 1998, 2008, "工业和信息化部"),
    FormerBody("国务院法制办公室", 1998, 2018, "司法部"),
)
"""国家药品监督管理局 bore the same name from 1998 to 2003 and again since 2018: its old orders need no other name."""

SHORT_NAMES = {
    "国家药监局": "国家药品监督管理局", "国家食品药品监管局": "国家食品药品监督管理局",
    "食品药品监管局": "国家食品药品监督管理局", "国家食品药品监管总局": "国家食品药品监督管理总局",
    "食品药品监管总局": "国家食品药品监督管理总局", "国家卫生计生委": "国家卫生和计划生育委员会",
    "国家卫生健康委": "国家卫生健康委员会", "国家卫健委": "国家卫生健康委员会",
    "市场监管总局": "国家市场监督管理总局", "国家质检总局": "国家质量监督检验检疫总局",
    "质检总局": "国家质量监督检验检疫总局", "国家工商总局": "国家工商行政管理总局",
    "工商总局": "国家工商行政管理总局", "国家发展改革委": "国家发展和改革委员会", "国家医保局": "国家医疗保障局",
    "国家中医药局": "国家中医药管理局", "国家标准委": "国家标准化管理委员会", "科技部": "科学技术部",
}  # fmt: skip
"""The names national bodies sign with → their full names."""

PRESENT = (
    "国务院办公厅", "国务院", "国家药品监督管理局", "国家市场监督管理总局", "国家卫生健康委员会", "国家医疗保障局",
    "国家中医药管理局", "国家知识产权局", "国家标准化管理委员会", "国家发展和改革委员会", "工业和信息化部",
    "科学技术部", "农业农村部", "生态环境部", "公安部", "财政部", "教育部", "民政部", "司法部", "商务部", "海关总署",
    "最高人民法院", "最高人民检察院",
)  # fmt: skip

_SUCCESSOR = {body.name: body.successor for body in FORMER}
_KNOWN = sorted({*SHORT_NAMES, *_SUCCESSOR, *PRESENT}, key=len, reverse=True)


def present_name(issuer: str) -> str | None:
    """The body that has succeeded an issuer; several bodies keep their order, joined by 、.

    None when every body still bears its name, or when a body is not in the table.
    """
    bodies = issuer.replace(COUNTRY, "").split("、")
    now = [_today(body.strip()) for body in bodies]
    if now == [SHORT_NAMES.get(body.strip(), body.strip()) for body in bodies]:
        return None
    return "、".join(dict.fromkeys(now))


def joined(words: str) -> str:
    """Bodies printed side by side as a list: 国家药监局国家卫生健康委 → 国家药监局、国家卫生健康委. Else as it was."""
    rest, found = words.replace(" ", ""), []
    while rest:
        body = next((name for name in _KNOWN if rest.startswith(name)), None)
        if body is None:
            return words
        found.append(body)
        rest = rest[len(body) :].removeprefix("、")
    return "、".join(found)


def _today(body: str) -> str:
    name = SHORT_NAMES.get(body, body)
    while name in _SUCCESSOR:
        name = _SUCCESSOR[name]
    return name
