"""A PDF drawn page by page, in a font that every PDF reader knows."""

from __future__ import annotations

import io
from collections.abc import Callable

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

FONT = "STSong-Light"


def drawn(*pages: Callable[[Canvas], object], size: int = 12, password: str | None = None) -> bytes:
    """A4 in points (595 × 842); each page is drawn with the font set at `size` points."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    out = io.BytesIO()
    encrypt = StandardEncryption(password, strength=128) if password else None
    canvas = Canvas(out, pagesize=(595, 842), encrypt=encrypt)
    for page in pages:
        canvas.setFont(FONT, size)
        page(canvas)
        canvas.showPage()
    canvas.save()
    return out.getvalue()
