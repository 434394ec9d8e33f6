"""Wrong citations of places: numbers, titles and versions changed in a place that is there.

Right and wrong are decided by the lists of places and of names alone. A maker gives None where this draw has nothing
fit for it.
"""

from __future__ import annotations

import re

from eval.citation_forms import Draw, Maker, arabic, chinese, compact, self_name
from eval.citation_texts import Law
from kb.address import to_chinese
from kb.citation_index import number_of

EXTRA_TITLES = ("实施条例", "实施细则", "实施办法", "暂行规定")
INVENTED = ("海洋", "星际", "虚拟", "边境", "跨省", "民用", "智慧")
NO_EDITION = "1971"


def article_out_of_range(draw: Draw) -> str | None:
    law = draw.law()
    return f"依据《{law.short}》{_beyond(draw, law)}的规定办理。"


def inserted_article_missing(draw: Draw) -> str | None:
    law = draw.law()
    article = draw.random.choice(law.articles)
    if "之" in article[0]:
        return None
    extra = 1
    while (f"{article[0]}之{to_chinese(extra)}",) in law.entries:
        extra += 1
    return f"《{law.short}》{article[0]}之{to_chinese(extra)}对此有规定。"


def wrong_paragraph(draw: Draw) -> str | None:
    law = draw.law()
    article = draw.random.choice(law.articles)
    there = max(1, len(law.under(article, "款")))
    path = (*article, f"第{to_chinese(there + draw.random.randint(1, 4))}款")
    return f"根据《{law.short}》{draw.random.choice((chinese, arabic))(path)}，应当报告。"


def wrong_item(draw: Draw) -> str | None:
    law = draw.law()
    item = draw.place(law, "项")
    if item is None:
        return None
    there = len(law.under(item[:-1], "项"))
    path = (*item[:-1], f"第（{to_chinese(there + draw.random.randint(1, 4))}）项")
    return f"属于《{law.short}》{draw.random.choice((chinese, arabic))(path)}所列情形。"


def item_where_none_is(draw: Draw) -> str | None:
    law = draw.law()
    article = draw.random.choice(law.articles)
    numbered = any(p[0] == article[0] and p[-1].endswith(("项", "目", "）")) for p in law.entries)
    return (
        None if numbered else f"属于《{law.short}》{article[0]}第（{to_chinese(draw.random.randint(1, 3))}）项的情形。"
    )


def other_instrument(draw: Draw) -> str | None:
    """An article of a long law, cited from a shorter one that has no such article."""
    long, short = sorted((draw.law(), draw.law()), key=lambda law: -law.last)
    beyond = [path for path in long.articles if path not in short.entries]
    return f"《{short.short}》{chinese(draw.random.choice(beyond))}规定了罚则。" if beyond else None


def invented_title(draw: Draw) -> str | None:
    law = draw.law()
    title = draw.random.choice(INVENTED) + law.short
    return None if title in draw.holdings.names else f"《{title}》{chinese(draw.random.choice(law.articles))}另有规定。"


def title_extended(draw: Draw) -> str | None:
    law = draw.law()
    title = law.short + draw.random.choice(EXTRA_TITLES)
    if title in draw.holdings.names:
        return None
    named = draw.random.choice((f"《{title}》", title if law.short.endswith("法") else f"《{title}》"))
    return f"按照{named}{chinese(draw.random.choice(law.articles))}执行。"


def title_shortened(draw: Draw) -> str | None:
    law = draw.law()
    kept = re.sub("(?:实施条例|实施细则|实施办法|管理条例|管理办法|管理规定)$", "", law.short)
    title = kept + ("法" if kept != law.short else "")
    taken = title in draw.holdings.names or kept == law.short or (kept.endswith("法") and kept in draw.holdings.names)
    return None if taken else f"按照《{title}》{chinese(draw.random.choice(law.articles))}执行。"


def character_of_title_changed(draw: Draw) -> str | None:
    law = draw.law()
    if len(law.short) < 3:
        return None  # 刑法 without its first character is no title
    at = draw.random.randrange(len(law.short) - 2)
    title = law.short[:at] + law.short[at + 1 :]
    return None if title in draw.holdings.names else f"按照《{title}》{chinese(draw.random.choice(law.articles))}执行。"


def version_not_in_force(draw: Draw) -> str | None:
    if not draw.holdings.past:
        return None
    law = draw.random.choice(draw.holdings.past)
    instrument = law.id.partition("@")[0]
    others = [v for v in draw.holdings.versions[instrument] if v != law.version]
    article = chinese(draw.random.choice(law.articles))
    if not others:
        return f"现按《{law.short}》{article}处理。"
    alone = law.year and not any(v.startswith(law.year) for v in others)
    return f"现按《{law.short}》（{law.year}年修订）{article}处理。" if alone else None


