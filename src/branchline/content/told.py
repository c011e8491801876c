"""Told facts: whether a text says a fact, however it spells numbers, money and spaces."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_COUNTED = (
    "zero one two three four five six seven eight nine ten eleven twelve "
    "thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty"
)
_NUMBERS = {word: str(number) for number, word in enumerate(_COUNTED.split(" "))} | {
    "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "ninety": "90",
}  # fmt: skip
_MONEY = {"eur", "euro", "euros", "usd", "dollar", "dollars", "gbp", "pound", "pounds"}
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_THOUSANDS = re.compile(r",(?=\d{3}(?!\d))")
_NEGATIONS = re.compile(r"[’']")


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared: lower case, number words as digits, `€89.00`, `EUR 89` and `89` the same."""
    plain = _NEGATIONS.sub("", unicodedata.normalize("NFKC", text).casefold())
    return tuple(word for token in _TOKEN.findall(plain) if (word := _word(token)) not in _MONEY)


def _word(token: str) -> str:
    if not token[0].isdigit():
        return _NUMBERS.get(token, token)
    number = _THOUSANDS.sub("", token).replace(",", ".")
    if number.count(".") != 1:
        return number
    whole, _, rest = number.partition(".")
    rest = rest.rstrip("0")
    return f"{whole}.{rest}" if rest else whole


def says(text: str, forms: Iterable[tuple[str, ...]]) -> bool:
    """Whether the words of any of `forms` stand in `text`, in order and next to each other."""
    found = words_of(text)
    return any(form and any(found[at : at + len(form)] == form for at in range(len(found) - len(form) + 1)) for form in forms)
