"""Where a firm is and where a measure applies: a tree of places, and whether one covers another.

Only the places our measures and their neighbours need are listed; a place we do not know is unknown, not elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

PROVINCES = """
北京市 天津市 上海市 重庆市 河北省 山西省 辽宁省 吉林省 黑龙江省 江苏省 浙江省 安徽省 福建省 江西省 山东省 河南省
湖北省 湖南省 广东省 海南省 四川省 贵州省 云南省 陕西省 甘肃省 青海省 台湾省 内蒙古自治区 广西壮族自治区
西藏自治区 宁夏回族自治区 新疆维吾尔自治区 香港特别行政区 澳门特别行政区
"""
CITIES = {
    "广东省": """
        广州市 深圳市 珠海市 汕头市 佛山市 韶关市 湛江市 肇庆市 江门市 茂名市 惠州市 梅州市 汕尾市 河源市
        阳江市 清远市 东莞市 中山市 潮州市 揭阳市 云浮市""",
    "海南省": """
        海口市 三亚市 三沙市 儋州市 琼海市 文昌市 万宁市 东方市 五指山市 定安县 屯昌县 澄迈县 临高县
        白沙黎族自治县 昌江黎族自治县 乐东黎族自治县 陵水黎族自治县 保亭黎族苗族自治县 琼中黎族苗族自治县""",
    "江苏省": "南京市 苏州市 无锡市 常州市 泰州市 连云港市",
    "浙江省": "杭州市 宁波市 绍兴市 台州市",
    "山东省": "济南市 青岛市 烟台市",
    "湖北省": "武汉市",
    "湖南省": "长沙市",
    "四川省": "成都市",
    "安徽省": "合肥市",
    "福建省": "福州市 厦门市",
    "河北省": "石家庄市",
    "河南省": "郑州市",
    "陕西省": "西安市",
    "辽宁省": "沈阳市 大连市",
    "吉林省": "长春市",
    "黑龙江省": "哈尔滨市",
    "江西省": "南昌市",
    "云南省": "昆明市",
    "贵州省": "贵阳市",
    "广西壮族自治区": "南宁市",
    # A name that contains another province's: it must win over 海南.
    "青海省": "西宁市 海南藏族自治州",
}
GUANGZHOU = "越秀区 海珠区 荔湾区 天河区 白云区 黄埔区 番禺区 花都区 南沙区 从化区 增城区"


class Region(NamedTuple):
    """A place. `names` are understood anywhere, `local` only right after the name of its parent."""

    name: str
    parent: str | None
    names: tuple[str, ...]
    local: tuple[str, ...] = ()


PARKS = (
    Region("浦东新区", "上海市", ("浦东新区", "浦东", "张江")),
    Region("黄浦区", "上海市", ("黄浦区",)),
    # 广州开发区 and 黄埔区 are one administration; the other names are its parks.
    Region("广州开发区", "黄埔区", ("广州开发区", "广州经济技术开发区", "广州高新区")),
    Region("广州科学城", "黄埔区", ("广州科学城",), ("科学城",)),
    Region("中新广州知识城", "黄埔区", ("中新广州知识城", "广州知识城"), ("知识城",)),
    Region("广州国际生物岛", "黄埔区", ("广州国际生物岛", "国际生物岛"), ("生物岛",)),
    Region("海口高新区", "海口市", ("海口高新区", "海口国家高新区"), ("高新区", "国家高新技术产业开发区")),
    Region("洋浦经济开发区", "儋州市", ("洋浦经济开发区", "洋浦开发区", "洋浦")),
    Region("博鳌乐城", "琼海市", ("博鳌乐城国际医疗旅游先行区", "博鳌乐城先行区", "乐城先行区", "博鳌乐城", "乐城")),
    Region("崖州湾科技城", "三亚市", ("崖州湾科技城", "三亚崖州湾", "崖州湾"), ("崖州区",)),
)
SHORT = ("特别行政区", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市")


def _short(name: str) -> str:
    return next((name.removesuffix(end) for end in SHORT if name.endswith(end)), name)


def _tree() -> Iterator[Region]:
    for province in PROVINCES.split():
        yield Region(province, None, (province, _short(province)))
    for province, cities in CITIES.items():
        yield from (Region(city, province, tuple(dict.fromkeys((city, _short(city))))) for city in cities.split())
    for district in GUANGZHOU.split():
        known_anywhere = ("黄埔区", "黄埔") if district == "黄埔区" else ()
        yield Region(district, "广州市", known_anywhere, (district, district.removesuffix("区")))
    yield from PARKS


REGIONS = {region.name: region for region in _tree()}


def resolve(text: str) -> str | None:
    """The smallest known place a text names, read from the left: `广东省广州市黄埔区科学大道1号` → `黄埔区`.

    None when the text does not begin with a known place (`中国` and spaces aside).
    """
    rest = "".join(text.split()).removeprefix("中国")
    found: str | None = None
    while rest:
        step = _longest(rest, found)
        if step is None:
            break
        found, rest = step[0], rest[len(step[1]) :]
    return found


def regions_in(text: str) -> list[Region]:
    """The places that a text names anywhere, by names that mean them everywhere; the longest at each spot."""
    names = {name: region for region in REGIONS.values() for name in region.names}
    found = re.findall("|".join(sorted(map(re.escape, names), key=len, reverse=True)), text)
    return [names[name] for name in dict.fromkeys(found)]


def lineage(name: str) -> tuple[str, ...]:
    """A known place and all that contain it, smallest first. Raises KeyError for a name that is not in the tree."""
    region = REGIONS[name]
    return (name, *(lineage(region.parent) if region.parent else ()))


def spellings(text: str) -> tuple[str, ...]:
    """The ways a document may write a place: as said, by its own name, and behind the names of what holds it, such as
    黄埔区, 广州市黄埔区 and 广东省广州市黄埔区; 上海 is also 上海市. A place we do not know is only as said."""
    name = resolve(text)
    places = lineage(name) if name else ()
    behind = ("".join(reversed(places[:size])) for size in range(1, len(places) + 1))
    return tuple(dict.fromkeys((text, *behind)))


def covers(outer: str, inner: str) -> bool | None:
    """Whether `outer` contains (or is) `inner`. None when either is unknown, or `inner` is only known more coarsely.

    广东省 covers 广州市黄埔区; 黄埔区 does not cover 深圳市; whether 黄埔区 covers 广州市 cannot be said of a firm.
    """
    outside, inside = resolve(outer), resolve(inner)
    if outside is None or inside is None:
        return None
    if outside in lineage(inside):
        return True
    return None if inside in lineage(outside) else False


def _longest(rest: str, within: str | None) -> tuple[str, str] | None:
    """`(place, words read)` of the longest name at the start of `rest`, below `within` if that is given."""
    names = (
        (region.name, name)
        for region in REGIONS.values()
        if within is None or (region.name != within and within in lineage(region.name))
        for name in (*region.names, *(region.local if region.parent == within else ()))
    )
    return max((pair for pair in names if rest.startswith(pair[1])), key=lambda pair: len(pair[1]), default=None)
