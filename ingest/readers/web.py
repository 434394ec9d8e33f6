"""Saved web pages: decoded by our own rule, scripts and navigation dropped, then partitioned by `unstructured`."""

from __future__ import annotations

import warnings

from selectolax.lexbor import LexborHTMLParser

from ingest.readers.encoding import decode
from ingest.readers.partition import lines_of, prepare
from ingest.readers.raw import RawText, tidy

NAVIGATION = "script, style, noscript, nav, header, footer, aside, form, iframe"


def read_html(name: str, data: bytes) -> RawText:
    text, encoding = decode(data, name)
    page = LexborHTMLParser(text)
    heading = page.css_first("title")
    title = heading.text(strip=True) if heading else None
    for node in page.css(NAVIGATION):
        node.decompose()
    prepare()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from unstructured.partition.html import partition_html

        elements = partition_html(text=page.html or "<html></html>", languages=["zho"])
    return RawText(tidy("\n".join(lines_of(elements))), "html", encoding, title=title)
