"""The key by which a person's conversations are theirs: made at random, kept in a cookie of this browser for a year.

There is no account: whoever holds the key reads the conversations, so it never stands in an address.
"""

from __future__ import annotations

import re
import secrets
from html import escape

import streamlit as st

COOKIE = "regkb_visitor"
KEY = re.compile(r"[A-Za-z0-9_-]{22,64}")


def key() -> str:
    """This person's key: that of the cookie, else one made now, which the script of the page then puts into it."""
    if "visitor" not in st.session_state:
        kept = str(st.context.cookies.get(COOKIE, ""))
        st.session_state["visitor"] = kept if KEY.fullmatch(kept) else secrets.token_urlsafe(24)
        st.session_state["visitor_made"] = not KEY.fullmatch(kept)
    return str(st.session_state["visitor"])


def keep() -> str:
    """HTML that tells the script of the page to keep a key made just now; nothing where the cookie holds it."""
    made = key()
    if not st.session_state.get("visitor_made"):
        return ""
    return f'<i class="unseen" data-visitor="{escape(made)}"></i>'
