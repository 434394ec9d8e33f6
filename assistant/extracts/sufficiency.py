"""How likely it is that a finding answers the question: what decides between an answer and an honest refusal.

Neither words nor meaning alone can tell. 药品注册检验收费多少 shares every word with articles that say nothing of fees;
快到期了咋办 shares none with the article that answers. So a few readable signals are added up to a chance (logistic
regression), fitted by `learning/sufficiency.py` on questions that can and cannot be answered (docs/decisions/021).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from itertools import islice

from assistant.guidance.regions import regions_in
from kb.known_questions import Nearness
from kb.lexical import fold
from kb.references import ELSEWHERE
from kb.rerank import SENTENCES_MOST, share
from kb.search import Finding

WEIGHTS: dict[str, float] = {
    "meant": 0.45, "cosine": 0.2, "plain": 2.75, "score": 0.4, "rarest": -0.1, "abbreviation": -1.3, "asked": 0.5,
    "nearer": 5.05, "figure": -0.85, "apart": -0.95, "elsewhere": -2.0, "money": -1.1, "price": -0.75, "person": -0.55,
    "count": -0.45, "forecast": -1.0, "own": -1.05, "screen": -0.35,
}  # fmt: skip
BIAS = -2.85
WEIGHTS_OF_OTHERS: dict[str, float] = {
    "covered": 0.8, "sentence": 0.6, "pairs": 0.55, "meant": 0.45, "score": 0.55, "rarest": -0.75,
    "abbreviation": -1.65, "figure": -1.3, "apart": -0.9, "elsewhere": -2.5, "money": -0.85, "price": -0.6,
    "person": -1.55, "count": -1.8, "forecast": -1.35, "own": -0.7, "screen": -1.2,
}  # fmt: skip
BIAS_OF_OTHERS = -0.75
"""For an encoder that knows no question: its cosines mean other things, so the words are heard instead. They were
fitted together with the cosines of the bundled one, whose part the bias takes."""
ENOUGH = 0.4
"""The least chance that is answered from: of questions that the adapter never saw, other wordings of their matter being
known, about one in fourteen that could be answered is refused, one in nine that is out of scope answered, and two in
nine whose subject is ours and whose answer is not. Of a matter that nobody asked before more are refused."""
APART = 0.35
"""Cosine by which a question counts as nearer to one that has an answer than to one that has none."""
AT_HOME = re.compile("中国|我国|国内|境内|进口|出口")
"""With these a question on another country still asks about our law."""
ABBREVIATION = re.compile(r"[a-z]{2}")
"""A Latin abbreviation of the question that the text lacks: its words must then carry the answer, not its meaning."""
FOREIGN_OFFICE = re.compile(
    r"(?<![A-Za-z])(?:FDA|EMA|PMDA|MHRA|TGA|MFDS|ANVISA|HSA|GDPR|HIPAA|MDR|IVDR)(?![A-Za-z])|510\(k\)|CE认证|加州|加利福尼亚|纽约|硅谷"
)
_FIGURES = tuple(
    (re.compile(asks), re.compile(holds))
    for asks, holds in (
        (r"百分之(?:几|多少)|几成|多少比例|比例是?多少|几个点|税率|幅度", r"百分之|[%％]|[倍成]"),
        (
            r"多少钱|多少元|[几多少]+万|几块|几百|几千|几个?亿|官费|工本费|收多少|费用是?多少|罚多少|年薪|多少工资"
            r"|工资.{0,3}多少|(?:注册|检验|诉讼|代理|服务|审评|会员)费",
            r"元|倍|百分之",
        ),
        (r"几天|多少天|几日|几个月|多久|多长时间|几周|几个?小时|多少个?工作日|几年|几分钟", r"[日天月年周]|小时|分钟"),
        (r"多少度|几度|温度.{0,4}多少", r"℃|摄氏|\d度"),
        (r"坐几年牢|判几年|几年刑|坐多久牢", r"有期徒刑|拘役|无期"),
        (r"几岁|多少岁|多大年[龄纪]|多大岁数", r"周?岁"),
        (
            r"限度|限量|合格线|检出限|上限|下限|允许浓度|电导率|含量不得|控制多少|每(?:毫升|百毫升|立方米|片|支|克).{0,8}[多几]"
            r"|(?:多少|几)(?:毫克|克|个|颗|粒|片|ppm|mg|EU|μg|微克|℃)",
            r"\d|毫克|克|粒子|个",
        ),
        (r"几分|多少分|及格", "分"),
        (r"几个人|多少人|几名|几家|多少家", "[人名家]"),
    )
)
"""What sort of figure a question asks for, and what a sentence that gives it must hold beside a number."""
_NUMBER = re.compile("[0-9〇零一二三四五六七八九十百千万两]")
_SENTENCE = re.compile(r"[^。；\n]+[。；]?")
_MONEY = re.compile(r"多少钱|几钱|价格|价钱|收费|费用|报价|租金|工资|薪|年费|检验费|注册费|便宜|贵不贵|几块|行情")
_SPEAKS_OF_MONEY = re.compile(r"元|收费|费用|价格|工资|报酬|租金")
_PERSON = re.compile(
    r"电话|地址|联系方式|邮箱|微信|叫什么名|是谁|哪位|姓名|局长|主任|处长|法人是|老板是|几楼|上班时间|官网"
)
_COUNT = re.compile(
    r"多少家|几家|多少个品种|市场规模|占比|增长率|统计|排名|排行|第一名|前十|数量|通过率|成功率|历年|目前有多少|最新数据"
)
_FORECAST = re.compile(
    r"会不会|将来|未来|预计|趋势|预测|你觉得|你认为|值得|靠谱|哪家好|推荐|明年|什么时候(?:取消|出台|放开)|好不好|前景"
)
_OWN = re.compile(
    r"(?:我们|我|咱们?|我司|本公司|公司)(?:公司|厂|部门|车间|项目|产品|这边)?的?[^，。？]{0,8}(?:是谁|在哪|批了没|进度|到哪|密码|账号|编号|几月|排期|版本号|定在)"
)
_STATUS = re.compile(r"批了没|获批了吗|批准了吗|审到哪|进度|进展|排到第几|什么状态|撤回了吗|还在卖吗|上市了吗|哪天批")
_SCREEN = re.compile(r"按钮|点哪|点击|登录|登陆|报错|上传失败|打不开|密码|账号|U盾|CA证书|网页|系统里|闪退|下载不了")


def chance(question: str, weights: Mapping[str, float], finding: Finding, *, known: Nearness | None = None) -> float:
    """In [0, 1]. `weights` are the question's terms with how much each tells; a question without any asks nothing.
    `known` says how near the question comes to known ones, None where the encoder knows none."""
    if not weights and not finding.features.get("meant"):
        return 0.0  # emoji or 怎么办 alone: an encoder finds something near to anything
    if abroad(question) and not _named_abroad(question, finding):
        return 0.0
    seen = signals(question, weights, finding, known=known)
    bias, told = (BIAS, WEIGHTS) if known else (BIAS_OF_OTHERS, WEIGHTS_OF_OTHERS)
    total = bias + sum(told[name] * value for name, value in seen.items())
    return 1 / (1 + math.exp(-total))


def signals(
    question: str, weights: Mapping[str, float], finding: Finding, *, known: Nearness | None = None
) -> dict[str, float]:
    """What speaks for (features of the finding, a question that is known to have an answer) and against: something is
    asked for that the text does not hold, or a place, a country or an abbreviation that it does not speak of."""
    passage, seen = finding.passage, finding.features
    figure, apart = _figure(question, weights, passage.text)
    words = fold(f"{passage.title} {' '.join(passage.path)} {passage.text}")
    missing = {term: weight for term, weight in weights.items() if term not in words}
    near = _near(finding, known) if known else _alike(finding)
    return near | {
        "meant": seen.get("meant", 0.0),
        "score": passage.score,
        "rarest": max(missing.values(), default=0.0) / (max(weights.values(), default=0.0) or 1.0),
        "abbreviation": float(not seen.get("meant") and any(ABBREVIATION.search(term) for term in missing)),
        "figure": figure,
        "apart": apart,
        "elsewhere": float(_other_place(question, passage.title + passage.text)),
        "money": float(bool(_MONEY.search(question)) and not _SPEAKS_OF_MONEY.search(passage.text)),
        "price": float(bool(_MONEY.search(question))),
        "person": float(bool(_PERSON.search(question))),
        "count": float(bool(_COUNT.search(question))),
        "forecast": float(bool(_FORECAST.search(question))),
        "own": float(bool(_OWN.search(question) or _STATUS.search(question))),
        "screen": float(bool(_SCREEN.search(question))),
    }


def _near(finding: Finding, known: Nearness) -> dict[str, float]:
    return {
        "cosine": _above(finding.cosine, 0.08, 0.2),
        "plain": _above(finding.plain, 0.85, 0.1),
        "asked": _above(known.answerable, 0.5, 0.35),
        "nearer": (known.answerable - known.unanswerable) / APART,
    }


def _alike(finding: Finding) -> dict[str, float]:
    seen, share = finding.features, finding.share
    return {"covered": share, "sentence": seen.get("sentence", share), "pairs": seen.get("pairs", share)}


def _figure(question: str, weights: Mapping[str, float], text: str) -> tuple[float, float]:
    """Of a question for a figure: 1 where no sentence gives one of its sort, and how little of the question the best
    sentence that does so speaks of. A figure of something else nearby is no answer."""
    sort = next((holds for asks, holds in _FIGURES if asks.search(question)), None)
    if sort is None:
        return 0.0, 0.0
    first = [found[0] for found in islice(_SENTENCE.finditer(text), SENTENCES_MOST)]
    giving = [sentence for sentence in first if sort.search(sentence) and _NUMBER.search(sentence)]
    return float(not giving), 1 - max((share(weights, sentence) for sentence in giving), default=0.0)


def abroad(question: str) -> bool:
    """Whether a question is about another country's law."""
    return bool(_foreign_words(question)) and not AT_HOME.search(question)


def _named_abroad(question: str, finding: Finding) -> bool:
    words = fold(f"{finding.passage.title} {finding.passage.text}")
    return all(fold(place) in words for place in _foreign_words(question))


def _foreign_words(question: str) -> list[str]:
    return [*ELSEWHERE.findall(question), *FOREIGN_OFFICE.findall(question)]


def _above(cosine: float, low: float, width: float) -> float:
    return min(1.0, max(0.0, (cosine - low) / width))


def _other_place(question: str, words: str) -> bool:
    """The question names a place of ours, or the medicine of animals, that the text does not speak of."""
    return ("兽" in question and "兽" not in words) or any(
        not any(name in words for name in region.names) for region in regions_in(question)
    )
