"""A whole document in the reader: what replaced a text is often known as a document only, not place by place."""

from __future__ import annotations

from datetime import date
from html import escape
from urllib.parse import urlencode

import streamlit as st

from ui import theme
from ui.client import Client
from ui.views.fulltext import full_text
from ui.views.rows import particulars
from ui.words import say


def show(client: Client, identity: str, day: date | None) -> None:
    """Its name, its force with the grounds, its dates, and the words. Raises what the client raises."""
    page = client.document(identity, day)
    reason = page.get("reason")
    asked = {"doc": identity} | ({"as_of": day.isoformat()} if day else {})
    st.html(
        f'<h2 class="reader-title">《{escape(page["title"])}》</h2>{theme.chip(page["force"])}'
        + (f'<p class="force-reason">{escape(reason)}</p>' if reason else "")
        + theme.facts(particulars(page))
        # A tab of its own: this page keeps its conversation or its checked text.
        + f'<p><a class="quiet-link" href="library?{escape(urlencode(asked))}" target="_blank" rel="noopener">'
        + f"{escape(say('reader.library'))}</a></p>"
        + f'<div class="law">{full_text(page["provisions"])}</div>'
    )
