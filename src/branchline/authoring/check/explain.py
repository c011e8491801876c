"""Pages of rules, read from sheets.

A sheet is a text of pages. A page begins with `## CODE`, for codes that only checking gives followed by severity and title; then the
reason, then `bad:` and `good:` with indented lines.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from branchline.authoring.check.pages import conditions, drills, flow, people, references, rubrics, shape, sops

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = re.compile(r"## (?P<code>[A-Z]\d{3})(?: (?P<severity>error|warning|info) · (?P<title>[^\n]+))?\n")
_PARTS = re.compile(r"^(bad|good):\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """One page; severity and title are empty where the code is declared elsewhere."""

    code: str
    severity: str
    title: str
    why: str
    bad: str
    good: str


def read_sheet(text: str) -> Iterator[Page]:
    """The pages of one sheet."""
    heads = list(_HEAD.finditer(text))
    for head, end in zip(heads, [*(found.start() for found in heads[1:]), len(text)], strict=True):
        why, *rest = _PARTS.split(text[head.end() : end])
        parts = {name: textwrap.dedent(lines).strip("\n") for name, lines in zip(rest[::2], rest[1::2], strict=True)}
        yield Page(
            head["code"], head["severity"] or "", head["title"] or "", " ".join(why.split()), parts.get("bad", ""), parts.get("good", "")
        )


SHEETS = tuple(partial(read_sheet, module.TEXT) for module in (shape, references, flow, conditions, sops, drills, people, rubrics))
"""Each gives its pages when it is called."""
