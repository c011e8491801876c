"""What an SOP can make of a log: which actions are which of its verbs, which names matter to it, and what a reply told."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from branchline.content.desk_types import TICKET_VERBS
from branchline.content.told import says, words_of
from branchline.reports.log_jsonl import TELLS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from branchline.content.sop import Sop
    from branchline.reports.log import Value
    from branchline.reports.log_map import LogMap

TEXT = "text"
"""The field that holds what a reply said."""
MOST_NAMES = 1_000
"""Unknown actions that are told apart; a column of free text would else fill the memory."""
OTHERS = "…"
"""What the unknown actions beyond that are counted as."""

_WORD = re.compile(r"[^\W\d][\w:-]*")
_BRACES = re.compile(r"\{[^{}]*\}")
_CALLED = re.compile(r"[\W_]+")
_ALWAYS = frozenset({TELLS, TEXT, "amount", "granted", "act", "for", "to", "code", "reason", "tier"})
"""Names that hard rules, limits and exceptions read, whether or not the SOP writes them."""


class Vocabulary:
    """The verbs and names of one SOP; `more` are verbs that the desk knows."""

    def __init__(self, sop: Sop, mapping: LogMap, more: Iterable[str] = ()) -> None:
        self.unknown: Counter[str] = Counter()
        """How often each action was met that neither the SOP nor the desk knows."""
        verbs = {*sop.verbs, *(step.do for step in sop.steps if step.do), *(act.do for act in sop.never), *sop.limits}
        if not sop.verbs:
            verbs |= {*TICKET_VERBS, *more}
        self._verbs = {_called(name): name for name in (*(step.id for step in sop.steps if step.id), *sorted(verbs))}
        self._titled = {_called(title): verb for verb, title in sop.verbs.items() if title}
        self._mapping = mapping
        read = _names_of(sop)
        self._names = _ALWAYS | read
        self._heard = frozenset({TELLS, TEXT}) - read
        self._forms = {name: tuple(words_of(form) for form in fact.say) for name, fact in sop.facts.items() if fact.say}
        self._found = lru_cache(4096)(self._find)

    def verb(self, action: str) -> str:
        """The verb of the SOP that `action` is; empty where it is none, which is counted unless the mapping ignores it."""
        found = self._found(action)
        if found is None:
            known = action in self.unknown or len(self.unknown) < MOST_NAMES
            self.unknown[action if known else OTHERS] += 1
        return found or ""

    def matters(self, name: str) -> bool:
        """Whether a field or fact of that name can be read by a rule, a guard or an expected value."""
        return name in self._names or name.rpartition(".")[2] in self._names

    def values(self, fields: Mapping[str, Value]) -> Mapping[str, Value]:
        """The fields without what only says which facts were told, so that replies in other words are the same act."""
        return fields if self._heard.isdisjoint(fields) else {name: value for name, value in fields.items() if name not in self._heard}

    def hears(self, fields: Mapping[str, Value]) -> bool:
        """Whether the act says what was told; a log without texts says nothing about it."""
        return TEXT in fields or TELLS in fields

    def told(self, fields: Mapping[str, Value]) -> frozenset[str]:
        """The facts that an act told: those that it lists, and those whose forms stand in its text."""
        listed = fields.get(TELLS)
        found = {part.strip() for part in str(listed).split(",")} if listed else set()
        text = fields.get(TEXT)
        if isinstance(text, str) and self._forms:
            found |= {fact for fact, forms in self._forms.items() if says(text, forms)}
        return frozenset(found)

    def _find(self, action: str) -> str | None:
        folded = action.strip().casefold()
        if folded in self._mapping.ignore:
            return ""
        named = self._mapping.actions.get(folded, action)
        called = _called(named)
        return self._verbs.get(called) or self._titled.get(called)


def _called(name: str) -> str:
    return _CALLED.sub("_", name.casefold()).strip("_")


def _names_of(sop: Sop) -> frozenset[str]:
    """Every word that stands where the program reads: the front matter, or all of a pure YAML file, and the braces of the steps."""
    return frozenset(word for part in _read(sop.text) for found in _WORD.findall(part) for word in (found, *found.split(".")))


def _read(text: str) -> Iterator[str]:
    if not text.startswith("---"):
        yield text
        return
    front, _, body = text.removeprefix("---").partition("\n---")
    yield front
    yield from _BRACES.findall(body)
