"""What every page ends with: what the knowledge base holds, as of when, and that official texts prevail."""

from __future__ import annotations

from html import escape

import streamlit as st

from kb.errors import RegkbError
from ui.client import Client
from ui.words import say


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
