"""Region gates decide what a firm is offered, so that a wrong "yes" or a wrong "no" is a wrong promise."""

from __future__ import annotations

import pytest

from assistant.guidance.regions import REGIONS, covers, lineage, resolve


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("广州市黄埔区", "黄埔区"),
        ("广东省广州市黄埔区科学大道1号", "黄埔区"),
        ("黄埔", "黄埔区"),
        ("广州 黄埔", "黄埔区"),
        ("中国广东省 深圳市", "深圳市"),
        ("广州开发区", "广州开发区"),
        ("海南省海口市高新区", "海口高新区"),
        ("海口高新区", "海口高新区"),
        ("海口国家高新区", "海口高新区"),
        ("洋浦", "洋浦经济开发区"),
        ("海南博鳌乐城国际医疗旅游先行区", "博鳌乐城"),
        ("三亚崖州湾科技城", "崖州湾科技城"),
        ("海南藏族自治州", "海南藏族自治州"),
        ("吉林省", "吉林省"),
        ("内蒙古", "内蒙古自治区"),
        ("火星基地", None),
        ("", None),
    ],
)
def test_place_is_read_as_people_write_it(text: str, place: str | None) -> None:
    assert resolve(text) == place


@pytest.mark.parametrize(
    ("outer", "inner", "answer"),
    [
        ("广东省", "广州市黄埔区", True),
        ("黄埔区", "广州市黄埔区", True),
        ("广州市黄埔区", "广州国际生物岛", True),
        ("海南省", "博鳌乐城", True),
        ("海南省", "海口市", True),
        # a firm that only says its city may or may not be in the district
        ("黄埔区", "广州市", None),
        ("崖州湾科技城", "海南省", None),
        ("黄埔区", "广东省", None),
        # names that look alike
        ("黄埔区", "上海市黄浦区", False),
        ("海南省", "青海省海南藏族自治州", False),
        ("海南省", "广州市黄埔区", False),
        ("广州市黄埔区", "广州市天河区", False),
        ("广东省", "海口市高新区", False),
        # 高新区 alone belongs to nobody
        ("海口高新区", "高新区", None),
        ("海南省", "某地", None),
    ],
)
def test_cover_has_three_answers(outer: str, inner: str, answer: bool | None) -> None:
    assert covers(outer, inner) is answer


def test_every_place_hangs_on_a_known_parent() -> None:
    """A mistyped parent would make a place unreachable and every gate on it wrong."""
    for name in REGIONS:
        assert lineage(name)[0] == name
        assert lineage(name)[-1].endswith(("省", "市", "自治区", "特别行政区"))
