"""The numbers of a list as Word prints them, for every number format a Chinese document uses."""

from __future__ import annotations

from collections.abc import Callable

from kb.address import to_chinese

ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
SIMPLIFIED_LEGAL = str.maketrans("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")
TRADITIONAL_LEGAL = str.maketrans("零一二三四五六七八九十百千", "零壹貳參肆伍陸柒捌玖拾佰仟")


def printed(number: int, number_format: str) -> str:
    """A number in a format of ECMA-376 ST_NumberFormat; one the format does not reach comes in Arabic digits."""
    if number_format in ("bullet", "none"):
        return ""
    write = FORMATS.get(number_format, str)
    return write(number) if number > 0 else str(number)


def _counting(number: int) -> str:
    return to_chinese(number) if number < 10_000 else str(number)


def _counting_to_ninety_nine(number: int) -> str:
    """From a hundred on digit by digit: 一○○."""
    return (
        _counting(number) if number < 100 else str(number).translate(str.maketrans("0123456789", "○一二三四五六七八九"))
    )


def _japanese_counting(number: int) -> str:
    """Without 零, and without 一 before a unit: 百十."""
    words = _counting(number).replace("零", "")
    return words.replace("一百", "百").replace("一千", "千").replace("一十", "十")


def _digits(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "〇一二三四五六七八九"))


def _legal(table: dict[int, int]) -> Callable[[int], str]:
    def write(number: int) -> str:
        words = _counting(number)
        return ("一" + words if words.startswith("十") else words).translate(table)

    return write


def _from(first: str, count: int) -> Callable[[int], str]:
    """A run of characters of their own, such as ① to ⑳."""
    return lambda number: chr(ord(first) + number - 1) if number <= count else str(number)


def _cycle(words: str) -> Callable[[int], str]:
    return lambda number: words[number - 1] if number <= len(words) else str(number)


def _circled(number: int) -> str:
    for first, last, character in ((1, 20, "①"), (21, 35, "㉑"), (36, 50, "㊱")):
        if first <= number <= last:
            return chr(ord(character) + number - first)
    return str(number)


def _letters(first: str) -> Callable[[int], str]:
    """a … z, aa, bb …: the letter is repeated, as in Word, up to the length a page bears."""
    return lambda number: (
        chr(ord(first) + (number - 1) % 26) * ((number - 1) // 26 + 1) if number <= 780 else str(number)
    )


def _roman(number: int) -> str:
    if number > 3999:
        return str(number)
    out = ""
    for value, letters in ROMAN:
        count, number = divmod(number, value)
        out += letters * count
    return out


def _full_width(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９"))


FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str, "decimalHalfWidth": str, "decimalZero": "{:02d}".format, "numberInDash": "- {} -".format,
    "decimalFullWidth": _full_width, "decimalFullWidth2": _full_width,
    "upperRoman": _roman, "lowerRoman": lambda number: _roman(number).lower(),
    "upperLetter": _letters("A"), "lowerLetter": _letters("a"),
    "chineseCounting": _counting_to_ninety_nine, "taiwaneseCounting": _counting_to_ninety_nine,
    "chineseCountingThousand": _counting, "taiwaneseCountingThousand": _counting,
    "japaneseCounting": _japanese_counting, "japaneseDigitalTenThousand": _digits,
    "ideographDigital": _digits, "taiwaneseDigital": _digits,
    "chineseLegalSimplified": _legal(SIMPLIFIED_LEGAL), "ideographLegalTraditional": _legal(TRADITIONAL_LEGAL),
    "ideographTraditional": _cycle("甲乙丙丁戊己庚辛壬癸"), "ideographZodiac": _cycle("子丑寅卯辰巳午未申酉戌亥"),
    "ideographEnclosedCircle": _from("㊀", 10),
    "decimalEnclosedCircle": _circled, "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": _from("⑴", 20), "decimalEnclosedFullstop": _from("⒈", 20),
}  # fmt: skip
