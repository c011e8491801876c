"""The sentences for values of the wrong kind or out of their limits."""

from __future__ import annotations

import re
from typing import Any

from branchline.text import clean_line

_DUE = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "decimal_type": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "none_required": "nothing",
    "literal_error": "",
}
_HOW = {"a list": "A list reads [one, two], or one `- item` a line.", "a mapping": "A mapping has one `key: value` a line, indented."}
_FLAGS = {"yes": "true", "on": "true", "y": "true", "true": "true", "no": "false", "off": "false", "n": "false", "false": "false"}
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(\.[0-9]{1,18})?")
_LIMITS = {
    "greater_than_equal": "It must be at least {ge}.",
    "greater_than": "It must be more than {gt}.",
    "less_than_equal": "It must be at most {le}.",
    "less_than": "It must be less than {lt}.",
    "too_short": "At least {min_length} of them are needed.",
    "too_long": "At most {max_length} of them are allowed.",
    "string_too_short": "It must have at least {min_length} characters.",
    "string_too_long": "It must have at most {max_length} characters.",
    "string_pattern_mismatch": "It must have the form {pattern}.",
}


def due(type_: str) -> str | None:
    """What a pydantic error of that type wanted to find, "" for a legal word; None where the kind was right and the value was not."""
    return _DUE.get(type_)


def refusal(
    kinds: list[str], value: Any, written: str, *, type_: str, context: dict[str, Any], message: str
) -> tuple[str, str, str, str | None]:
    """Code, message, hint and the text to write instead (or None) for a `value`, `written` so, where one of `kinds` is due."""
    if kinds:
        text, hint = _instead(kinds, value, written)
        hint = hint or " ".join(_HOW[kind] for kind in kinds if kind in _HOW)
        return "S104", f"{_either(kinds).capitalize()} is due here; {_what(value, written)}.", hint, text
    if type_ in _LIMITS:
        shown = f"`{_short(written)}` is not allowed here." if isinstance(value, (str, int, float)) else "This is not allowed here."
        return "S105", shown, _LIMITS[type_].format(**context), None
    reason = context.get("error", message)
    return "S105", f"{clean_line(str(reason)).rstrip('.')}.", "", None


def _instead(kinds: list[str], value: Any, written: str) -> tuple[str | None, str]:
    if "text" in kinds and isinstance(value, (bool, int, float)):
        return f'"{written}"', f'Put quotation marks around it: "{written}".'
    if not isinstance(value, str):
        return None, ""
    if "true or false" in kinds and (flag := _FLAGS.get(value.lower())):
        return flag, f"Write {flag}."
    if "a number" in kinds or "a whole number" in kinds:
        return _number_instead(kinds, value, quoted=written[:1] in {"'", '"'})
    return None, ""


def _number_instead(kinds: list[str], value: str, *, quoted: bool) -> tuple[str | None, str]:
    found = _PLAIN.fullmatch(value)
    if found and quoted and ("a number" in kinds or not found[1]):
        return value, f"Write it without quotation marks: {value}."
    return None, "Write plain digits such as 7 or 12.50: no leading zero, plus sign, unit or exponent." if re.match(
        r"[+.\d-]", value
    ) else ""


def _either(kinds: list[str]) -> str:
    return kinds[0] if len(kinds) == 1 else f"{', '.join(kinds[:-1])} or {kinds[-1]}"


def _what(value: Any, written: str) -> str:
    if value is None:
        return "there is nothing"
    if isinstance(value, bool):
        return f"`{written}` is a flag"
    if isinstance(value, (int, float)):
        return f"`{_short(written)}` is a number"
    if isinstance(value, str):
        return f"`{_short(value)}` is text"
    return "this is a list" if isinstance(value, (list, tuple)) else "this is a mapping"


def _short(text: str) -> str:
    line = clean_line(text)
    return line if len(line) <= 60 else f"{line[:59]}…"  # noqa: PLR2004 (what fits on a line beside the message)
