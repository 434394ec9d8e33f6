"""Where a reference may begin in a text: 《…》, 第…, a number and 条, a document number, a word such as 前款.

Searching for these is most of the work of reading a text, so the pattern opens with one set of characters, which the
regular expression engine skips to without trying anything else.
"""

from __future__ import annotations

import re

from kb.numerals import NUMERAL_CHARACTERS
from kb.places import GAP, NUMBER

ANCHOR = re.compile(
    r"[《第前上下本该此同其令公〔\[［（(【﹝0-9０-９](?:"
    r"(?<=《)(?P<book>(?P<title>[^《》]{1,120}(?:《[^《》]{1,120}》[^《》]{0,120}){0,3})》)"
    r"|(?<=[第令〔\[［（(【﹝12公])(?P<number>"
    rf"(?<=令)(?={GAP}第?{GAP}{NUMBER}{GAP}号)|(?<=第)(?={GAP}{NUMBER}{GAP}号{GAP}令)"
    rf"|(?<=[〔\[［（(【﹝])(?={GAP}(?:19|20)\d\d{GAP}[〕\]］)）】﹞]{GAP}第?{GAP}\d)"
    rf"|(?<=[12])(?=\d{{3}}{GAP}年{GAP}第)|(?<=公)(?=告{GAP}第?{GAP}{NUMBER}{GAP}号))"
    rf"|(?<=第)(?={GAP}[（(]?{GAP}[{NUMERAL_CHARACTERS}])"
    rf"|(?<=[0-9０-９])(?P<loose>(?=[0-9０-９]{{0,3}}(?:{GAP}[、和至到~～-]{GAP}[0-9０-９]{{1,4}}){{0,5}}{GAP}条))"
    r"|(?<=[前上下本该此同其])(?P<self>(?=[条款项章节一两二三四中第])))"
)
"""What stands behind the first character says which anchor it is: one of the groups book, number, loose and self, or
a place with 第, which has none."""
