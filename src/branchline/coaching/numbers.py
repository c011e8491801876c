"""Phone, card and other long numbers in running text: where they stand and what they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

RUN = r"[+(]{0,2}\d(?:[\d ()/.\u00a0+-]*\d)?"
"""A stretch of digits with what may stand between the digits of one number."""

PHONE, CARD = "phone", "card"

_GROUP = re.compile(r"[+(]{0,2}\d+")
_DATE = re.compile(r"\d{4}[ ./-]\d{1,2}[ ./-]\d{1,2}|\d{1,2}[ ./-]\d{1,2}[ ./-]\d{4}")
_PHONE = re.compile(
    r"\+\(?\d[\d ()/.\u00a0-]*"  # international
    r"|00[\d ()/.\u00a0-]*"  # the same, dialled
    r"|\(?0\d+[\d ()/.\u00a0-]*"  # with an area code
    r"|(?:1[ .-])?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}"  # North America
    r"|\d{3}-\d{4}"
)
_CARD = re.compile(r"\d{4}(?P<between>[ -])(?:\d+(?P=between))*\d+|\d+")
_SHORTEST_PHONE, _LONGEST_PHONE = 7, 15
_SHORTEST_CARD, _LONGEST_CARD = 13, 19
_SHORTEST_BARE = 9
_WIDEST = 8


def replaced(run: str, token: Callable[[str, str], str]) -> str:
    """The run with every phone and card number in it replaced by `token(kind, digits)`; what is neither stays as it is."""
    # Cards first: a phone number may begin with the end of the number before a card.
    return _without(run, CARD, lambda rest: _without(rest, PHONE, str, token), token)


def _without(run: str, kind: str, other: Callable[[str], str], token: Callable[[str, str], str]) -> str:
    """The run without the numbers of that kind; `other` says what stands for each stretch between them."""
    groups = list(_GROUP.finditer(run))
    said, done, index = "", 0, 0
    while index < len(groups):
        last = _longest(run, groups, index, kind)
        if last is None:
            index += 1
            continue
        start, end = groups[index].start(), groups[last].end()
        said += other(run[done:start]) + token(kind, _digits(run[start:end]))
        done, index = end, last + 1
    return said + other(run[done:])


def _longest(run: str, groups: list[re.Match[str]], first: int, kind: str) -> int | None:
    """The last group of the longest number of that kind that begins at group `first`; none begins behind a decimal point."""
    start = groups[first].start()
    if run[start - 1 : start] == ".":
        return None
    lasts = range(min(len(groups), first + _WIDEST) - 1, first - 1, -1)
    return next((last for last in lasts if kind_of(run[start : groups[last].end()]) == kind), None)


def kind_of(text: str) -> str:
    """`phone` or `card`; empty for any other number, dates among them.

    A card number has 13 to 19 digits and a right last one (ISO/IEC 7812-1, Luhn's sum), or four groups of four. A phone number has 7 to
    15 digits (ITU-T E.164) and begins like one; so does a bare number of nine digits or more, which nothing but an identifier is.
    """
    digits = _digits(text)
    bare = digits == text
    if _DATE.fullmatch(text):
        return ""
    if _SHORTEST_CARD <= len(digits) <= _LONGEST_CARD and _CARD.fullmatch(text) and (_luhn(digits) or _fours(text)):
        return CARD
    if bare and len(digits) > _LONGEST_PHONE:
        return CARD
    if bare and len(digits) >= _SHORTEST_BARE:
        return PHONE
    return PHONE if _SHORTEST_PHONE <= len(digits) <= _LONGEST_PHONE and _PHONE.fullmatch(text) else ""


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _fours(text: str) -> bool:
    return re.fullmatch(r"\d{4}([ -])\d{4}\1\d{4}\1\d{4}", text) is not None


def _luhn(digits: str) -> bool:
    """Whether the digits, every second one from the right doubled and its digits added, sum to a multiple of ten."""
    doubled = (sum(divmod(2 * int(digit), 10)) if place % 2 else int(digit) for place, digit in enumerate(reversed(digits)))
    return sum(doubled) % 10 == 0
