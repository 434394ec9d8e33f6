"""The font of a style of a Word file, for Chinese text too."""

from __future__ import annotations

from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.styles.style import ParagraphStyle


def set_font(document: Document, style_name: str, font: str, points: float) -> None:
    # Word picks the font of Chinese text from eastAsia, and a theme named there would win over it; without it headings
    # fall back to whatever is installed.
    style = document.styles[style_name]
    assert isinstance(style, ParagraphStyle)
    style.font.size = Pt(points)
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("ascii", "hAnsi", "eastAsia"):
        fonts.set(qn(f"w:{script}"), font)
