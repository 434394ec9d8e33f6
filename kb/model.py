"""What a regulation is: the types that travel unchanged from the index to the screen.

All types are frozen pydantic models that refuse unknown fields. A value the source text does not state is None,
shown to people as 原文未载明; it is never guessed.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

NOT_STATED = "原文未载明"
CORRECTED = "工作人员更正"
"""Evidence of a field that staff set; it stands above whatever is worked out."""


class Frozen(BaseModel):
    """Base of every type that crosses a seam: immutable, and strict about its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Kind(StrEnum):
    """What sort of document a text is. The value is the Chinese label, in the API as on the screen."""

    LAW = "法律"
    ADMINISTRATIVE_REGULATION = "行政法规"
    JUDICIAL_INTERPRETATION = "司法解释"
    LOCAL_REGULATION = "地方性法规"
    DEPARTMENT_RULE = "部门规章"
    LOCAL_RULE = "地方政府规章"
    NORMATIVE_DOCUMENT = "规范性文件"
    NOTICE = "公告通告"
    POLICY = "政策措施"
    GUIDANCE = "指导原则"
    STANDARD = "标准"
    CATALOGUE = "目录"
    INTERPRETATION = "解读"
    SERVICE_ITEM = "服务事项"
    GUIDE = "办事指南"
    TEMPLATE = "模板"
    CASE = "案例"
    QA = "问答"
    GLOSSARY = "术语"
    INTERNAL = "内部资料"


class Level(StrEnum):
    """Effect level (效力级别), highest first. Local regulations and departmental rules are not ranked blindly."""

    CONSTITUTION = "宪法"
    LAW = "法律"
    ADMINISTRATIVE_REGULATION = "行政法规"
    LOCAL_REGULATION = "地方性法规"
    DEPARTMENT_RULE = "部门规章"
    LOCAL_RULE = "地方政府规章"
    NORMATIVE_DOCUMENT = "规范性文件"
    GUIDANCE = "技术指导原则"
    REFERENCE = "参考资料"


LEVEL_OF: dict[Kind, Level] = {
    Kind.LAW: Level.LAW,
    Kind.ADMINISTRATIVE_REGULATION: Level.ADMINISTRATIVE_REGULATION,
    Kind.JUDICIAL_INTERPRETATION: Level.LAW,
    Kind.LOCAL_REGULATION: Level.LOCAL_REGULATION,
    Kind.DEPARTMENT_RULE: Level.DEPARTMENT_RULE,
    Kind.LOCAL_RULE: Level.LOCAL_RULE,
    Kind.NORMATIVE_DOCUMENT: Level.NORMATIVE_DOCUMENT,
    Kind.NOTICE: Level.NORMATIVE_DOCUMENT,
    Kind.POLICY: Level.NORMATIVE_DOCUMENT,
    Kind.GUIDANCE: Level.GUIDANCE,
    Kind.STANDARD: Level.GUIDANCE,
    Kind.CATALOGUE: Level.NORMATIVE_DOCUMENT,
}
"""Kinds that are missing here carry no effect of their own: Level.REFERENCE, never the sole ground of an answer."""


class Force(StrEnum):
    """Force of a version on one date (design, section 1)."""

    IN_FORCE = "现行有效"
    NOT_YET = "尚未施行"
    AMENDED = "已被修改"
    REPEALED = "已废止"
    UNKNOWN = "不明"


