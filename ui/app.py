"""The entry of the pages: which there are, what they share, and where the service is. Started by `streamlit run`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import streamlit as st

from kb.settings import Settings
from ui import theme
from ui.client import Client
from ui.views import ask, cite, frame, library, match, navigate, search
from ui.words import say

View = Callable[[Client, date], None]

VIEWS: dict[str, View] = {
    "ask": ask.render,
    "search": search.render,
    "navigate": navigate.render,
    "match": match.render,
    "library": library.render,
    "cite": cite.render,
}


@st.cache_resource
def connect(url: str) -> Client:
    """One connection pool for all visitors; it carries no token."""
    return Client(url)


def main() -> None:
    """Draw the page of the address, then the footer."""
    st.set_page_config(page_title=say("product"), layout="wide", initial_sidebar_state="collapsed")
    st.logo(theme.wordmark(say("product")), size="large")
    theme.load()
    client = connect(Settings().api_url)
    pages = [
        st.Page(_drawn(view, client), title=say(f"page.{name}"), url_path=name, default=name == "ask")
        for name, view in VIEWS.items()
    ]
    page = st.navigation(pages, position="hidden")
    frame.pages(pages)
    page.run()


def _drawn(view: View, client: Client) -> Callable[[], None]:
    def page() -> None:
        view(client, date.today())
        frame.footer(client)

    return page


main()
