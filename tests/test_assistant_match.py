"""Policy matching: who is matched to what, that unknown is never "no", and that every ground is quoted verbatim."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from quoted_texts import OWN_TEXTS, TextQuoter, own_quoter, seed_quoter

from assistant.guidance.match import load_measures, match
from assistant.model import EnterpriseProfile, Measure, PolicyMatch
from kb.model import Citation, Force

DATA = Path(__file__).parents[1] / "data"
TODAY = date(2026, 11, 21)
START_UP: dict[str, Any] = {
    "region": "广州市黄埔区", "kinds": ["研发"], "sectors": ["药品"], "stage": "初创",
    "products": [{"name": "小分子候选药", "class": "1类", "phase": "准备IND"}],
}  # fmt: skip
PLATFORM: dict[str, Any] = {"region": "海南省海口市", "kinds": ["研发服务平台"], "sectors": ["药品"]}
DEVICE: dict[str, Any] = {"region": "广州市黄埔区", "kinds": ["研发", "生产"], "sectors": ["医疗器械"]}
CANDIDATE: dict[str, Any] = {
    "region": "广州市黄埔区", "kinds": ["园区"],
    "flags": {
        "serves_enough_firms": True, "large_enough_hall": True, "senior_staff_share": True,
        "written_rules": True, "ten_permanent_staff": False,
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def measures() -> tuple[Measure, ...]:
    return load_measures(DATA / "measures.yaml")


@pytest.fixture(scope="module", params=["own", "seeds"])
def quoter(request: pytest.FixtureRequest) -> TextQuoter:
    """The same judgements must come out over our own small texts and over the real documents."""
    made = own_quoter() if request.param == "own" else seed_quoter()
    if made is None:
        pytest.skip("两份原始文件不在手边")
    return made


def judged(given: dict[str, Any], measures: tuple[Measure, ...], quoter: TextQuoter) -> dict[str, PolicyMatch]:
    profile = EnterpriseProfile.model_validate({"name": "测试企业", **given})
    return {found.id: found for found in match(profile, measures=measures, quoter=quoter, as_of=TODAY)}


@pytest.mark.parametrize(
    ("given", "measure", "level"),
    [
        (START_UP, "G01", "match"),
        (START_UP, "G07", "match"),
        (START_UP, "G21", "match"),
        (START_UP, "G05", "no"),
        (START_UP, "G08", "no"),
        (START_UP, "G12", "no"),
        (START_UP, "G20", "info"),
        (START_UP, "H05", "no"),
        (START_UP, "H12", "no"),
        # what is not said is unknown, not no
        ({**START_UP, "products": []}, "G07", "potential"),
        ({**START_UP, "products": [{"phase": "保密"}]}, "G07", "potential"),
        ({**START_UP, "region": None}, "G07", "potential"),
        ({**START_UP, "region": "广州市"}, "G07", "potential"),
        ({**START_UP, "region": "深圳市"}, "G07", "potential"),
        ({**START_UP, "region": "苏州市"}, "G07", "no"),
        ({}, "G07", "potential"),
        ({}, "H05", "potential"),
        ({}, "H13", "info"),
        # devices
        ({**DEVICE, "products": [{"phase": "注册检验中"}]}, "G11", "match"),
        ({**DEVICE, "products": [{"phase": "准备首次注册资料"}]}, "G12", "match"),
        ({**DEVICE, "products": [{"phase": "注册证快到期，准备延续"}]}, "G18", "match"),
        ({**DEVICE, "products": [{"phase": "已上市"}]}, "G18", "potential"),
        ({**DEVICE, "products": [{"phase": "注册检验中"}]}, "G18", "no"),
        ({**DEVICE, "products": [{"phase": "注册检验中"}]}, "G07", "no"),
        # Hainan platforms
        (PLATFORM, "H05", "match"),
        (PLATFORM, "H09", "match"),
        (PLATFORM, "H10", "match"),
        (PLATFORM, "H08", "match"),
        (PLATFORM, "H03", "potential"),
        ({**PLATFORM, "flags": {"advanced_platform": True}}, "H03", "match"),
        ({**PLATFORM, "flags": {"advanced_platform": False}}, "H03", "no"),
        ({**PLATFORM, "flags": {"pilot_or_manufacturing_platform": True}}, "H07", "match"),
        (PLATFORM, "H11", "potential"),
        (PLATFORM, "H06", "potential"),
        (PLATFORM, "H12", "info"),
        (PLATFORM, "H13", "info"),
        (PLATFORM, "H14", "info"),
        (PLATFORM, "H01", "no"),
        (PLATFORM, "G07", "no"),
        ({**PLATFORM, "kinds": ["CDMO"]}, "H05", "no"),
        ({"region": "海南省"}, "H05", "potential"),
        ({"region": "三亚崖州湾科技城", "kinds": ["园区"], "sectors": ["药品"]}, "H02", "match"),
        ({"region": "海南省文昌市", "kinds": ["园区"], "sectors": ["药品"]}, "H02", "potential"),
        ({"region": "海口市", "kinds": ["高校院所"]}, "H01", "match"),
        ({"region": "海口市", "kinds": ["高校院所"], "flags": {"outside_partner": True}}, "H04", "match"),
        ({"region": "海口市", "kinds": ["生产"], "flags": {"outside_partner": True}}, "H04", "potential"),
        ({"region": "海口市", "kinds": ["生产"], "flags": {"platform_incubated": False}}, "H06", "no"),
        # conditions for building the platform: "原则上" leaves room
        (CANDIDATE, "G26", "potential"),
        ({**CANDIDATE, "flags": {**CANDIDATE["flags"], "ten_permanent_staff": True}}, "G26", "match"),
        ({**CANDIDATE, "flags": {**CANDIDATE["flags"], "senior_staff_share": False}}, "G26", "no"),
        ({**CANDIDATE, "region": "海口市"}, "G26", "no"),
        (CANDIDATE, "G25", "match"),
    ],
)
def test_level_of_a_measure_for_a_firm(
    given: dict[str, Any], measure: str, level: str, measures: tuple[Measure, ...], quoter: TextQuoter
) -> None:
    assert judged(given, measures, quoter)[measure].level == level


def test_guangzhou_start_up_gets_no_hainan_measure(measures: tuple[Measure, ...], quoter: TextQuoter) -> None:
    """The done-when of the matching: the region gate holds for every Hainan measure, talents and offices included."""
    found = judged(START_UP, measures, quoter)
    assert {found[name].level for name in found if name.startswith("H")} == {"no"}


def test_platform_conditions_are_quoted_from_the_text(measures: tuple[Measure, ...], quoter: TextQuoter) -> None:
    found = judged(PLATFORM, measures, quoter)
    platform = next(condition for condition in found["H05"].conditions if condition.field == "platform")
    assert platform.verdict == "met"
    assert platform.citation is not None
    assert "平台运营过程" in platform.citation.quote


def test_every_condition_is_quoted_verbatim(measures: tuple[Measure, ...], quoter: TextQuoter) -> None:
    """A condition that cannot be quoted, or is quoted otherwise than stored, would be an assertion of ours."""
    for found in judged(PLATFORM, measures, quoter).values():
        quotes = [found.citation, *(condition.citation for condition in found.conditions)]
        for citation in quotes:
            assert citation is not None, found.id
            assert quoter.holds(citation.quote), found.id


def test_amount_and_window_stay_unknown(measures: tuple[Measure, ...], quoter: TextQuoter) -> None:
    """Neither document states an amount or a window; a figure here would be invented."""
    for found in judged(PLATFORM, measures, quoter).values():
        assert (found.amount, found.window) == (None, None)


def test_missing_fact_is_named(measures: tuple[Measure, ...], quoter: TextQuoter) -> None:
    assert judged({**START_UP, "region": None}, measures, quoter)["G07"].missing == ("注册地",)
    asked = judged(CANDIDATE, measures, quoter)["G26"].missing
    assert any("固定人员" in fact for fact in asked)


def test_no_match_without_the_text(measures: tuple[Measure, ...]) -> None:
    """Where the document is not loaded, what would match is only potential, and the gap is said."""
    found = judged(START_UP, measures, TextQuoter({}))["G07"]
    assert found.level == "potential"
    assert found.citation is None
    assert any("未收录" in fact for fact in found.missing)


@pytest.mark.parametrize(
    ("day", "present"), [(date(2026, 1, 22), False), (date(2026, 1, 23), True), (date(2026, 11, 21), True)]
)
def test_measure_is_not_offered_before_it_was_issued(day: date, present: bool, measures: tuple[Measure, ...]) -> None:
    profile = EnterpriseProfile.model_validate({"name": "测试平台", **PLATFORM})
    found = {one.id for one in match(profile, measures=measures, quoter=own_quoter(), as_of=day)}
    assert ("H05" in found) is present


@pytest.mark.parametrize("force", [Force.REPEALED, Force.NOT_YET])
def test_measure_without_force_is_left_out(force: Force, measures: tuple[Measure, ...]) -> None:
    """Repealed or not yet effective text is never used silently."""
    assert judged(PLATFORM, measures, TextQuoter(OWN_TEXTS, force)) == {}


def test_matches_come_first(measures: tuple[Measure, ...], quoter: TextQuoter) -> None:
    levels = [found.level for found in judged(PLATFORM, measures, quoter).values()]
    assert levels == sorted(levels, key=["match", "potential", "info", "no"].index)


def test_quotes_of_a_deeper_outline_are_found_in_a_shallower_one(measures: tuple[Measure, ...]) -> None:
    """A copy kept without ① as provisions still yields the sentence, from the enclosing entry."""

    class Shallow(TextQuoter):
        def locate(self, title: str, path: tuple[str, ...], words: str | None, as_of: date) -> Citation | None:
            return None if "①" in path else super().locate(title, path, words, as_of)

    seen = judged(START_UP, measures, Shallow(OWN_TEXTS))["G07"]
    assert seen.level == "match"
    assert seen.citation is not None
    assert seen.citation.address.endswith("（1）")


def test_profile_speaks_the_words_of_the_contract() -> None:
    """`class` is the field's name in JSON, in and out; an unknown field is refused, not dropped."""
    profile = EnterpriseProfile.model_validate({"name": "测试企业", **START_UP})
    assert profile.model_dump(mode="json")["products"][0]["class"] == "1类"
    with pytest.raises(ValueError, match="turnover"):
        EnterpriseProfile.model_validate({"name": "测试企业", "turnover": 1})
