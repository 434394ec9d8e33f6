"""A quoter over texts held in memory, for tests: it repairs, structures and slices as the real one does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from assistant.extracts.sentences import sentences
from ingest.repair.steps import repair
from ingest.structure.text import structure
from kb.address import article_of, instrument_name, join, label
from kb.model import Citation, Force, Provision, Source

SHARED = Path(__file__).parents[2] / "shared"
SOURCE = Source(name="测试文本")
GUIDE = "广州市黄埔区生物医药聚集区监管技术服务平台建设指南"
MEASURES = "关于支持生物医药研发服务平台建设的若干措施"


class TextQuoter:
    """Implements `assistant.guidance.quoting.Quoter`: every quote is a slice of the repaired text of its document."""

    def __init__(self, texts: Mapping[str, str], force: Force = Force.UNKNOWN) -> None:
        self._force = force
        self._texts: dict[str, tuple[str, str, Mapping[tuple[str, ...], Provision]]] = {}
        for title, raw in texts.items():
            text = repair(raw).text
            self._texts[instrument_name(title)] = (title, text, {p.path: p for p in structure(text)})

    def locate(self, title: str, path: tuple[str, ...], words: str | None, as_of: date) -> Citation | None:
        held = self._texts.get(instrument_name(title))
        if held is None or path not in held[2]:
            return None
        name, text, provisions = held
        provision = provisions[path]
        body = text[provision.body : provision.end]
        span = next(((a, b) for a, b in sentences(body) if words is None or words in body[a:b]), None)
        if span is None:
            return None
        return Citation(
            key="1", address=join(instrument_name(name), path), document_id=instrument_name(name), title=name,
            label=label(name, path), article=article_of(path), quote=body[span[0] : span[1]],
            start=span[0], end=span[1], force=self._force, effective_on=None, source=SOURCE,
        )  # fmt: skip

    def holds(self, quote: str) -> bool:
        """Whether the quote stands, character for character, in one of the texts."""
        return any(quote in text for _, text, _ in self._texts.values())


def seed_quoter() -> TextQuoter | None:
    """The two founding documents where they are at hand, else None."""
    files = {
        GUIDE: SHARED / "seeds" / "guangzhou_platform_guide.txt",
        MEASURES: SHARED / "seeds" / "hainan_measures_scraped.txt",
    }
    if not all(path.exists() for path in files.values()):
        return None
    return TextQuoter({title: path.read_text(encoding="utf-8") for title, path in files.items()})


# Texts of our own in the outline of the two documents, with the facts the measures turn on.
OWN_TEXTS = {
    GUIDE: """测试用的平台指南
这是广州市黄埔区一份自拟的测试指南。
一、总则
（一）想法
平台是公益的。
（二）原则
服务分级分类。
（三）目标
服务省内十大生物医药聚集区的企业。
二、架构
（一）层级
园区可以设创新服务点。
三、服务
（一）对象
服务对象主要有药品、医疗器械、化妆品的研发企业和生产企业。
（二）类别
1.按阶段
（1）初创期企业：给予注册申报指导。
（2）成长型企业：上市前注册申报预审和上市后变更预审，收集共性问题。
（3）成熟型企业：给予沟通与协调。
另外提供咨询与协调服务。
2.按周期
（1）上市前主要是：①药品临床前研究资料预审，准备药物临床试验申请的，先看一遍；②生物等效性资料预审；③药品上市许可资料预审，完成商业规模生产验证后提出；④医疗器械分类界定预审；⑤医疗器械注册检验指导；⑥医疗器械注册资料预审；⑦医疗器械生产许可资料预审。
还对研制现场和生产现场作预检查。
（2）上市后主要是：①药品变更资料预审；②药品再注册预审；③医疗器械变更注册预审；④医疗器械延续注册预审。
3.按品种
对一类创新药等重点品种作研审联动。
四、场景
（一）个性服务
1.专属服务空间。建设企业专属服务空间。
（二）场景
1.成套提供套餐式服务。
2.线上线下结合。
3.在免费之窗提供一定数量的服务，也可提出收费服务需求。
五、运行
（一）任务
1.提供GMP符合性检查等预检查。
2.汇集第三方技术服务机构，建咨询专家库。
六、管理
（一）制定政策。
（二）批准平台的建立、调整和撤销。
七、条件
（一）平台建设单位应在聚集区所在地注册。
（二）资源整合能力强，每年服务不少于50家。
（三）场地面积够用。
（四）固定人员数量原则上足够，中高级职称人员占一定比例。
（五）有收费标准。
""",
    MEASURES: """测试用的若干措施
为解决我省产业难题，支持建设概念验证中心等研发服务平台。
一、规划
1.编制建设指引。支持高等院校和园区编制建设指引。
2.统筹布局。支持崖州湾科技城等围绕海洋药物统筹布局，鼓励园区间协同。
二、主体
3.推荐入库。对技术先进的平台推荐进入产业引导基金名单。
4.联合共建。鼓励龙头企业联合跨国第三方专业机构共建研发服务平台。
三、服务
5.专人专班。对平台运营过程中的难题给予辅导与全过程技术咨询。
6.绿色通道。研发服务平台孵化的创新产品进入绿色通道。
7.拓展链条。鼓励智造平台提供增值服务。
四、赋能
8.供需对接。建立平台能力清单双向发布机制。
9.参与标准。鼓励研发服务平台参与国家标准的制修订，支持标准的制修订。
10.共建基地。支持研发服务平台共建监管科学研究基地。
五、人才
11.实训基地。遴选条件成熟的平台，挂牌设立基地。
12.人才保障。引进的人才纳入服务保障范围。
六、评估
13.绩效评价。探索绩效评价体系。
14.案例宣传。及时宣传推介各地做法。
""",
}


def own_quoter() -> TextQuoter:
    return TextQuoter(OWN_TEXTS)
