"""Whether to ask back: when what the question leaves open decides the answer.

What is known is taken first: from the question, made whole from those before it, and from the profile. Nothing is asked
where the question can be answered as it stands, nor twice in one conversation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from assistant.answer_model import Question
from assistant.guidance.needs import CLASS_WORDS
from assistant.model import Clarification, EnterpriseProfile
from assistant.question.asked_day import Asked
from assistant.question.followup import ASK_MATTER, open_matter
from kb import lookup
from kb.decomposition import parts_of
from kb.knowledge import KnowledgeBase
from kb.model import Sector
from kb.named_places import named_place, named_places
from kb.open_points import ALL, WANTS_ALL, OpenPoint, each_case, open_point, picked, sectors_in
from kb.references import Reference, references, title_spans

LIKELY = ("药品管理法", "医疗器械监督管理条例", "化妆品监督管理条例", "疫苗管理法", "药品注册管理办法")
"""Whose article is meant most often when only its number is said."""
LAWS_OFFERED = 3
SETTLED_MOST = 2
"""Points that a profile may settle one after the other: the sector, then the class."""
ASK_LAW = "请问是哪一部法律法规的这一条？"
OUR_WORDS = re.compile("^(?:请问|请补充一下：)")
"""How every question of ours begins."""
BARE_ARTICLE = re.compile(
    r"(?:请问|问一下|看看|查一下)?第[\d〇零一二三四五六七八九十百千]{1,9}条(?:之[一二三四五六七八九十])?(?:第[\d一二三四五六七八九十]{1,3}款)?"
    r"(?:[里中]?(?:是|都)?(?:怎么|如何)?(?:规定|说|写|讲)?(?:的|了)?(?:是?什么|啥)?(?:内容)?(?:的|呢)?)[？?。\s]*"
)
BARE_OUTCOME = re.compile(
    "(?:要是|如果|万一|那)?(?:已经)?(?:晚|迟|逾期|超期|过期|没办|不办|没做|忘办?|错过)(?:了|的话)?(?:会|要|该|怎么|又)?"
    "(?:怎么办|怎么样|怎样|怎么罚|怎么处理|怎么处罚|如何处理|被罚吗|罚款吗|罚多少|咋办|有什么后果|什么后果)(?:呢|啊)?[？?。\\s]*"
)


def question_back(knowledge: KnowledgeBase, question: Question, asked: Asked) -> Clarification | None:
    """One short question with its options, or None where the question can be answered as it stands."""
    if question.documents or _answers_us(question, asked):
        return None
    back = _which_law(knowledge, question, asked) or _which_case(question, asked)
    if back is None and BARE_OUTCOME.fullmatch(asked.question.strip()):
        back = ASK_MATTER
    back = back or _which_matter(knowledge, asked)
    return None if back and _asked_before(question, back) else back


def settled(knowledge: KnowledgeBase, question: Question, asked: Asked) -> Asked:
    """The question with what is known put where it belongs: the option that was picked, or what the profile says; every
    law of a bare number where all are wanted."""
    if said := _every_law(knowledge, asked) or picked(asked.question):
        return asked._replace(question=said, sought=said)
    told: list[str] = []
    while not WANTS_ALL.search(asked.question) and len(told) < SETTLED_MOST:
        point = open_point(asked.question)
        option = _by_profile(point, question.profile) if point else None
        if point is None or option is None:
            break
        told.append(option)
        sought = point.settled(asked.sought, option)
        asked = asked._replace(question=point.settled(asked.question, option), sought=sought)
    note = f"问题没有写明，按企业画像中的“{'、'.join(told)}”回答。"
    return asked._replace(notes=(*asked.notes, note)) if told else asked


def _which_case(question: Question, asked: Asked) -> Clarification | None:
    if WANTS_ALL.search(asked.question) and each_case(asked.question):
        return None
    sectors, device_class = _known(question.profile)
    point = open_point(asked.question, sectors, device_class)
    return Clarification(question=point.question, options=point.options) if point else None


def _which_matter(knowledge: KnowledgeBase, asked: Asked) -> Clarification | None:
    """A question that names a place, or takes apart into several, has a matter whatever its words."""
    back = open_matter(asked.question, knowledge.term_weights(asked.sought))
    known = knowledge.lexicon.names(lookup.known_titles(knowledge.registry))
    if back is None or parts_of(asked.question, known) or named_places(knowledge, asked.question, asked.day):
        return None
    return back


def _known(profile: EnterpriseProfile | None) -> tuple[tuple[Sector, ...], str | None]:
    """The sectors and the one device class of a firm, as far as its profile says."""
    if profile is None:
        return (), None
    said = "，".join(f"{product.class_ or ''}" for product in profile.products)
    classes = [name for name, words in CLASS_WORDS.items() if re.search(words, said)]
    named = sectors_in("，".join(product.name or "" for product in profile.products))
    return profile.sectors or tuple(named), classes[0] if len(classes) == 1 else None


def _by_profile(point: OpenPoint, profile: EnterpriseProfile | None) -> str | None:
    """The option that the profile picks."""
    sectors, device_class = _known(profile)
    told = [*([sectors[0]] if len(set(sectors)) == 1 else []), *([device_class] if device_class else [])]
    options = [option for option, _ in point.cases]
    return next((str(one) for one in reversed(told) if one in options), None)


def _which_law(knowledge: KnowledgeBase, question: Question, asked: Asked) -> Clarification | None:
    if not BARE_ARTICLE.fullmatch(asked.question.strip()):
        return None
    laws = list(_laws_with(knowledge, asked, _spoken_of(knowledge, question)))
    return Clarification(question=ASK_LAW, options=(*laws[:LAWS_OFFERED], ALL)) if laws else None


def _every_law(knowledge: KnowledgeBase, asked: Asked) -> str | None:
    """第三十二条（分别说明） as the article of each likely law."""
    wants = WANTS_ALL.search(asked.question)
    bare = asked.question[: wants.start()].strip() if wants else ""
    if not BARE_ARTICLE.fullmatch(bare):
        return None
    alone = asked._replace(question=bare)
    laws = list(_laws_with(knowledge, alone, ()))[:LAWS_OFFERED]
    return "、".join(f"{law}{place.raw}" for law in laws for place in references(bare, {})) or None


def _laws_with(knowledge: KnowledgeBase, asked: Asked, first: Iterable[str]) -> Iterator[str]:
    """The laws that have the place on the day asked: those spoken of `first`, then the likely ones."""
    place = next(iter(references(asked.question, {})), None)
    for law in dict.fromkeys((*first, *LIKELY)):
        named = Reference(law, 0, 0, law, place.path) if place else None
        if named and named_place(knowledge, named, asked.day):
            yield law


def _spoken_of(knowledge: KnowledgeBase, question: Question) -> list[str]:
    """The instruments named in the conversation, the last one first."""
    known = knowledge.lexicon.names(lookup.known_titles(knowledge.registry))
    named = [instrument for turn in question.history for *_, instrument in title_spans(turn.content, known)]
    return list(reversed(named))


def _answers_us(question: Question, asked: Asked) -> bool:
    """Whether the person has just been asked back and answers that: it is answered as far as it can be."""
    last = question.history[-1] if question.history else None
    answering = asked.question.strip() != question.question.strip()
    return answering and last is not None and last.role == "assistant" and bool(OUR_WORDS.match(last.content))


def _asked_before(question: Question, back: Clarification) -> bool:
    return any(turn.role == "assistant" and back.question in turn.content for turn in question.history)
