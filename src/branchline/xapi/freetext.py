"""Text that people wrote, as statements carry it: always Unicode, never endless."""

from __future__ import annotations

import re
from typing import Any

LONGEST = 8_000
"""Characters of a shared text at most, the `…` at the end of a longer one included."""

_LONE = re.compile("[\ud800-\udfff]")
_ESCAPED = re.compile(r"\\ud[89a-f]")
"""What a surrogate looks like in ASCII JSON, be it lone or one of a pair."""


def shareable(text: str, longest: int = LONGEST) -> str:
    """`text` with lone surrogates as U+FFFD, and no longer than `longest`."""
    whole = _LONE.sub("�", text)
    return whole if len(whole) <= longest else whole[: longest - 1] + "…"


def mended(data: Any) -> Any:
    """JSON-able data with lone surrogates in any text or key as U+FFFD."""
    if isinstance(data, str):
        return _LONE.sub("�", data)
    if isinstance(data, dict):
        return {mended(key): mended(value) for key, value in data.items()}
    return [mended(each) for each in data] if isinstance(data, list | tuple) else data


def suspicious(text: str) -> bool:
    """Whether ASCII JSON may hold a lone surrogate; a pair is suspected too."""
    return _ESCAPED.search(text) is not None
