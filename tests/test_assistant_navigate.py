"""Navigation: colloquial needs lead to the right items in the right order, and open ones to a short question."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from quoted_texts import OWN_TEXTS, TextQuoter, own_quoter, seed_quoter

from assistant.guidance.navigate import load_items, load_paths, navigate, service_documents
from assistant.guidance.needs import phases_of, read_need
from assistant.model import EnterpriseProfile, NavigationResult
from kb.model import Force, Kind, Passage

DATA = Path(__file__).parents[1] / "data"
TODAY = date(2026, 11, 21)
ITEMS = load_items(DATA / "services.yaml")
PATHS = load_paths(DATA / "paths.yaml")


def terms_in_common(query: str, as_of: date, kinds: tuple[Kind, ...]) -> Sequence[Passage]:
    """A small real search: the service documents ranked by the character pairs they share with the query."""
    pairs = {query[i : i + 2] for i in range(len(query) - 1)}
    scored = [(sum(pair in text for pair in pairs), title, text) for title, text, _ in service_documents(ITEMS)]
    return [
        Passage(
            address=title, document_id=title, title=title, label=title, article=None, path=(), text=text,
            kind=Kind.SERVICE_ITEM, force=Force.UNKNOWN, effective_on=None, repealed_on=None, score=float(score),
            found_by=("lexical",),
        )
        for score, title, text in sorted(scored, reverse=True)[:10]
    ]  # fmt: skip


def asked(need: str, quoter: TextQuoter | None = None, **profile: Any) -> NavigationResult:
    firm = EnterpriseProfile.model_validate({"name": "测试企业", **profile}) if profile else None
    return navigate(
        need, firm, items=ITEMS, paths=PATHS, search=terms_in_common, quoter=quoter or own_quoter(), as_of=TODAY
    )


def names(result: NavigationResult) -> list[str]:
    return [item.id for item in result.items]


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        ("二类医疗器械首次注册要走哪些步骤", ["G10", "G11", "G12", "G13", "G14"]),
        ("第三类医疗器械怎么注册", ["G10", "G11", "G12", "G13", "G14"]),
        ("II类器械拿证流程", ["G10", "G11", "G12", "G13", "G14"]),
        ("一类医疗器械备案流程", ["G10", "G11", "device-1-filing/filing", "device-1-filing/production-filing"]),
        ("导管资料写完想找人先看", ["G12"]),
        ("临床试验申请前想有人帮看看资料", ["G07"]),
        ("新药报产资料想先过一遍", ["G09"]),
        ("仿制药想做BE试验", ["G08"]),
        ("药品再注册怎么办", ["G16"]),
        ("药品注册证书快到期了", ["G16"]),
        ("器械证到期了怎么续", ["G18"]),
        ("换原料药供应商要审批吗", ["G15"]),
        ("医疗器械软件升级要不要变更注册", ["G17", "device-change/merge"]),
        ("医疗器械注册证变更", ["G17", "device-change/merge"]),
        ("型式检验去哪里做", ["G11"]),
        ("体系核查前想模拟检查一遍", ["G14"]),
        ("一类创新药怎么加快审批", ["G19"]),
        ("刚成立的公司第一次申报怎么入门", ["G01"]),
        ("预审要钱吗", ["G21"]),
        ("想找专家付费服务", ["G22"]),
        ("我们是孵化器想设服务点", ["G25"]),
        ("卡在审评环节想协调", ["G06"]),
        ("面膜怎么备案", ["cosmetic-filing/assessment", "cosmetic-filing/filing", "cosmetic-filing/licence"]),
        ("化妆品注册证到期", ["cosmetic-renewal/apply"]),
        ("化妆品新原料备案", ["cosmetic-ingredient-filing/filing"]),
        ("三类植入器械想上市", ["G10", "G11", "G12", "G13", "G14"]),
        ("做面膜想卖", ["cosmetic-filing/assessment", "cosmetic-filing/filing", "cosmetic-filing/licence"]),
        ("药品委托生产", ["drug-contract-manufacturing/agreements", "drug-contract-manufacturing/licence"]),
    ],
)
def test_need_leads_to_items_in_order(need: str, expected: list[str]) -> None:
    result = asked(need)
    assert names(result) == expected
    assert result.clarify is None


@pytest.mark.parametrize(
    ("need", "items", "option"),
    [
        ("变更怎么办", [], "医疗器械"),
        ("注册证续期", [], "化妆品"),
        ("生产许可怎么申请", [], "医疗器械"),
        ("医疗器械首次注册要走哪些步骤", ["G10"], "二类"),
        ("AI看片软件几类", ["G10"], "用于诊断或治疗决策"),
        ("这个产品算不算医疗器械", ["G10"], "还不确定"),
        ("药品资料想找人看看", [], "临床试验申请（IND）"),
        ("明天广州天气", [], "注册护航：申报资料预审、现场预检查"),
        ("帮我写首诗", [], "政策导航：有哪些政策和服务"),
    ],
)
def test_open_need_is_answered_by_one_question(need: str, items: list[str], option: str) -> None:
    result = asked(need)
    assert names(result) == items
    assert result.clarify is not None
    assert option in result.clarify.options


@pytest.mark.parametrize(
    ("need", "option", "expected"),
    [
        ("变更怎么办", "药品", "G15"),
        ("变更怎么办", "医疗器械", "G17"),
        ("变更怎么办", "化妆品", "cosmetic-change/special"),
        ("注册证续期", "药品", "G16"),
        ("注册证续期", "医疗器械", "G18"),
        ("医疗器械首次注册要走哪些步骤", "三类", "G10"),
        ("AI看片软件几类", "还不确定", "G10"),
        ("药品资料想找人看看", "生物等效性试验（BE）", "G08"),
        ("药品资料想找人看看", "上市后变更", "G15"),
    ],
)
def test_picked_option_settles_the_question(need: str, option: str, expected: str) -> None:
    """The page puts the option before the need; the same question must not come back."""
    result = asked(f"{option} {need}")
    assert names(result)[0] == expected
    assert result.clarify is None


def test_class_is_never_asserted() -> None:
    """A class told by us could be wrong and costly; only its determination is offered."""
    result = asked("AI看片软件几类")
    said = " ".join(item.why for item in result.items) + (result.clarify.question if result.clarify else "")
    assert not any(word in said for word in ("属于二类", "属于三类", "第二类", "第三类"))
    assert "不作结论" in said


def test_profile_fills_what_the_words_leave_open() -> None:
    assert names(asked("变更怎么办", sectors=["医疗器械"]))[0] == "G17"
    assert names(asked("变更怎么办", sectors=["药品"]))[0] == "G15"
    assert asked("变更怎么办", sectors=["药品", "医疗器械"]).clarify is not None


def test_growth_stage_changes_the_first_card() -> None:
    """The same question from a start-up and a mature firm: guidance for the one, coordination for the other."""
    need = "注册申报想找人沟通指导"
    assert names(asked(need, stage="初创"))[0] == "G01"
    assert names(asked(need, stage="成熟"))[0] == "G05"


@pytest.mark.parametrize(
    ("region", "words"),
    [
        ("海南省海口市", "仅适用于广州市黄埔区"),
        ("广州市黄埔区", "适用于广州市黄埔区"),
        ("广州市", "其他地区"),
        (None, "其他地区"),
    ],
)
def test_item_says_where_it_applies(region: str | None, words: str) -> None:
    profile = {"region": region} if region else {"stage": "成长"}
    assert words in asked("仿制药想做BE试验", **profile).items[0].why


def test_item_is_offline_and_free_within_limits() -> None:
    """The guide holds pre-reviews offline and gives a number free of charge without saying how many."""
    item = asked("导管资料写完想找人先看").items[0]
    assert item.channel == "线下"
    assert item.fee is not None
    assert "免费之窗" in item.fee
    assert "原文未载明" in item.fee


def test_route_carries_legal_time_limits() -> None:
    licence = next(item for item in asked("二类医疗器械首次注册要走哪些步骤").items if item.id == "G13")
    assert licence.time_limit is not None
    assert "20个工作日" in licence.time_limit
    assert any("注册证" in step for step in licence.steps)


@pytest.mark.parametrize("need", ["导管资料写完想找人先看", "临床试验申请前想有人帮看看资料", "预审要钱吗"])
@pytest.mark.parametrize("source", ["own", "seeds"])
def test_basis_is_quoted_verbatim(need: str, source: str) -> None:
    quoter = own_quoter() if source == "own" else seed_quoter()
    if quoter is None:
        pytest.skip("两份原始文件不在手边")
    basis = asked(need, quoter).items[0].basis
    assert basis
    assert all(quoter.holds(citation.quote) for citation in basis)
    assert [citation.key for citation in basis] == [str(n) for n in range(1, len(basis) + 1)]


@pytest.mark.parametrize(("force", "stands"), [(Force.IN_FORCE, True), (Force.NOT_YET, False), (Force.REPEALED, False)])
def test_what_does_not_apply_on_the_day_is_no_ground(force: Force, stands: bool) -> None:
    """Steps are written for the law of today: asked for another day, that is said, and no other law is quoted."""
    item = asked("预审要钱吗", TextQuoter(OWN_TEXTS, force)).items[0]
    assert bool(item.basis) is stands
    assert ("2026年11月21日并不适用" in item.why) is not stands


def test_unloaded_law_leaves_the_basis_empty() -> None:
    """No text, no citation: the item is still offered, without a ground it cannot show."""
    item = asked("药品再注册怎么办", TextQuoter({})).items[0]
    assert item.basis == ()


@pytest.mark.parametrize(
    ("words", "phases"),
    [
        ("准备IND", ("IND",)),
        ("临床Ⅱ期", ("临床试验",)),
        ("BE备案中", ("BE", "备案")),
        ("已上市，准备再注册", ("上市后", "再注册")),
        ("注册检验中", ("注册检验",)),
        ("OBEY", ()),
        ("保密", ()),
    ],
)
def test_phase_is_read_from_free_words(words: str, phases: tuple[str, ...]) -> None:
    assert set(phases_of(words)) == set(phases)


@pytest.mark.parametrize(
    ("text", "device_class"),
    [
        ("二类医疗器械", "二类"),
        ("Ⅲ类器械", "三类"),
        ("III类器械", "三类"),
        ("第一类医疗器械", "一类"),
        ("1类新药", None),
        ("二类还是三类器械", None),
        ("医疗器械", None),
    ],
)
def test_device_class_is_read_only_where_said(text: str, device_class: str | None) -> None:
    assert read_need(text).device_class == device_class
