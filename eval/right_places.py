"""Right citations of places, in every way people write them.

A maker gives None where this draw has nothing fit for it.
"""

from __future__ import annotations

import re

from eval.citation_forms import Draw, Right, RightMaker, arabic, chinese, compact, self_name
from kb.address import COUNTRY
from kb.citation_index import number_of


def full_title(draw: Draw) -> Right | None:
    law = draw.law()
    article = draw.article(law)
    return Right(f"根据《{law.title}》{chinese(article)}，制定本制度。") if article else None


def with_country(draw: Draw) -> Right | None:
    law = draw.law()
    article = draw.article(law)
    national = law.title.startswith(COUNTRY)
    return Right(f"根据《{COUNTRY}{law.short}》{arabic(article)}执行。") if article and national else None


def short_title(draw: Draw) -> Right | None:
    law = draw.law()
    article = draw.article(law)
    return Right(f"《{law.short}》{chinese(article)}对此有规定。") if article else None


def arabic_number(draw: Draw) -> Right | None:
    law = draw.law()
    article = draw.article(law)
    return Right(f"见《{law.short}》{arabic(article)}。") if article else None


def without_marks(draw: Draw) -> Right | None:
    """A title without 《》, as people write it: only where it ends like one."""
    law = draw.law()
    article = draw.article(law)
    lead = draw.random.choice(("根据", "违反", "依照", "按照"))
    return Right(f"{lead}{law.short}{chinese(article)}。") if article and self_name(law.short) else None


def paragraph(draw: Draw) -> Right | None:
    law = draw.law()
    path = draw.place(law, "款")
    return Right(f"依照《{law.short}》{draw.random.choice((chinese, arabic))(path)}办理。") if path else None


def item(draw: Draw) -> Right | None:
    law = draw.law()
    path = draw.place(law, "项")
    return Right(f"属于《{law.short}》{draw.random.choice((chinese, arabic))(path)}的情形。") if path else None


def subitem(draw: Draw) -> Right | None:
    law = draw.law()
    path = draw.place(law, "目")
    written = path and all(re.fullmatch("第.+[条款项目]", segment) for segment in path)
    return Right(f"见《{law.short}》{chinese(path)}。") if path and written else None


def written_short(draw: Draw) -> Right | None:
    law = draw.law()
    path = draw.place(law, draw.random.choice("款项"))
    return Right(f"《{law.short}》{compact(path)}") if path else None


def first_paragraph_named(draw: Draw) -> Right | None:
    """第一款 of an article with one paragraph."""
    law = draw.law()
    article = draw.article(law)
    single = article and not law.under(article, "款")
    return Right(f"适用《{law.short}》{chinese(article)}第一款。") if article and single else None


def law_named_again(draw: Draw) -> Right | None:
    law = draw.law()
    one, other, name = draw.article(law), draw.article(law), self_name(law.short)
    if not (one and other and name):
        return None
    return Right(f"《{law.short}》{chinese(one)}设定了许可；{name}{chinese(other)}规定了程序。", 2)


def article_list(draw: Draw) -> Right | None:
    law = draw.law()
    fitting = [path for path in law.articles if law.usable(path)]
    if len(fitting) < 3:
        return None
    at = sorted(draw.random.sample(range(len(fitting)), 3))
    one, two, three = (chinese(fitting[n]) for n in at)
    return Right(f"适用《{law.short}》{one}、{two}和{three}。", 3)


def article_range(draw: Draw) -> Right | None:
    law = draw.law()
    whole = all((number_of(path[0]) or (0, 1))[1] == 0 for path in law.articles) and len(law.articles) == law.last
    if not whole or law.changed:
        return None
    first, last = sorted(draw.random.sample(range(len(law.articles)), 2))
    if last == first + 1:
        return None
    return Right(f"适用《{law.short}》{law.articles[first][0]}至{law.articles[last][0]}。")


def chapter(draw: Draw) -> Right | None:
    law = draw.law()
    chapters = law.under((), "章")
    return Right(f"见《{law.short}》{draw.random.choice(chapters)}。") if chapters and not law.changed else None


def whole_text(draw: Draw) -> Right | None:
    return Right(f"本制度依据《{draw.law().title}》制定。")


def edition(draw: Draw) -> Right | None:
    law = draw.law()
    article = draw.article(law)
    held = draw.holdings.versions[law.id.partition("@")[0]]
    alone = law.year and sum(v.startswith(law.year) for v in held) == 1
    return Right(f"《{law.short}》（{law.year}年修订）{chinese(article)}现行有效。") if article and alone else None


def document_number(draw: Draw) -> Right | None:
    law = draw.law()
    article = draw.article(law)
    return Right(f"《{law.short}》（{law.number}）{chinese(article)}。") if article and law.number else None


def paragraph_of_that_article(draw: Draw) -> Right | None:
    """该条第二款 behind the article."""
    law = draw.law()
    path = draw.place(law, "款")
    return Right(f"《{law.short}》{path[0]}有规定，该条{path[-1]}尤其重要。", 2) if path and len(path) == 2 else None


def paragraph_list(draw: Draw) -> Right | None:
    law = draw.law()
    path = draw.place(law, "款")
    if path is None or len(path) != 2 or path[1] == "第一款":
        return None
    return Right(f"适用《{law.short}》{path[0]}第一款和{path[1]}。", 2)


def numbers_listed(draw: Draw) -> Right | None:
    """第三、五条."""
    law = draw.law()
    plain = [path for path in law.articles if "之" not in path[0] and law.usable(path)]
    if len(plain) < 2:
        return None
    one, other = (plain[n][0] for n in sorted(draw.random.sample(range(len(plain)), 2)))
    return Right(f"适用《{law.short}》{one.removesuffix('条')}、{other.removeprefix('第')}。", 2)


def declared_short(draw: Draw) -> Right | None:
    """A short name that the text declares: the title is cited once, the place by the short name."""
    law = draw.law()
    article, name = draw.article(law), self_name(law.short)
    if article is None or name is None:
        return None
    kind = name.removeprefix("该")
    return Right(f"为落实《{law.short}》（以下简称《{kind}》），制定本制度。《{kind}》{article[0]}规定了条件。", 2)


def section(draw: Draw) -> Right | None:
    law = draw.law()
    sections = [path for path in law.entries if path[-1].endswith("节") and len(path) == 2]
    return (
        Right(f"见《{law.short}》{chinese(draw.random.choice(sections))}。") if sections and not law.changed else None
    )


def article_with_its_chapter(draw: Draw) -> Right | None:
    law = draw.law()
    article = draw.article(law)
    above = law.chapter_of(article) if article else None
    return Right(f"见《{law.short}》{above}{article[0]}。") if article and above else None


RIGHT_PLACES: dict[str, RightMaker] = {
    "全称，中文条号": full_title,
    "全称冠国名，阿拉伯数字": with_country,
    "简称": short_title,
    "阿拉伯数字条号": arabic_number,
    "不加书名号": without_marks,
    "条款": paragraph,
    "条款项": item,
    "目": subitem,
    "简写（79条1款2项）": written_short,
    "只有一款的第一款": first_paragraph_named,
    "该法、该条例": law_named_again,
    "列举": article_list,
    "起止": article_range,
    "章": chapter,
    "整部文件": whole_text,
    "注明版本": edition,
    "注明文号": document_number,
    "该条第几款": paragraph_of_that_article,
    "列举几款": paragraph_list,
    "第三、五条": numbers_listed,
    "文中自定的简称": declared_short,
    "节": section,
    "条前写章": article_with_its_chapter,
}
