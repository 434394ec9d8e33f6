"""What every page begins and ends with: the row of pages, which carries the chosen date along, and the line that says
what the knowledge base holds, as of when, and that official texts prevail."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st
from streamlit.navigation.page import Page

from kb.errors import RegkbError
from ui import state
from ui.client import Client
from ui.words import say


def pages(row: Sequence[Page]) -> None:
    """The row of pages. Streamlit's own row would drop the date, and folds away behind an unnamed arrow on a phone."""
    day = state.as_of(st.query_params)
    with st.container(key="pages", horizontal=True, gap="small"):
        for page in row:
            st.page_link(page, query_params={"as_of": day.isoformat()} if day else None)


def footer(client: Client) -> None:
    """The coverage line; when the service is down the page has said so already, and the line is left out."""
    lines = [f"{say('footer.label')} · {say('footer.complaints')}"]
    try:
        held = client.coverage()
    except RegkbError:
        pass
    else:
        coverage = say(
            "footer.coverage",
            documents=held["documents"],
            provisions=held["provisions"],
            as_of=held["newest_text"] or held["as_of"],
            index_version=held["index_version"],
        )
        lines = [f"{coverage} · {lines[0]}"]
        if held["not_loaded"]:
            lines.append(say("footer.not_loaded", kinds="、".join(held["not_loaded"])))
    st.html(f'<div class="site-foot">{"".join(f"<p>{escape(line)}</p>" for line in lines)}</div>')