class State(StrEnum):
    """Where a document stands with staff. Only PUBLISHED documents are searched."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Sector(StrEnum):
    DRUG = "药品"
    DEVICE = "医疗器械"
    COSMETIC = "化妆品"


class Stage(StrEnum):
    """Where in the life of a product a text applies."""

    NONCLINICAL = "非临床研究"
    CLINICAL_TRIAL = "临床试验"
    CLASSIFICATION = "分类界定"
    TESTING = "注册检验"
    REGISTRATION = "注册与备案"
    PRODUCTION = "生产"
    DISTRIBUTION = "经营与使用"
    CHANGE = "上市后变更"
    RENEWAL = "再注册与延续"
    VIGILANCE = "警戒与召回"
    WITHDRAWAL = "注销"


class Rung(StrEnum):
    """What a provision is in the structure of its text."""

    PART = "编"
    CHAPTER = "章"
    SECTION = "节"
    ARTICLE = "条"
    PARAGRAPH = "款"
    ITEM = "项"
    SUBITEM = "目"
    HEADING = "层"  # 一、 （一） 1. （1） ① of a notice or guide, at whatever depth
    TEXT = "段"  # unnumbered text: preface, body of a notice, signature
    TABLE = "表"
    ROW = "行"
    ATTACHMENT = "附件"


class Source(Frozen):
    """Where a text came from."""

    name: str
    url: str | None = None
    sha256: str | None = None
    licence: str | None = None


class Amendment(Frozen):
    """Single places of a text that a later text changed from the day `on`; the held words of these places are out of
    date, all the others stand. `by` names the later text as people cite it, `source` is its document id or the record
    that says so. Each of `places` is the path of a provision; `ended` says that they were repealed, not reworded."""

    on: date
    places: tuple[tuple[str, ...], ...]
    by: str
    source: str
    evidence: str
    ended: bool = False


class Conflict(Frozen):
    """Two sources that say different things about one field. `kept` stands because its source ranks higher
    (`kb.validity` says in which order sources are believed); both are shown. `*_from` is the words or the record."""

    field: str
    kept: str
    kept_from: str
    other: str
    other_from: str


class Document(Frozen):
    """One version of one instrument. `id` is `instrument@version`, e.g. `药品管理法@2019-08-26`.

    `effective_on` is None when the text does not say it; `valid_from` is then the earliest day from which the version
    can be relied on (its publication), and is what `as_of` filters by. `superseded_on` is when the next version held
    takes over; `amended_on` is when a newer version took effect that is known of but not held; `expires_on` is the
    last day by the text's own words (有效期至…, 试行两年). `amendments` are the single places that later texts changed
    while the words held are still the old ones. `evidence` maps a field to the words of the text, or the name of the
    record, that it rests on; `conflicts` are the sources that disagree.
    """

    id: str
    instrument: str
    version: str
    title: str
    kind: Kind
    level: Level
    number: str | None = None
    issuer: str | None = None
    region: str | None = None
    sectors: tuple[Sector, ...] = ()
    topics: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()
    issued_on: date | None = None
    published_on: date | None = None
    effective_on: date | None = None
    valid_from: date | None = None
    expires_on: date | None = None
    repealed_on: date | None = None
    superseded_on: date | None = None
    amended_on: date | None = None
    amendments: tuple[Amendment, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    force: Force = Force.UNKNOWN
    state: State = State.DRAFT
    source: Source
    counts: dict[str, int] = Field(default_factory=dict)
    evidence: dict[str, str] = Field(default_factory=dict)


class Provision(Frozen):
    """A numbered place of a document. Offsets count characters of the version's repaired text.

    `[start, end)` covers the provision with its printed number and all its children; the quotable text is
    `[body, end)`, which leaves the number out. `path` holds the canonical segments of the address below the
    document, e.g. `("第三十条", "第二款", "第（三）项")` or `("七", "（四）")`. `trail` holds the headings above it.
    """

    path: tuple[str, ...]
    rung: Rung
    number: str | None = None
    heading: str | None = None
    start: int
    body: int
    end: int
    page: int | None = None
    trail: tuple[str, ...] = ()


class Chunk(Frozen):
    """What is indexed: one article or outline entry, or a part of a long one.

    `[start, end)` are offsets in the repaired text of the version; `index_text` is title + trail + text and is only
    for the encoder and the lexical side.
    """

    path: tuple[str, ...]
    part: int
    start: int
    end: int
    index_text: str


class Repair(Frozen):
    """One repair made to a text, kept so that a curator can see and refuse it. `at` is an offset before the repair."""

    step: str
    before: str
    after: str
    at: int
    certain: bool = True


RelationKind = Literal["repeals", "amends", "implements", "cites"]


class Relation(Frozen):
    """A link read from the text: `evidence` is the words it was read from, `path` the provision they stand in.

    `article` names the part of the other text as printed (`第三十条`, `第三章`, `有关规定`); `target` is its path where
    it has one (`("第三十条", "第二款")`). `doubt` says why staff must look before it has any effect; None where it is
    plain.
    """

    kind: RelationKind
    path: tuple[str, ...]
    title: str
    article: str | None = None
    target: tuple[str, ...] = ()
    number: str | None = None
    evidence: str
    doubt: str | None = None


FoundBy = Literal["dense", "lexical", "exact"]


class Passage(Frozen):
    """A provision found by a search, with its validity on the date asked. The JSON of `/api/search`.

    `notice` is one sentence where the text is anything but in force, None otherwise; `replaced_by` is the address of
    what took its place, where that is held.
    """

    address: str
    document_id: str
    title: str
    label: str
    article: str | None
    path: tuple[str, ...]
    text: str
    kind: Kind
    force: Force
    effective_on: date | None
    repealed_on: date | None
    score: float
    found_by: tuple[FoundBy, ...]
    notice: str | None = None
    replaced_by: str | None = None


class CrossReference(Frozen):
    """A provision that another one refers to (依照本法第一百二十四条处罚): `by` is the address of the one that refers,
    `words` the reference as printed there, `passage` what it refers to."""

    by: str
    words: str
    passage: Passage


class Citation(Frozen):
    """A verbatim quote. `quote == text[start:end]` where text is the stored text of the provision at `address`.
    `notice` and `replaced_by` are as in `Passage`."""

    key: str
    address: str
    document_id: str
    title: str
    label: str
    article: str | None
    quote: str
    start: int
    end: int
    force: Force
    effective_on: date | None
    source: Source
    notice: str | None = None
    replaced_by: str | None = None


Verdict = Literal["valid", "not_found", "unknown_document", "not_in_force", "quote_mismatch", "ambiguous"]
