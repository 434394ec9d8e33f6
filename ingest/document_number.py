"""文号: the forms regulators print, and their one normal form.

国家市场监督管理总局令第二十七号 → 国家市场监督管理总局令第27号; 国药监械[2002]83号 → 国药监械〔2002〕83号.
"""

from __future__ import annotations

import re

from ingest.dates import PLAIN
from kb.address import to_number

HAN = r"[\u4e00-\u9fa5]"
_NUMERAL = r"[〇○零一二三四五六七八九十百\d０-９]{1,5}"
ORDER = re.compile(
    rf"(?P<body>(?:{HAN}|、){{0,40}}?(?:主席|国务院|总局|委员会|[局部署院会]|政府)(?:、{HAN}{{2,20}})*)"
    rf"(?:令第?(?P<after>{_NUMERAL})号|第(?P<before>{_NUMERAL})号令)"
)
BRACKETED = re.compile(rf"(?P<body>{HAN}{{2,14}})[〔\[［(（](?P<year>\d{{4}})[〕\]］)）](?P<serial>\d{{1,4}})号")
NOTICE = re.compile(r"(?P<body>公告|通告)?[（(]?(?P<year>\d{4})年第(?P<serial>\d{1,4})号[）)]?(?P<tail>公告|通告)?")


def normalise(words: str) -> str | None:
    """The first number in some words in its normal form, or None."""
    if match := ORDER.search(words):
        serial = match["after"] or match["before"]
        body = re.sub(
            r"^(?:根据|由|经|原(?=国家|卫生部|中华人民共和国)|中华人民共和国(?=国务院|主席))+", "", match["body"]
        )
        return f"{body}令第{_digits(serial)}号"
    if match := BRACKETED.search(words):
        return f"{match['body']}〔{match['year']}〕{match['serial']}号"
    if match := NOTICE.search(words):
        return f"{match['body'] or match['tail'] or ''}{match['year']}年第{match['serial']}号"
    return None


def _digits(words: str) -> int:
    return to_number(words.translate(PLAIN))