def edition_not_held(draw: Draw) -> str | None:
    law = draw.law()
    return f"《{law.short}》（{NO_EDITION}年修正）{chinese(draw.random.choice(law.articles))}仍可参考。"


def place_changed_since(draw: Draw) -> str | None:
    """A place that a later text changed, in a law that is otherwise in force."""
    changed = [(law, p) for law in draw.holdings.current if law.only_places_changed for p in law.changed]
    held = [(law, p) for law, p in changed if p in law.entries and p[0].startswith("第")]
    if not held:
        return None
    law, path = draw.random.choice(held)
    return f"《{law.short}》{draw.random.choice((chinese, arabic))(path)}现仍适用。"


def range_reversed(draw: Draw) -> str | None:
    law = draw.law()
    one, other = sorted(draw.random.sample(range(len(law.articles)), 2))
    return f"适用《{law.short}》{law.articles[other][0]}至{law.articles[one][0]}。"


def range_beyond(draw: Draw) -> str | None:
    law = draw.law()
    article = draw.random.choice(law.articles)
    return f"适用《{law.short}》{article[0]}至{_beyond(draw, law)}。"


def chapter_out_of_range(draw: Draw) -> str | None:
    law = draw.law()
    chapters = law.under((), "章")
    if not chapters:
        return None
    chapter = f"第{to_chinese(len(chapters) + draw.random.randint(1, 5))}章"
    return None if any(path[-1] == chapter for path in law.entries) else f"见《{law.short}》{chapter}。"


def one_of_a_list(draw: Draw) -> str | None:
    law = draw.law()
    return f"适用《{law.short}》{law.articles[0][0]}、{_beyond(draw, law)}。"


def paragraph_of_a_list(draw: Draw) -> str | None:
    law = draw.law()
    article = draw.random.choice(law.articles)
    there = len(law.under(article, "款"))
    return f"适用《{law.short}》{article[0]}第一款和第{to_chinese(there + 2)}款。" if there else None


def law_named_again(draw: Draw) -> str | None:
    law = draw.law()
    name = self_name(law.short)
    return f"《{law.short}》{law.articles[0][0]}已有规定，{name}{_beyond(draw, law)}还有罚则。" if name else None


def without_marks(draw: Draw) -> str | None:
    law = draw.law()
    return f"违反{law.short}{_beyond(draw, law)}。" if self_name(law.short) else None


def written_short(draw: Draw) -> str | None:
    law = draw.law()
    path = draw.place(law, "款")
    return f"《{law.short}》{compact((*path[:-1], f'第{to_chinese(40)}款'))}" if path else None


def other_chapter(draw: Draw) -> str | None:
    """An article that is there, named with a chapter that it does not stand in."""
    law = draw.law()
    chapters = law.under((), "章")
    article = draw.random.choice(law.articles)
    above = law.chapter_of(article)
    others = [chapter for chapter in chapters if number_of(chapter) != number_of(above or "")]
    return f"见《{law.short}》{draw.random.choice(others)}{article[0]}。" if above and others else None


def former_text(draw: Draw) -> str | None:
    """The law before the one in force, with nothing that says which."""
    law = draw.law()
    return f"按照{draw.random.choice(('旧', '原', '修订前的'))}《{law.short}》{law.articles[0][0]}办理。"


WRONG_PLACES: dict[str, Maker] = {
    "条号超出范围": article_out_of_range,
    "并不存在的“之一”": inserted_article_missing,
    "款号超出范围": wrong_paragraph,
    "项号超出范围": wrong_item,
    "不分项的条引了项": item_where_none_is,
    "别的文件才有的条": other_instrument,
    "编造的名称": invented_title,
    "名称加了实施条例等": title_extended,
    "名称去了实施条例等": title_shortened,
    "名称少一个字": character_of_title_changed,
    "已失效或未施行的版本": version_not_in_force,
    "没有的版本": edition_not_held,
    "已被他文修改的那一处": place_changed_since,
    "起止颠倒": range_reversed,
    "止于不存在的条": range_beyond,
    "章号超出范围": chapter_out_of_range,
    "列举中有一条不存在": one_of_a_list,
    "列举中有一款不存在": paragraph_of_a_list,
    "该法、该条例的条号超出范围": law_named_again,
    "不加书名号且条号超出范围": without_marks,
    "简写的款号超出范围": written_short,
    "条与章不符": other_chapter,
    "没有写明版本的旧法": former_text,
}


def _beyond(draw: Draw, law: Law) -> str:
    number = law.last + draw.random.randint(1, 150)
    return draw.random.choice((f"第{to_chinese(number)}条", f"第{number}条"))
